import Settings

extension RecastSettings {
  /// JSON Schema of the file, as committed in `Schemas/v1/recast.schema.json`.
  public static var jsonSchema: String {
    SchemaDocument.text(of: RecastSettings.self, title: "Nightjar recast file, version 1")
  }

  /// Reference page of the file, as committed in `Schemas/v1/recast.md`.
  public static var referencePage: String {
    ReferencePage.text(
      of: RecastSettings.self, title: "The recast file, version 1",
      introduction: """
        One YAML 1.2 file says which tables of limits are turned into regions of which models;
        `nightjar interpret` reads it. Tables of limits are CSV: `mass [GeV],ctau [cm],limit`, a row for
        each mass and lifetime, or `m_S_GeV,ctau_0.001cm,…`, a column for each lifetime. Between
        lifetimes ln(limit) is linear in ln(cτ) and the nearest mass counts; beyond the longest
        lifetime the limit grows as cτ, below the shortest there is none. Tables of a model are CSV
        too: a comment `# source`, a header `mass [GeV]` and a name with unit for each column, then
        ascending masses: `pions [GeV^2],kaons [GeV^2]` (matrix elements of a dark scalar) or `pions
        [GeV],kaons [GeV]` (its widths at sin θ = 1), `hadrons [GeV^3],photons [GeV^3]` (widths of an
        ALP in units of (2/f_a)²/4), `alpha_s [1]`. Values between rows are linear, those of an ALP
        powers.
        """)
  }
}
