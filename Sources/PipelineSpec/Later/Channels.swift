import Expressions
import Settings

/// Parts of the grammar that belong to later versions: checked, then refused by name.
enum Later {
  /// Which channels something is for: `{pair: mumu}` or `{pair: [ee, mumu]}`.
  static var channels: Format<Void> {
    Format<[Named<[String]>]>.entries(of: .oneOrMore(.text("a channel")), named: "axis").checkedOnly
  }

  /// Axes of channels with the attributes that expressions of a channel may use.
  static var axes: Format<[Named<[Named<[Named<Void>]>]>]> {
    .entries(
      of: .entries(of: .entries(of: .word, named: "attribute"), named: "channel"), named: "axis")
  }

  /// Free parameters of a model.
  static var parameters: Format<Void> {
    Format<[Named<Void>]>.entries(of: .word, named: "parameter").checkedOnly
  }
}

/// How many parents were produced: what a limited product of branching fractions is counted in.
struct NormalisationSection: SettingsSection {
  static let sectionName = "normalisation"
  static let summary = "Counts produced parents where a luminosity does not."

  static func read(_ keys: inout SectionReader) -> Self {
    keys.required("events", Format<Void>.measured, "Number of parent pairs with its error")
    _ = keys.optional(
      "factors", Format<[Named<Void>]>.entries(of: .word, named: "channel"),
      "Parents of each channel per pair; numbers or products of numbers")
    _ = keys.optional(
      "includes", Format<[String]>.list(of: .text("K*0 → K+ π-")),
      "Decays whose branching fraction is inside the limited product")
    return Self()
  }
}
