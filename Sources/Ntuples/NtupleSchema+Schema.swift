import Settings

extension NtupleSchema {
  /// JSON Schema of the ntuple schema, as committed in `Schemas/v1/ntuple.schema.json`.
  public static var jsonSchema: String {
    SchemaDocument.text(of: NtupleSchema.self, title: "Nightjar ntuple schema, version 1")
  }

  /// Reference page of the ntuple schema, as committed in `Schemas/v1/ntuple.md`.
  public static var referencePage: String {
    ReferencePage.text(
      of: NtupleSchema.self, title: "The ntuple schema, version 1",
      introduction: """
        One YAML 1.2 file describes one kind of ntuple: the aliases that expressions use, and what their
        columns are called, hold and mean. Names match exactly first, then as `makeROOTCompatible` spells
        them. GeV (c = 1), cm, rad.
        """)
  }
}
