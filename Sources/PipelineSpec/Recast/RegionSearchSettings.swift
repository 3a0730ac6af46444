import Diagnostics
import Settings
import Theory

/// A model, the range of its parameter, and how tables are joined.
public struct RegionSearchSettings: Sendable, Equatable {
  /// How ratios of rate to limit of several tables are joined.
  public enum Combination: String, Sendable, CaseIterable {
    /// The largest.
    case best
    /// Their sum: exact for limits without background.
    case sum = "background-free sum"
  }

  /// The model.
  public var model: BosonSettings
  /// Tables that are used; empty: all.
  public var tables: [String]
  /// Range of the model's parameter.
  public var range: ClosedRange<Double>
  /// Steps per decade of the first look.
  public var perDecade: Int
  /// How tables are joined.
  public var combination: Combination
  /// Curves of others over the figure.
  public var overlays: [Named<String>]
}

extension RegionSearchSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "recast.interpret"
  /// What it states, in one sentence.
  public static let summary = "Finds where a model is excluded by tables of limits."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> RegionSearchSettings {
    let model = BosonSettings.read(&keys)
    let tables = keys.value(
      "limits", Format<[String]>.list(of: .text("a table")), default: "[]",
      "Tables that are used; absent: all")
    let range = keys.scannedParameter(of: model.kind)
    let combination = keys.value(
      "combine", Format<Combination>.choice(), default: "best",
      "How several tables are joined: the best one at each point, or the sum of rate over limit")
    let overlays = keys.value(
      "overlays", Format<[Named<String>]>.entries(of: .path, named: "label"), default: "{}",
      "Curves over the figure, CSV with the columns mass and value")
    return RegionSearchSettings(
      model: model, tables: tables, range: range.range, perDecade: range.perDecade,
      combination: combination, overlays: overlays)
  }
}
