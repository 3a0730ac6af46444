// Expressions: see Sources/README.md.
