import NumericalMethods

/// A density on an interval as a Chebyshev series, with its integral.
///
/// Taken at the points cos(πj/N): doubling N keeps all values, and an analytic density converges
/// faster than any power of N (Trefethen, Approximation Theory and Approximation Practice, ch. 8).
struct ChebyshevDensity {
  let low: Double
  let high: Double
  private let coefficients: [Double]
  private let primitive: [Double]
  /// The integral over the interval.
  let total: Double

  /// The points of the order N from the upper end down, shape [N + 1].
  static func points(_ order: Int, _ low: Double, _ high: Double) -> [Double] {
    (0...order).map { j in
      if j == 0 { return high }
      if j == order { return low }
      let x = SpecialFunctions.cos(.pi * Double(j) / Double(order))
      return 0.5 * (low + high) + 0.5 * (high - low) * x
    }
  }

  /// Joins values at the points of their order.
  init(low: Double, high: Double, values: [Double]) {
    self.low = low
    self.high = high
    let n = values.count - 1
    let cosines = (0..<(2 * n)).map { SpecialFunctions.cos(.pi * Double($0) / Double(n)) }
    let series = (0...n).map { k in
      var sum = 0.5 * (values[0] + (k.isMultiple(of: 2) ? values[n] : -values[n]))
      for j in 1..<max(n, 1) { sum += values[j] * cosines[j * k % (2 * n)] }
      return sum * (k == 0 || k == n ? 1 : 2) / Double(n)
    }
    // ∫T_k = (T_{k+1}/(k+1) - T_{k-1}/(k-1)) / 2.
    var integral = [Double](repeating: 0, count: n + 2)
    func a(_ k: Int) -> Double { k <= n ? series[k] : 0 }
    let half = 0.5 * (high - low)
    for k in 1...(n + 1) {
      integral[k] = half * ((k == 1 ? 2 : 1) * a(k - 1) - a(k + 1)) / (2 * Double(k))
    }
    integral[0] = -WindowGeometry.chebyshevSum(integral, -1)
    coefficients = series
    primitive = integral
    total = WindowGeometry.chebyshevSum(integral, 1)
  }

  private func u(_ x: Double) -> Double { (2 * x - low - high) / (high - low) }

  /// The density; zero outside of the interval.
  func value(at x: Double) -> Double {
    x < low || x > high ? 0 : WindowGeometry.chebyshevSum(coefficients, u(x))
  }

  /// The integral from x to the upper end.
  func above(_ x: Double) -> Double {
    if x >= high { return 0 }
    return total - (x <= low ? 0 : WindowGeometry.chebyshevSum(primitive, u(x)))
  }

  /// The point with this part of the integral below it; nil where there is no integral.
  func quantile(_ level: Double) -> Double? {
    guard total > 0, total.isFinite else { return nil }
    let root = RootFinding.brent(in: low...high) { (1 - level) * total - above($0) }
    return root.status == .converged ? root.value : nil
  }

  /// A quantile with the change in the last doubling of the order as its error.
  struct Quantile {
    var value = Double.nan
    var error = Double.nan
    var isConverged = false
  }

  /// The quantile of a posterior, prior times likelihood, within bounds of the strength.
  static func quantile(
    _ prior: StrengthPrior, strengths: ClosedRange<Double>, level: Double, tolerance: Double,
    _ likelihood: (Double) -> Double
  ) -> Quantile {
    var (a, b) = (strengths.lowerBound, strengths.upperBound)
    if case .logUniform(let range) = prior {
      (a, b) = (max(range.lowerBound, a), min(range.upperBound, b))
      // All of the prior lies where the likelihood is negligible.
      if !(b > a) { (a, b) = (range.lowerBound, range.upperBound) }
    }
    let (low, high) = (prior.variable(a), prior.variable(b))
    var values: [Double] = [], result = Quantile()
    var order = 32
    while order <= 2048 {
      let points = points(order, low, high)
      values = points.indices.map { j in
        if !values.isEmpty, j.isMultiple(of: 2) { return values[j / 2] }
        let (s, density) = prior.strength(points[j])
        return density * likelihood(s)
      }
      let fit = ChebyshevDensity(low: low, high: high, values: values)
      guard let u = fit.quantile(level) else { return Quantile() }
      let value = prior.strength(u).s
      result.error = (value - result.value).magnitude
      result.value = value
      if result.error <= tolerance * value {
        result.isConverged = true
        return result
      }
      order *= 2
    }
    return result
  }
}
