// Ntuples: see Sources/README.md.
