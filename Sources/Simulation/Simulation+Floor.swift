// Simulation: see Sources/README.md.
