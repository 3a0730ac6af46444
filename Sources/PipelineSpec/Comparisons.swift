import Diagnostics
import Expressions
import Settings

/// A distribution of data beside simulation, filled while candidates are selected.
public struct ComparisonSettings: Sendable, Equatable {
  /// The word of `after` for candidates before any cut.
  public static let beforeCuts = "all"

  /// The quantity that is histogrammed.
  public var expression: ExpressionSource
  /// Cut or veto after which it is filled, `all` before any; nil: after all of them.
  public var after: String?
  /// Number of bins.
  public var bins: Int
  /// Range of the bins; nil: found from the values, in steps of a power of two.
  public var range: ClosedRange<Double>?
  /// Unit on the axis; nil: that of the column, if it is one.
  public var unit: String?

  /// Makes a comparison; after all cuts and with a range of its own unless told.
  public init(
    expression: ExpressionSource, after: String? = nil, bins: Int = 50,
    range: ClosedRange<Double>? = nil, unit: String? = nil
  ) {
    self.expression = expression
    self.after = after
    self.bins = bins
    self.range = range
    self.unit = unit
  }
}

extension ComparisonSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "skim.comparisons"
  /// What it states, in one sentence.
  public static let summary = "Compares a distribution in data with simulation."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> ComparisonSettings {
    ComparisonSettings(
      expression: keys.required(
        "expression", Format<ExpressionSource>.expression, "The quantity that is histogrammed"),
      after: keys.optional(
        "after", Format<String>.text("a cut or veto"),
        "Cut or veto after which it is filled, 'all' before any; absent: after all of them"),
      bins: keys.value(
        "bins", Format<Int>.integer(.init(from: 1, to: 1000)), default: "50",
        "Number of bins; the most there are where the range is found"),
      range: keys.optional(
        "range", Format<ClosedRange<Double>>.interval(),
        "Range [low, high] of the bins; absent: found from the values"),
      unit: keys.optional("unit", Format<String>.text("GeV"), "Unit on the axis"))
  }
}

extension SkimSettings {
  /// All comparisons: those of the file, then the inputs of the networks under their expressions.
  ///
  /// Ranges of inputs are found from the values; an input that is compared anyway stands there once.
  public var allComparisons: [Named<ComparisonSettings>] {
    var all = comparisons
    guard let score, score.compare else { return all }
    for input in score.inputs
    where !all.contains(where: {
      $0.name == input.text || ($0.value.expression.text == input.text && $0.value.after == nil)
    }) {
      all.append(Named(input.text, ComparisonSettings(expression: input)))
    }
    return all
  }

  /// Number of steps (cuts, then vetoes) a candidate of a comparison has passed.
  public func depth(of comparison: ComparisonSettings) -> Int {
    let steps = select.map(\.name) + veto.map(\.name)
    guard let after = comparison.after else { return steps.count }
    return (steps.firstIndex(of: after) ?? -1) + 1
  }
}

extension PipelineValidator {
  /// Checks what comparisons refer to.
  mutating func checkComparisons() {
    let steps = pipeline.skim.select.map(\.name) + pipeline.skim.veto.map(\.name)
    for comparison in pipeline.skim.comparisons {
      guard let after = comparison.value.after, after != ComparisonSettings.beforeCuts,
        !steps.contains(after)
      else { continue }
      let known = steps + [ComparisonSettings.beforeCuts]
      report(
        "skim.comparisons.\(comparison.name).after",
        "names neither a cut nor a veto, found '\(after)'",
        remedy: NearestName.suggestion(for: after, among: known)
          ?? "known: \(SettingsText.quoted(known))")
    }
    let bins = pipeline.skim.comparisons.reduce(0) { $0 + $1.value.bins }
    if bins > 100_000 {
      report(
        "skim.comparisons", "must have at most 100000 bins in all, found \(bins)",
        remedy: "use fewer bins")
    }
  }
}
