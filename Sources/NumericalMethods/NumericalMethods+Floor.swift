// NumericalMethods: see Sources/README.md.
