import Expressions
import Settings

/// What happens to each candidate: definitions, cuts, vetoes, best candidate.
public struct SkimSettings: Sendable, Equatable {
  /// Named quantities for later expressions, in any order.
  public var define: [Named<ExpressionSource>]
  /// Named cuts; their order is the cut flow.
  public var select: [Named<ExpressionSource>]
  /// Named windows that remove candidates.
  public var veto: [Named<VetoSettings>]
  /// Scores of networks; nil: none.
  public var score: ScoreSettings?
  /// Which candidate of an event is kept; nil keeps all.
  public var bestCandidate: BestCandidateSettings?
  /// Further columns or definitions to keep in the skim.
  public var keep: [String]
  /// Distributions of data beside simulation, in the order of the file.
  public var comparisons: [Named<ComparisonSettings>] = []
}

/// Windows of an expression whose candidates are removed.
public struct VetoSettings: Sendable, Equatable {
  /// The quantity that is compared with the windows.
  public var expression: ExpressionSource
  /// Closed windows [low, high] in the unit of the expression.
  public var windows: [ClosedRange<Double>]
}

/// Choice of one candidate per event, after all cuts and vetoes.
public struct BestCandidateSettings: Sendable, Equatable {
  /// Which of the candidates is kept.
  public enum Choice: String, Sendable, CaseIterable {
    case largest, smallest
  }

  /// Columns whose values together name an event; empty means the identity of the ntuple schema.
  public var per: [String]
  /// What candidates are ordered by; a NaN loses against every number.
  public var key: ExpressionSource
  /// Whether the largest or the smallest key is kept; ties go to the first row.
  public var keep: Choice
}

extension SkimSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "skim"
  /// What it states, in one sentence.
  public static let summary = "States what happens to each candidate, in this order."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> SkimSettings {
    let define = keys.value(
      "define", Format<[Named<ExpressionSource>]>.entries(of: .expression, named: "pairMass"),
      default: "{}", "Named quantities for all expressions, in any order")
    let select = keys.value(
      "select", Format<[Named<ExpressionSource>]>.cuts, default: "[]",
      "Named cuts; their order is the cut flow")
    let veto = keys.value(
      "veto", Format<[Named<VetoSettings>]>.entries(of: .section, named: "J/psi"), default: "{}",
      "Named windows that remove candidates")
    let score = keys.optional(
      "score", Format<ScoreSettings>.section, "Scores of networks for selected candidates")
    let best = keys.optional(
      "bestCandidate", Format<BestCandidateSettings>.section,
      "The one candidate of an event that is kept, after all cuts and vetoes; absent: all are kept")
    let keep = keys.value(
      "keep", Format<[String]>.list(of: .text("a name")), default: "[]",
      "Further columns and definitions to keep")
    let comparisons = keys.value(
      "comparisons",
      Format<[Named<ComparisonSettings>]>.entries(of: .section, named: "recoil mass"),
      default: "{}", "Distributions of data beside simulation, before the best candidate is chosen")
    return SkimSettings(
      define: define, select: select, veto: veto, score: score, bestCandidate: best, keep: keep,
      comparisons: comparisons)
  }
}

extension VetoSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "skim.veto"
  /// What it states, in one sentence.
  public static let summary = "Removes candidates inside windows of an expression."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> VetoSettings {
    let expression = keys.required(
      "expression", Format<ExpressionSource>.expression, "The quantity that has windows")
    let windows = keys.required(
      "windows",
      Format<[ClosedRange<Double>]>.list(of: .interval(), count: 1...Int.max, of: "windows"),
      "Closed windows [low, high] in the unit of the expression")
    keys.channels()
    return VetoSettings(expression: expression, windows: windows)
  }
}

extension BestCandidateSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "skim.bestCandidate"
  /// What it states, in one sentence.
  public static let summary = "Keeps one candidate of each event."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> BestCandidateSettings {
    BestCandidateSettings(
      per: keys.value(
        "per", Format<[String]>.list(of: .text("a column")), default: "[]",
        "Columns that together name an event; empty: the identity of the ntuple schema"),
      key: keys.required(
        "key", Format<ExpressionSource>.expression,
        "What candidates are ordered by; NaN loses, ties go to the first row"),
      keep: keys.required("keep", Format<Choice>.choice(), "Which candidate is kept"))
  }
}
