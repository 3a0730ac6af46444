// Inference: see Sources/README.md.
