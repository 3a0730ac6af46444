import Diagnostics
import PipelineSpec
import Settings

/// The hypotheses of a scan, from the first on by steps that may grow with the resolution.
struct MassGrid: Sendable {
  /// Largest number of hypotheses; more is taken for a wrong step.
  static let largestCount = 1_000_000

  /// The hypotheses, ascending.
  let hypotheses: [Hypothesis]

  /// Steps through the range: x₀ is its lower end, x_{i+1} = x_i + step(x_i), up to its upper end.
  ///
  /// `constituent` is the constituents' mass of the reduced mass, if stated.
  init(
    _ settings: HypothesisSettings, constituent: Double?,
    resolution: (Hypothesis) throws -> Double
  ) throws {
    func at(_ x: Double, _ variable: HypothesisVariable, index: Int) -> Hypothesis {
      Hypothesis(x, variable, constituent: constituent, index: index)
    }
    let first = at(settings.range.bounds.lowerBound, settings.range.variable, index: 0)
    let last = at(settings.range.bounds.upperBound, settings.range.variable, index: 0)
    guard let start = first.value(of: settings.stepVariable),
      let end = last.value(of: settings.stepVariable)
    else { throw SearchError.hypotheses(count: 0, allowed: "a constituentMass for reducedMass") }

    var found: [Hypothesis] = []
    var x = start
    while x <= end {
      let hypothesis = at(x, settings.stepVariable, index: found.count)
      found.append(hypothesis)
      guard found.count <= Self.largestCount else {
        throw SearchError.hypotheses(count: found.count, allowed: "1 to \(Self.largestCount)")
      }
      switch settings.step {
      case .fixed(let size): x = start + Double(found.count) * size
      case .resolutions(let factor):
        x += factor * (try resolution(hypothesis))
      }
    }
    guard !found.isEmpty else {
      throw SearchError.hypotheses(count: 0, allowed: "1 to \(Self.largestCount)")
    }
    hypotheses = found
  }
}
