// Platform: see Sources/README.md.
