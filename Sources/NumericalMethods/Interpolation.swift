/// Why points cannot be interpolated.
public enum InterpolationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The two lists differ in length.
  case lengths(arguments: Int, values: Int)
  /// There are fewer points than the method needs.
  case tooFew(found: Int, needed: Int)
  /// An argument is not larger than the one before it.
  case notIncreasing(index: Int, value: Double)
  /// A number is infinite or NaN.
  case notFinite(index: Int)

  /// The text for people.
  public var description: String {
    switch self {
    case .lengths(let arguments, let values):
      "points: \(arguments) arguments for \(values) values; give one value an argument"
    case .tooFew(let found, let needed):
      "points: found \(found), at least \(needed) are needed; add points"
    case .notIncreasing(let index, let value):
      "points: argument \(index + 1) (\(value)) is not larger than the one before; sort the points"
    case .notFinite(let index):
      "points: point \(index + 1) is not a finite number; remove or correct it"
    }
  }
}

/// How points are joined to a curve.
public enum InterpolationMethod: String, Equatable, Sendable, CaseIterable {
  /// Straight lines.
  case linear
  /// Cubics without overshoot (PCHIP).
  case monotoneCubic = "monotone cubic"
}

/// A curve through points, defined between the first and the last.
public struct Interpolant: Equatable, Sendable {
  /// How the points are joined.
  public let method: InterpolationMethod
  let arguments: [Double]
  let values: [Double]
  let slopes: [Double]

  /// Joins points with strictly increasing arguments.
  ///
  /// - Parameters:
  ///   - arguments: Finite and increasing, at least 2.
  ///   - values: Finite, as many.
  ///   - method: How to join them.
  /// - Throws: What is wrong with the points.
  public init(arguments: [Double], values: [Double], method: InterpolationMethod)
    throws(InterpolationError)
  {
    guard arguments.count == values.count else {
      throw .lengths(arguments: arguments.count, values: values.count)
    }
    guard arguments.count >= 2 else { throw .tooFew(found: arguments.count, needed: 2) }
    for i in arguments.indices {
      guard arguments[i].isFinite, values[i].isFinite else { throw .notFinite(index: i) }
      if i > 0, arguments[i] <= arguments[i - 1] {
        throw .notIncreasing(index: i, value: arguments[i])
      }
    }
    self.method = method
    self.arguments = arguments
    self.values = values
    switch method {
    case .linear: slopes = []
    case .monotoneCubic: slopes = Interpolant.monotoneSlopes(arguments, values)
    }
  }

  /// The arguments where the curve is defined.
  public var range: ClosedRange<Double> { arguments[0]...arguments[arguments.count - 1] }

  /// Evaluates the curve; nil outside the range and for NaN.
  public func value(at x: Double) -> Double? {
    guard let low = interval(of: x) else { return nil }
    let high = low + 1
    if x == arguments[high] { return values[high] }
    let width = arguments[high] - arguments[low]
    let t = (x - arguments[low]) / width
    let rise = values[high] - values[low]
    switch method {
    case .linear: return values[low] + t * rise
    case .monotoneCubic:
      let (a, b) = (slopes[low] * width, slopes[high] * width)
      return values[low] + t * (a + t * ((3 * rise - 2 * a - b) + t * (a + b - 2 * rise)))
    }
  }

  /// Evaluates the curve, held at its end values outside the range; NaN for NaN.
  public func clamped(at x: Double) -> Double {
    value(at: min(max(x, range.lowerBound), range.upperBound)) ?? .nan
  }

  /// The power law through the two points around `x`, straight where one of them is not positive; nil
  /// outside the range and for NaN.
  public func powerLaw(at x: Double) -> Double? {
    guard let low = interval(of: x) else { return nil }
    let (first, second) = (arguments[low], arguments[low + 1])
    guard first > 0, values[low] > 0, values[low + 1] > 0 else { return value(at: x) }
    return Self.powerLaw((first, values[low]), (second, values[low + 1]), at: x)
  }

  /// The power law through two points with positive coordinates, at a positive `x`.
  public static func powerLaw(
    _ first: (x: Double, y: Double), _ second: (x: Double, y: Double), at x: Double
  ) -> Double {
    if x == first.x { return first.y }
    if x == second.x { return second.y }
    let part =
      SpecialFunctions.log(x / first.x) / SpecialFunctions.log(second.x / first.x)
    return first.y * SpecialFunctions.exp(part * SpecialFunctions.log(second.y / first.y))
  }

  /// The place of the argument at or below `x`, the last but one at most; nil outside the range.
  private func interval(of x: Double) -> Int? {
    guard range.contains(x) else { return nil }
    var low = 0
    var high = arguments.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if arguments[middle] <= x { low = middle } else { high = middle }
    }
    return low
  }

  // Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300: the weighted harmonic mean of the
  // neighbouring slopes, zero at an extremum; three-point formula at the ends, kept monotone.
  private static func monotoneSlopes(_ x: [Double], _ y: [Double]) -> [Double] {
    let n = x.count
    let h = (1..<n).map { x[$0] - x[$0 - 1] }
    let d = (1..<n).map { (y[$0] - y[$0 - 1]) / h[$0 - 1] }
    if n == 2 { return [d[0], d[0]] }
    var slopes = [Double](repeating: 0, count: n)
    for i in 1..<n - 1 where d[i - 1] * d[i] > 0 {
      let w1 = 2 * h[i] + h[i - 1]
      let w2 = h[i] + 2 * h[i - 1]
      slopes[i] = (w1 + w2) / (w1 / d[i - 1] + w2 / d[i])
    }
    slopes[0] = endSlope(h[0], h[1], d[0], d[1])
    slopes[n - 1] = endSlope(h[n - 2], h[n - 3], d[n - 2], d[n - 3])
    return slopes
  }

  private static func endSlope(_ h0: Double, _ h1: Double, _ d0: Double, _ d1: Double) -> Double {
    let slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    if slope * d0 <= 0 { return 0 }
    if d0 * d1 <= 0, slope.magnitude > 3 * d0.magnitude { return 3 * d0 }
    return slope
  }
}
