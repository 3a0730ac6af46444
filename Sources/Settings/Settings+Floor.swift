// Settings: see Sources/README.md.
