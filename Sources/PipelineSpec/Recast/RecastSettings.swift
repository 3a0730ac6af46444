import Diagnostics
import Settings

/// What `nightjar interpret` does: published tables of limits turned into regions of model parameters.
public struct RecastSettings: Sendable, Equatable {
  /// Newest version of the grammar that this program reads.
  public static let grammarVersion = 1
  /// Title, shown on figures.
  public var title: String
  /// Confidence level of the limits; only told.
  public var level: Double
  /// Tables of limits by name, in the order of the file.
  public var limits: [Named<LimitTableSettings>]
  /// Models by name, in the order of the file.
  public var interpretations: [Named<RegionSearchSettings>]
}

extension RecastSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "recast"
  /// What it states, in one sentence.
  public static let summary =
    "States tables of limits and the models they are turned into regions of."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> RecastSettings {
    let version = keys.required(
      "nightjarRecast", Format<Int>.integer(), "Version of the grammar, 1")
    let title = keys.required("title", Format<String>.text("a title"), "Title, shown on figures")
    let level = keys.required(
      "level", Format<Double>.quantity(.fraction, .init(above: 0, to: 1)),
      "Confidence level of the limits")
    let limits = keys.required(
      "limits", Format<[Named<LimitTableSettings>]>.entries(of: .section, named: "K+ mumu"),
      "Tables of upper limits by name")
    let interpretations = keys.required(
      "interpret",
      Format<[Named<RegionSearchSettings>]>.entries(of: .section, named: "darkScalar"),
      "Models whose parameters are scanned")
    if keys.has("nightjarRecast"), version != grammarVersion, version != 0 {
      keys.report(
        "nightjarRecast", "is version \(version) of the grammar, this program reads version 1",
        remedy: version > grammarVersion ? "use a newer nightjar" : "write 'nightjarRecast: 1'")
    }
    if keys.isClean {
      if limits.isEmpty { keys.report("limits", "must name at least one table") }
      if interpretations.isEmpty { keys.report("interpret", "must name at least one model") }
      for (index, search) in interpretations.enumerated() {
        for name in search.value.tables where !limits.contains(where: { $0.name == name }) {
          keys.report(
            "interpret", "\(interpretations[index].name): no table is called '\(name)'",
            remedy: NearestName.suggestion(for: name, among: limits.map(\.name)))
        }
      }
    }
    return RecastSettings(
      title: title, level: level, limits: limits, interpretations: interpretations)
  }
}

/// A table of upper limits on B(B → K X) B(X → pair) over mass and lifetime.
public struct LimitTableSettings: Sendable, Equatable {
  /// Path of the table, resolved against the inputs.
  public var table: String
  /// What it is about.
  public var decay: DecaySettings
}

extension LimitTableSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "recast.limits"
  /// What it states, in one sentence.
  public static let summary =
    "States a table of upper limits on the product of two branching fractions."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> LimitTableSettings {
    let table = keys.required(
      "table", Format<String>.path, "CSV table of limits over mass and c·τ")
    return LimitTableSettings(table: table, decay: DecaySettings.read(&keys))
  }
}
