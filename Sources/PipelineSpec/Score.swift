import Expressions
import Settings

/// Scores of trained networks for every selected candidate.
public struct ScoreSettings: Sendable, Equatable {
  /// Inputs in the order the networks expect.
  public var inputs: [ExpressionSource]
  /// ONNX files by name, resolved against the pipeline file.
  public var networks: [Named<String>]
  /// Whether the inputs are compared between data and simulation.
  public var compare = true
}

extension ScoreSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "skim.score"
  /// What it states, in one sentence.
  public static let summary = "Scores selected candidates with networks."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> ScoreSettings {
    ScoreSettings(
      inputs: keys.required(
        "inputs", Format<[ExpressionSource]>.list(of: .expression, count: 1...1024, of: "inputs"),
        "Inputs in the order the networks expect; a model that names its inputs is checked"),
      networks: keys.required(
        "networks", Format<[Named<String>]>.entries(of: .path, named: "network"),
        "ONNX files by name"),
      compare: keys.value(
        "compare", Format<Bool>.boolean, default: "true",
        "Whether the inputs are among the comparisons, after all cuts"))
  }
}

/// How a cut on a network's score is chosen.
public enum ScoreCut: Sendable, Equatable {
  /// Kept above this number.
  case above(Double)
  /// Chosen on simulation.
  case optimised(OptimisedCutSettings)
}

/// A cut value chosen on simulation, on the optimisation part of the samples.
public struct OptimisedCutSettings: Sendable, Equatable {
  /// What is maximised.
  public enum FigureOfMerit: String, Sendable, CaseIterable {
    /// ε/(a/2 + √B), arXiv:physics/0308063.
    case punzi
  }

  /// What is maximised.
  public var figureOfMerit: FigureOfMerit
  /// Number of standard deviations a of Punzi's figure.
  public var significance: Double
  /// Half-width around a mass in which signal and background count, in resolutions.
  public var window: Double
  /// Half-width from which the background's density is averaged, in resolutions.
  public var averaging: Double
  /// Distance of masses that share a cut, GeV; nil: all masses of the range do.
  public var reach: Double?
  /// Signal sample that gives the efficiency; nil: the first of `signal.samples`.
  public var signal: String?
}

extension OptimisedCutSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.select.cut"
  /// What it states, in one sentence.
  public static let summary =
    "Chooses a cut on a network's score on simulation, background scaled to the data's luminosity."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> OptimisedCutSettings {
    OptimisedCutSettings(
      figureOfMerit: keys.required(
        "optimise", Format<FigureOfMerit>.choice(), "The figure of merit, ε/(a/2 + √B) for punzi"),
      significance: keys.required(
        "significance", Format<Double>.number(.positive), "Number of standard deviations a"),
      window: keys.required(
        "window", Format<Double>.quantity(.resolution, .positive),
        "Half-width around a mass in which signal and background count"),
      averaging: keys.value(
        "averaging", Format<Double>.quantity(.resolution, .positive), default: "20 resolution",
        "Half-width from which the background's density is averaged"),
      reach: keys.optional(
        "reach", Format<Double>.quantity(.mass, .positive),
        "Distance of masses that share a cut, which then follows the mass; absent: one cut a range"),
      signal: keys.optional(
        "signal", Format<String>.text("a sample"),
        "Signal that gives the efficiency; absent: the first of signal.samples"))
  }
}
