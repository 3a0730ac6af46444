// HDF5Files: see Sources/README.md.
