import NumericalMethods

/// ln CLs against ln strength: the asymptotic curve plus a smooth correction that the toys tell.
///
/// The correction is a parabola around the limit by weighted least squares. Its slope and curvature
/// have Gaussian priors about zero, far wider than what toys show against the formulae but narrow
/// against the noise of few toys, so that a limit is never where chance bends the curve.
struct ToyCurve {
  /// One strength.
  struct Point {
    /// ln of the strength.
    var x: Double
    /// ln CLs from toys.
    var value: ToyPoint.Value
    /// ln CLs by the asymptotic formulae.
    var asymptotic: Double
    /// Whether the toys suffice to know ln CLs near the goal.
    var isEnough: Bool
  }

  /// Where the curve reaches the goal, or where to look for it.
  ///
  /// Beyond the last x, below the first, near x between two points. Error and slope are those of x
  /// and of ln CLs.
  enum Root {
    case found(x: Double, error: Double, slope: Double)
    case above(x: Double)
    case below(x: Double)
    case between(x: Double, Int, Int)
  }

  /// Points further than this from the limit, in ln of the strength, do not count.
  private static let reach = 0.4
  /// 1 / σ² of the priors of slope and curvature; ln CLs falls by 2 to 4 for each unit of x.
  private static let priors = [0, 1.0, 0.25]

  /// Solves ln CLs = goal; points ascending in x.
  static func solve(_ points: [Point], goal: Double) -> Root {
    guard let first = points.first, let last = points.last,
      let base = try? Interpolant(
        arguments: points.map(\.x), values: points.map(\.asymptotic), method: .monotoneCubic)
    else { return .above(x: points.last?.x ?? 0) }
    let middle = 0.5 * (first.x + last.x)
    let rough = Correction(points, about: middle, degree: 1)
    switch root(base, rough, within: base.range, goal: goal) {
    case .above: return .above(x: last.x)
    case .below: return .below(x: first.x)
    case .between(let x, _, _), .found(let x, _, _):
      let after = min(max(points.firstIndex { $0.x > x } ?? points.count - 1, 1), points.count - 1)
      let near = Root.between(x: x, after - 1, after)
      guard points[after - 1].isEnough, points[after].isEnough else { return near }
      let rows = points.filter { $0.isEnough && abs($0.x - x) < reach }
      guard rows.count > 1 else { return near }
      let fine = Correction(rows, about: x, degree: 2)
      let range = max(x - reach, first.x)...min(x + reach, last.x)
      guard case .found(let x, _, let slope) = root(base, fine, within: range, goal: goal),
        slope < -0.3
      else { return near }
      let common = rows.min { abs($0.x - x) < abs($1.x - x) }?.value.commonError ?? 0
      let error = (fine.variance(x) + common * common).squareRoot()
      return .found(x: x, error: error / -slope, slope: slope)
    }
  }

  /// Where the corrected curve falls through the goal, by bisection.
  private static func root(
    _ base: Interpolant, _ correction: Correction, within range: ClosedRange<Double>, goal: Double
  ) -> Root {
    func value(_ x: Double) -> Double { (base.value(at: x) ?? 0) + correction.value(x) }
    var low = range.lowerBound, high = range.upperBound
    if value(high) > goal { return .above(x: high) }
    if value(low) <= goal { return .below(x: low) }
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if value(middle) > goal { low = middle } else { high = middle }
    }
    let x = 0.5 * (low + high), h = 0.02
    let a = max(x - h, base.range.lowerBound), b = min(x + h, base.range.upperBound)
    return .found(x: x, error: 0, slope: (value(b) - value(a)) / (b - a))
  }

  /// A polynomial in x about a centre, with its covariance.
  private struct Correction {
    let centre: Double
    let coefficients: [Double]
    let covariance: [Double]
    /// What the points' misfit multiplies the variance with, at least 1.
    let inflation: Double

    init(_ points: [Point], about centre: Double, degree: Int) {
      self.centre = centre
      let n = degree + 1
      var h = [Double](repeating: 0, count: n * n), g = [Double](repeating: 0, count: n)
      for i in 0..<n { h[i * n + i] = priors[i] }
      // No toy above the statistic says nothing where none is expected.
      let points = points.filter { !($0.value.isBound && $0.asymptotic < $0.value.logarithm) }
      for point in points {
        let w = 1 / (point.value.error * point.value.error)
        let p = Self.powers(point.x - centre), y = point.value.logarithm - point.asymptotic
        for i in 0..<n {
          g[i] += w * p[i] * y
          for j in 0..<n { h[i * n + j] += w * p[i] * p[j] }
        }
      }
      let c = h.withUnsafeBufferPointer { p in
        p.baseAddress.map { SmallMatrix.inverse(from: 0, count: n, $0, stride: n) } ?? []
      }
      let a = (0..<n).map { i in (0..<n).reduce(0) { $0 + c[i * n + $1] * g[$1] } }
      var square = 0.0
      for point in points {
        let p = Self.powers(point.x - centre)
        let fitted = (0..<n).reduce(0) { $0 + a[$1] * p[$1] }
        let pull = (point.value.logarithm - point.asymptotic - fitted) / point.value.error
        square += pull * pull
      }
      // One parameter is free, the others have priors.
      inflation = points.count > 2 ? max(1, square / Double(points.count - 1)) : 1
      (coefficients, covariance) = (a, c)
    }

    static func powers(_ d: Double) -> [Double] { [1, d, d * d] }

    func value(_ x: Double) -> Double {
      let p = Self.powers(x - centre)
      return coefficients.indices.reduce(0) { $0 + coefficients[$1] * p[$1] }
    }

    func variance(_ x: Double) -> Double {
      let n = coefficients.count, p = Self.powers(x - centre)
      var sum = 0.0
      for i in 0..<n { for j in 0..<n { sum += p[i] * covariance[i * n + j] * p[j] } }
      return inflation * sum
    }
  }
}
