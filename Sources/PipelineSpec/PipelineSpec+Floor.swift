// PipelineSpec: see Sources/README.md.
