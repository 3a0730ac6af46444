import Diagnostics
import Expressions
import Ntuples
import PipelineSpec
import Settings

/// What the skim computes for every row of one sample, before any file is looked at.
struct SkimRecipe: Sendable {
  /// A named quantity to be written for every selected row.
  struct Quantity: Sendable, Equatable {
    var name: String
    var source: ExpressionSource
  }

  /// What the columns are called and look like.
  let schema: NtupleSchema
  /// Definitions that expressions may use.
  let definitions: [Quantity]
  /// Columns of the output, the observable that orders it first.
  let outputs: [Quantity]
  /// Weight of a candidate; nil for data.
  let weight: ExpressionSource?
  /// Cuts in the order of the cut flow.
  let cuts: [Quantity]
  /// Vetoes after the cuts.
  let vetoes: [Named<VetoSettings>]
  /// Cuts chosen by the hypothesis: which of them a row passes becomes its `rules`.
  let rules: [ExpressionSource]
  /// Which rules the hypotheses need where; nil: every selected row is kept.
  let reach: RuleReach?
  /// Scores of every selected row.
  let score: ScoreRecipe?
  /// What rows of a signal say about their generation.
  let truth: SignalTruth?
  /// Best candidate: the key to compare, computed for every selected row.
  let best: BestCandidateSettings?
  /// Aliases that name an event; empty: events are not counted.
  let identity: [String]
  /// Named numbers, masses, beams.
  let environment: ExpressionEnvironment
  /// What may be seen.
  let visibility: Visibility
  /// Binned tables whose values multiply the weight, ascending in their names.
  var corrections: [Named<CorrectionSettings>] = []
  /// Distributions to be histogrammed, in the order of the layout.
  var comparisons: [Quantity] = []
  /// Their bins.
  var histograms = HistogramLayout()
  /// Where selected rows of a blinded search are histogrammed; nil: everywhere.
  var shownRegions: [ExpressionSource]?

  /// What of a sample may be seen.
  enum Visibility: Sendable, Equatable {
    /// Everything.
    case all
    /// Selected rows only inside these regions.
    case regions([ExpressionSource])
    /// Only events whose hash lies in this part of [0, 1).
    case fraction(Double)
  }

  /// Column of a signal's generated mass.
  static let massColumn = "generated mass"
  /// Column that is one for candidates that are the signal itself, else zero.
  static let matchedColumn = "matched"
  /// Column of a generated coordinate beside the mass.
  static func coordinateColumn(_ name: String) -> String { "generated \(name)" }
  /// Column of the true proper decay length of a particle, cm; the only one has no name.
  static func lengthColumn(_ name: String) -> String {
    name.isEmpty ? "decay length" : "decay length \(name)"
  }

  /// Names of the columns that are written: outputs, scores, truth.
  var columns: [String] {
    outputs.map(\.name) + (score?.networks.map(\.name) ?? [])
      + (truth == nil ? [] : [Self.massColumn, Self.matchedColumn])
      + (truth?.coordinates.map { Self.coordinateColumn($0.name) } ?? [])
      + (truth?.decays.map { Self.lengthColumn($0.name) } ?? [])
  }

  /// Names of the steps, without the first one (`all`).
  var stepNames: [String] { cuts.map(\.name) + vetoes.map(\.name) }

  /// Whether rows carry weights.
  var isWeighted: Bool { weight != nil || !corrections.isEmpty }

  /// Regions that are looked at: what may be seen, or what is histogrammed.
  var regions: [ExpressionSource]? {
    if case .regions(let regions) = visibility { regions } else { shownRegions }
  }

  /// Number of cuts and vetoes.
  var stepCount: Int { cuts.count + vetoes.count }
}

/// Which rules hypotheses need where along the observable.
package struct RuleReach: Sendable, Equatable {
  /// A set of rules (bits) and the ranges of the observable whose hypotheses need all of them.
  package struct Need: Sendable, Equatable {
    package var rules: UInt64
    /// Ascending, disjoint.
    package var ranges: [ClosedRange<Double>]
  }

  /// The different needs.
  package var needs: [Need] = []

  /// Collects the needs of windows: their range and the rules of their hypothesis.
  package init(windows: [(range: ClosedRange<Double>, rules: UInt64)] = []) {
    for rules in Set(windows.map(\.rules)).sorted() {
      var ranges: [ClosedRange<Double>] = []
      let own = windows.filter { $0.rules == rules }.map(\.range)
      for range in own.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if let last = ranges.last, range.lowerBound <= last.upperBound {
          ranges[ranges.count - 1] =
            last.lowerBound...max(last.upperBound, range.upperBound)
        } else {
          ranges.append(range)
        }
      }
      needs.append(Need(rules: rules, ranges: ranges))
    }
  }

  /// Whether some hypothesis whose window holds `x` takes a row that passes `rules`.
  package func keeps(_ x: Double, passing rules: UInt64) -> Bool {
    for need in needs where need.rules & ~rules == 0 {
      var low = 0
      var high = need.ranges.count
      while low < high {
        let middle = (low + high) / 2
        if need.ranges[middle].upperBound < x { low = middle + 1 } else { high = middle }
      }
      if low < need.ranges.count, need.ranges[low].contains(x) { return true }
    }
    return false
  }
}
