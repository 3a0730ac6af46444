/// What a search for a root came to.
public struct Root: Equatable, Sendable {
  /// How the search ended.
  public enum Status: Equatable, Sendable {
    /// The bracket is as small as asked, or the function is zero.
    case converged
    /// The function has the same sign at both ends.
    case notBracketed
    /// The calls were used up; `value` is the best so far.
    case callLimit
    /// The function gave NaN; `value` is where.
    case notANumber
  }

  /// The root, or the best approximation.
  public var value: Double
  /// How the search ended.
  public var status: Status
  /// The number of calls of the function.
  public var calls: Int
}

/// Searches for zeros of functions of one variable.
public enum RootFinding {
  /// Finds a zero between two points of opposite sign by Brent's method.
  ///
  /// Brent, Algorithms for Minimization without Derivatives (1973), chapter 4.
  /// - Parameters:
  ///   - range: The bracket.
  ///   - tolerance: Absolute; 4 ulp of the root are added.
  ///   - maxCalls: Of the function, at least 2.
  ///   - function: The function.
  /// - Returns: The root to `tolerance`, with the status.
  public static func brent(
    in range: ClosedRange<Double>, tolerance: Double = 0, maxCalls: Int = 200,
    _ function: (Double) -> Double
  ) -> Root {
    var (a, b) = (range.lowerBound, range.upperBound)
    var fa = function(a)
    if fa.isNaN { return Root(value: a, status: .notANumber, calls: 1) }
    if fa == 0 { return Root(value: a, status: .converged, calls: 1) }
    var fb = function(b)
    var calls = 2
    if fb.isNaN { return Root(value: b, status: .notANumber, calls: 2) }
    if fb != 0 && (fa > 0) == (fb > 0) {
      return Root(value: fa.magnitude < fb.magnitude ? a : b, status: .notBracketed, calls: 2)
    }
    var (c, fc) = (a, fa)
    var step = b - a
    var last = step
    while true {
      if (fb > 0) == (fc > 0) {
        (c, fc) = (a, fa)
        step = b - a
        last = step
      }
      if fc.magnitude < fb.magnitude {
        (a, b, c) = (b, c, b)
        (fa, fb, fc) = (fb, fc, fb)
      }
      let goal = 2 * b.ulp + 0.5 * tolerance
      let middle = 0.5 * (c - b)
      if fb == 0 || middle.magnitude <= goal {
        return Root(value: b, status: .converged, calls: calls)
      }
      if calls >= maxCalls { return Root(value: b, status: .callLimit, calls: calls) }
      if last.magnitude >= goal, fa.magnitude > fb.magnitude {
        var p: Double
        var q: Double
        let s = fb / fa
        if a == c {
          p = 2 * middle * s
          q = 1 - s
        } else {
          let (t, r) = (fa / fc, fb / fc)
          p = s * (2 * middle * t * (t - r) - (b - a) * (r - 1))
          q = (t - 1) * (r - 1) * (s - 1)
        }
        if p > 0 { q = -q } else { p = -p }
        if 2 * p < min(3 * middle * q - (goal * q).magnitude, (last * q).magnitude) {
          last = step
          step = p / q
        } else {
          step = middle
          last = middle
        }
      } else {
        step = middle
        last = middle
      }
      (a, fa) = (b, fb)
      b += step.magnitude > goal ? step : (middle > 0 ? goal : -goal)
      fb = function(b)
      calls += 1
      if fb.isNaN { return Root(value: b, status: .notANumber, calls: calls) }
    }
  }

  /// Finds a zero between two points of opposite sign by Newton's method kept inside the bracket.
  ///
  /// Halves the bracket where Newton's step leaves it or gains too little.
  /// - Parameters:
  ///   - range: The bracket.
  ///   - start: The first point; the middle if nil or outside.
  ///   - tolerance: Absolute, for the last step; 4 ulp of the root are added.
  ///   - maxCalls: Of the function.
  ///   - function: The value and the derivative.
  /// - Returns: The root to `tolerance`, with the status.
  public static func newton(
    in range: ClosedRange<Double>, start: Double? = nil, tolerance: Double = 0,
    maxCalls: Int = 200, _ function: (Double) -> (value: Double, derivative: Double)
  ) -> Root {
    var (low, high) = (range.lowerBound, range.upperBound)
    let (first, second) = (function(low).value, function(high).value)
    var calls = 2
    if first.isNaN { return Root(value: low, status: .notANumber, calls: calls) }
    if second.isNaN { return Root(value: high, status: .notANumber, calls: calls) }
    if first == 0 { return Root(value: low, status: .converged, calls: calls) }
    if second == 0 { return Root(value: high, status: .converged, calls: calls) }
    if (first > 0) == (second > 0) {
      let nearer = first.magnitude < second.magnitude ? low : high
      return Root(value: nearer, status: .notBracketed, calls: calls)
    }
    var x = low + 0.5 * (high - low)
    if let start, range.contains(start) { x = start }
    var previous = high - low
    while calls < maxCalls {
      let (value, derivative) = function(x)
      calls += 1
      if value.isNaN { return Root(value: x, status: .notANumber, calls: calls) }
      if value == 0 { return Root(value: x, status: .converged, calls: calls) }
      if (value > 0) == (first > 0) { low = x } else { high = x }
      let goal = 4 * x.ulp + tolerance
      let step = -value / derivative
      if step.magnitude <= goal || high - low <= goal {
        let end = min(max(x + step, low), high)
        return Root(value: end.isNaN ? x : end, status: .converged, calls: calls)
      }
      var next = x + step
      if !(next > low && next < high) || step.magnitude > 0.5 * previous {
        // So near the root only the rounding of the function keeps the steps from shrinking.
        if previous <= 0x1p-40 * x.magnitude {
          return Root(value: x, status: .converged, calls: calls)
        }
        next = low + 0.5 * (high - low)
      }
      previous = (next - x).magnitude
      x = next
    }
    return Root(value: x, status: .callLimit, calls: calls)
  }

  /// Doubles a bracket away from `start` until the sign changes or `limit` is passed.
  ///
  /// - Parameters:
  ///   - start: One end of the bracket.
  ///   - step: The first step; its sign is the direction.
  ///   - limit: The largest distance from `start`.
  ///   - function: The function.
  /// - Returns: The bracket; nil if the sign does not change or NaN is met.
  public static func bracket(
    from start: Double, step: Double, limit: Double, _ function: (Double) -> Double
  ) -> ClosedRange<Double>? {
    let first = function(start)
    guard !first.isNaN, step != 0 else { return nil }
    var inner = start
    var distance = step
    while distance.magnitude <= limit {
      let outer = start + distance
      let value = function(outer)
      if value.isNaN { return nil }
      if value == 0 || (value > 0) != (first > 0) { return min(inner, outer)...max(inner, outer) }
      inner = outer
      distance *= 2
    }
    return nil
  }
}
