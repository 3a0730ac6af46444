import Diagnostics
import Expressions
import NumericalMethods
import PipelineSpec
import Settings

/// A hypothesis: a mass, and the reduced mass where the constituents' mass is known.
public struct Hypothesis: Sendable, Equatable {
  /// Place in the scan, from 0.
  public var index: Int
  /// Mass in GeV.
  public var mass: Double
  /// sqrt(mass² − 4 m²) in GeV; nil without a constituent mass.
  public var reducedMass: Double?

  /// Makes the hypothesis at a value of a variable; the reduced mass is zero below its threshold.
  ///
  /// `constituent` is the mass of the two constituents of the reduced mass, if there is one.
  init(_ value: Double, _ variable: HypothesisVariable, constituent: Double?, index: Int = 0) {
    let threshold = 4 * (constituent ?? 0) * (constituent ?? 0)
    self.index = index
    switch variable {
    case .mass:
      mass = value
      reducedMass = constituent.map { _ in max(0, value * value - threshold).squareRoot() }
    case .reducedMass:
      mass = (value * value + threshold).squareRoot()
      reducedMass = value
    }
  }

  /// Makes a hypothesis from its values.
  public init(index: Int, mass: Double, reducedMass: Double?) {
    self.index = index
    self.mass = mass
    self.reducedMass = reducedMass
  }

  /// Value of a hypothesis variable; nil if it is not defined.
  public func value(of variable: HypothesisVariable) -> Double? {
    switch variable {
    case .mass: mass
    case .reducedMass: reducedMass
    }
  }

  /// Whether a range of hypotheses holds this one; nil holds all.
  func isInside(_ range: HypothesisRange?) -> Bool {
    guard let range else { return true }
    return value(of: range.variable).map(range.bounds.contains) ?? false
  }
}

/// A curve of the pipeline file as a function of the hypothesis.
struct CurveFunction: Sendable {
  private enum Form: Sendable {
    case constant(Double)
    case expression(ScalarExpression)
    case table(HypothesisVariable, Interpolant)
  }

  /// Name in messages (`signal.efficiency`).
  let name: String
  private let form: Form

  /// Compiles a curve; expressions see `mass`, `reducedMass` (if defined) and the constants.
  init(_ name: String, _ curve: Curve, constants: [Named<Double>], hasReducedMass: Bool)
    throws(Diagnostics)
  {
    self.name = name
    switch curve {
    case .constant(let value): form = .constant(value)
    case .expression(let source):
      let numbers = Dictionary(
        constants.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      form = .expression(
        try ScalarExpression.compile(
          source, variables: hasReducedMass ? ["mass", "reducedMass"] : ["mass"],
          constants: numbers))
    case .table(let variable, let points, let method):
      do {
        form = .table(
          variable,
          try Interpolant(
            arguments: points.map(\.x), values: points.map(\.y),
            method: method == .linear ? .linear : .monotoneCubic))
      } catch { throw Diagnostics([Diagnostic(in: name, "\(error)")]) }
    }
  }

  /// Value at a hypothesis.
  ///
  /// - Throws: `SearchError.curve` where it is not a number, outside of a table or not allowed.
  func value(
    at hypothesis: Hypothesis, allowed: ClosedRange<Double> = -.infinity ... .infinity
  ) throws(SearchError) -> Double {
    let value: Double =
      switch form {
      case .constant(let value): value
      case .expression(let expression):
        expression.evaluate([hypothesis.mass] + (hypothesis.reducedMass.map { [$0] } ?? []))
      case .table(let variable, let table):
        hypothesis.value(of: variable).flatMap { table.value(at: $0) } ?? .nan
      }
    guard allowed.contains(value) else {
      throw .curve(
        name: name, mass: hypothesis.mass, value: value,
        allowed: allowed == -.infinity ... .infinity
          ? "a number" : "\(allowed.lowerBound) to \(allowed.upperBound)")
    }
    return value
  }
}
