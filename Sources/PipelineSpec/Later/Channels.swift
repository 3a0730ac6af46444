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

/// Disjoint parts of simulated samples.
struct SplitSection: SettingsSection {
  enum By: String, Sendable, CaseIterable {
    case eventHash = "event hash"
  }

  static let sectionName = "split"
  static let summary = "Divides simulated samples into disjoint parts."

  static func read(_ keys: inout SectionReader) -> Self {
    let part = Format<Double>.quantity(.fraction, .fraction)
    _ = keys.required("training", part, "Part that networks are trained on")
    _ = keys.required("optimisation", part, "Part that cuts are optimised on")
    _ = keys.required("efficiency", part, "Part that efficiencies are measured on")
    _ = keys.value("by", Format<By>.choice(), default: "event hash", "What divides them")
    return Self()
  }
}

/// Scores of trained networks.
struct ScoreSection: SettingsSection {
  static let sectionName = "skim.score"
  static let summary = "Scores candidates with networks."

  static func read(_ keys: inout SectionReader) -> Self {
    _ = keys.required(
      "inputs", Format<[ExpressionSource]>.list(of: .expression, count: 1...Int.max),
      "Inputs in the order the networks expect")
    _ = keys.required(
      "networks", Format<[Named<String>]>.entries(of: .path, named: "network"),
      "ONNX files by name")
    return Self()
  }
}

/// A cut value chosen on simulation.
struct OptimisedCutSection: SettingsSection {
  enum Figure: String, Sendable, CaseIterable {
    case punzi
  }

  static let sectionName = "scan.select.cut"
  static let summary = "Chooses a cut on a network's score on simulation."

  static func read(_ keys: inout SectionReader) -> Self {
    _ = keys.required("optimise", Format<Figure>.choice(), "The figure of merit")
    _ = keys.required(
      "significance", Format<Double>.number(.positive), "Number of standard deviations aimed at")
    _ = keys.required(
      "window", Format<Quantity>.quantity([.resolution, .mass]), "Half-width counted around a mass")
    return Self()
  }
}
