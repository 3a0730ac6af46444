import NumericalMethods

/// A value between measured points with what is unknown about it.
public struct InterpolatedValue: Equatable, Sendable, Codable {
  /// The value.
  public var value: Double
  /// Its standard error from the errors of the points.
  public var statistical: Double
  /// Its error from not knowing the curve between the points.
  public var interpolation: Double

  /// Both errors in quadrature.
  public var error: Double {
    (statistical * statistical + interpolation * interpolation).squareRoot()
  }

  /// exp of the value, errors to first order.
  var exponential: InterpolatedValue {
    let e = SpecialFunctions.exp(value)
    return InterpolatedValue(
      value: e, statistical: e * statistical, interpolation: e * interpolation)
  }

  /// The value and its errors times a positive number.
  func scaled(by factor: Double) -> InterpolatedValue {
    InterpolatedValue(
      value: factor * value, statistical: factor * statistical,
      interpolation: factor * interpolation)
  }
}

/// A quantity between measured points.
///
/// The statistical error is that of the straight line between the two neighbours, which any smooth
/// curve follows to first order: sqrt((1−t)²σ₀² + t²σ₁²). The interpolation error is the difference
/// between the monotone cubic and the straight line: zero at the points, and of the order of the
/// curvature that a method has to guess in between. Leave-one-out shows whether that is honest.
struct QuantityCurve: Equatable, Sendable {
  private let arguments: [Double]
  private let errors: [Double]
  private let main: Interpolant
  private let line: Interpolant
  private let cubic: Interpolant

  init(arguments: [Double], values: [Double], errors: [Double], method: InterpolationMethod)
    throws(InterpolationError)
  {
    self.arguments = arguments
    self.errors = errors
    line = try Interpolant(arguments: arguments, values: values, method: .linear)
    cubic = try Interpolant(arguments: arguments, values: values, method: .monotoneCubic)
    main = method == .linear ? line : cubic
  }

  var range: ClosedRange<Double> { main.range }

  /// The value alone; nil outside of the points.
  func number(at x: Double) -> Double? { main.value(at: x) }

  /// The value with its errors; nil outside of the points.
  func value(at x: Double) -> InterpolatedValue? {
    guard let value = main.value(at: x), let a = line.value(at: x), let b = cubic.value(at: x)
    else { return nil }
    let (low, t) = place(x)
    let first = (1 - t) * errors[low], second = t * errors[low + 1]
    return InterpolatedValue(
      value: value, statistical: (first * first + second * second).squareRoot(),
      interpolation: abs(a - b))
  }

  /// The point below and the way to the next one, 0…1.
  func place(_ x: Double) -> (low: Int, t: Double) {
    let above = SmallestInterval.firstIndex(arguments) { $0 > x }
    let low = min(max(above - 1, 0), arguments.count - 2)
    return (low, (x - arguments[low]) / (arguments[low + 1] - arguments[low]))
  }
}
