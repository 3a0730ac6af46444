import Settings

extension Pipeline {
  /// JSON Schema of the pipeline file, as committed in `Schemas/v1/pipeline.schema.json`.
  public static var jsonSchema: String {
    SchemaDocument.text(of: Pipeline.self, title: "Nightjar pipeline file, version 1")
  }

  /// Reference page of the pipeline file, as committed in `Schemas/v1/pipeline.md`.
  public static var referencePage: String {
    ReferencePage.text(
      of: Pipeline.self, title: "The pipeline file, version 1",
      introduction: """
        One YAML 1.2 file states a search. Made from the table of keys that also decodes the file; see
        `pipeline.schema.json` for editors. Numbers without a unit are in GeV (c = 1), cm and rad; a
        quantity is "number unit". Order has a meaning only in lists. Paths are relative to the file.
        Anchors, aliases and tags are not used. An expression is text such as `muonID > 0.5 and
        charge1 * charge2 < 0` over the columns of the ntuple schema, `skim.define` and `constants`; a curve
        is a number, an expression in `mass` and `reducedMass`, or a table of points.
        What is *not available yet* is checked, then refused by name.
        """)
  }
}
