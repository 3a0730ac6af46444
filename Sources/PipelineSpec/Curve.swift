import Diagnostics
import Expressions
import Settings

/// A coordinate of the hypothesis.
public enum HypothesisVariable: String, Sendable, CaseIterable {
  /// The mass, GeV.
  case mass
  /// sqrt(mass² − 4 m²) with m the constituent mass, GeV.
  case reducedMass
}

/// A closed range of hypotheses, stated in one variable.
public struct HypothesisRange: Sendable, Equatable {
  /// The variable the bounds are stated in.
  public var variable: HypothesisVariable
  /// The bounds in GeV, both included.
  public var bounds: ClosedRange<Double>
}

/// A number as a function of the hypothesis.
public enum Curve: Sendable, Equatable {
  /// How points are joined.
  public enum Method: String, Sendable, CaseIterable {
    case linear
    case monotoneCubic = "monotone cubic"
  }

  /// The same for all hypotheses.
  case constant(Double)
  /// A formula in `mass`, `reducedMass` and the constants.
  case expression(ExpressionSource)
  /// Points (x ascending, y) joined by a method; outside them is an error.
  case table(variable: HypothesisVariable, points: [CurvePoint], method: Method)
}

/// One point of a tabulated curve.
public struct CurvePoint: Sendable, Equatable {
  /// Value of the hypothesis variable, GeV.
  public var x: Double
  /// Value of the curve there.
  public var y: Double
}
