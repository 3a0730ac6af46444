import Kernels
import NumericalMethods

/// p-values of one strength.
public struct StrengthTest: Hashable, Sendable {
  /// The strength tested.
  public var strength: Double
  /// The test statistic of the data.
  public var statistic: Double
  /// The probability of a larger statistic with signal and background, CL_s+b.
  public var clsb: Double
  /// The same with background alone, CL_b.
  public var clb: Double
  /// CL_s+b / CL_b.
  public var cls: Double { clsb / clb }
  /// CL_s of data at these deviations of background fluctuation, in the order asked for.
  public var expectedCLs: [Double]
  /// Whether all fits may be used; the numbers are NaN where not.
  public var isValid: Bool
}

/// Limits with the uncertainty of the search for them.
public struct LikelihoodLimit: Hashable, Sendable {
  /// The limits.
  public var limit: UpperLimit
  /// The last step of the search for the observed limit: what is left is far below it.
  public var error: Double
  /// Which construction gave them, in words.
  public var construction: String
}

extension AsymptoticCalculator {
  /// How a limit treats its p-value.
  public enum Construction: String, Hashable, Sendable {
    /// CL_s = CL_s+b / CL_b.
    case cls = "CLs"
    /// CL_s+b.
    case clsb = "CLs+b"
  }

  /// Tests a strength > 0 by CL_s+b, CL_b and CL_s.
  ///
  /// Distributions of equations 57 and 65 to 68.
  /// With t = √q - √q_A, or (q - q_A) / (2√q_A) for q̃ beyond q_A (the boundary term),
  /// CL_s+b = Φ(-t - √q_A) and CL_b = Φ(-t).
  public func test(
    _ mu: Double, _ statistic: Statistic = .qTilde, deviations: [Double] = [-2, -1, 0, 1, 2]
  ) -> StrengthTest {
    guard let o = observed(mu, statistic), let a = expected(mu) else {
      return StrengthTest(
        strength: mu, statistic: .nan, clsb: .nan, clb: .nan,
        expectedCLs: deviations.map { _ in .nan }, isValid: false)
    }
    let root = a.q.squareRoot()
    let t = Self.transformed(o.q, a.q, statistic)
    return StrengthTest(
      strength: mu, statistic: o.q, clsb: NormalDistribution.upperTail(t + root),
      clb: NormalDistribution.upperTail(t),
      expectedCLs: deviations.map { n in
        NormalDistribution.upperTail(root - n) / NormalDistribution.upperTail(-n)
      }, isValid: true)
  }

  private static func transformed(_ q: Double, _ qA: Double, _ statistic: Statistic) -> Double {
    statistic == .q || q <= qA || qA == 0
      ? q.squareRoot() - qA.squareRoot() : (q - qA) / (2 * qA.squareRoot())
  }

  /// Finds the upper limits on the strength at a confidence level.
  ///
  /// The observed limit solves CL_s = 1 - level (or CL_s+b); the expected one at N deviations
  /// solves √q_A(μ) = N + Φ⁻¹(1 - αΦ(N)), without Φ(N) for CL_s+b. Roots to 1e-7 relative. CL_s+b
  /// excludes every strength above zero where the data lie far below the background: the limit is
  /// then 0 with q̃ and negative with q.
  public func limit(
    level: Double = 0.95, _ construction: Construction = .cls, _ statistic: Statistic = .qTilde,
    deviations: [Double] = [-2, -1, 0, 1, 2]
  ) -> LikelihoodLimit {
    precondition(level > 0 && level < 1, "the confidence level lies between 0 and 1")
    let alpha = 1 - level
    var guess = scale
    var expected: [Double] = []
    for n in deviations {
      let target =
        construction == .cls
        ? AsymptoticLimit<LinearProfile>.target(n, alpha: alpha)
        : n + NormalDistribution.quantile(upperTail: alpha)
      guard target > 0 else {
        expected.append(0)
        continue
      }
      let root = Self.solve(from: guess * target, above: 0) { mu in
        guard let a = self.expected(mu) else { return nil }
        let root = a.q.squareRoot()
        return (root - target, root > 0 ? a.slope / (2 * root) : 0)
      }
      expected.append(root?.value ?? .nan)
      if let root { guess = root.value / target }
    }
    // CL_s+b by q alone may exclude every positive strength: its limit is then negative.
    let low = construction == .clsb && statistic == .q ? fitted : max(fitted, 0)
    let found = Self.solve(from: low + 1.5 * guess, above: low) { mu in
      self.logPValue(mu, construction, statistic).map {
        (nj_log_scalar(alpha) - $0.value, -$0.slope)
      }
    }
    let isFound = found != nil && expected.allSatisfy(\.isFinite)
    return LikelihoodLimit(
      limit: UpperLimit(
        status: isFound ? .found : .notFound, level: level, observed: found?.value ?? .nan,
        expected: expected),
      error: found?.error ?? .nan,
      construction: "\(construction.rawValue), asymptotic distributions of "
        + (statistic == .qTilde ? "q-tilde" : "q"))
  }

  /// ln of CL_s or CL_s+b and its derivative in μ.
  private func logPValue(
    _ mu: Double, _ construction: Construction, _ statistic: Statistic
  ) -> (value: Double, slope: Double)? {
    guard let o = observed(mu, statistic) else { return nil }
    if construction == .clsb, statistic == .q {
      let root = max(o.q, 1e-24).squareRoot()
      return (
        NormalDistribution.logUpperTail(root),
        -NormalDistribution.tail(root).hazard * o.slope / (2 * root)
      )
    }
    guard let a = expected(mu) else { return nil }
    let rootA = max(a.q, 1e-24).squareRoot(), slopeA = a.slope / (2 * rootA)
    let t = Self.transformed(o.q, a.q, statistic)
    let isBeyond = statistic == .qTilde && o.q > a.q
    let root = max(o.q, 1e-24).squareRoot()
    let slope =
      isBeyond
      ? (o.slope - a.slope) / (2 * rootA) - t * slopeA / rootA : o.slope / (2 * root) - slopeA
    var value = NormalDistribution.logUpperTail(t + rootA)
    var change = -NormalDistribution.tail(t + rootA).hazard * (slope + slopeA)
    if construction == .cls {
      value -= NormalDistribution.logUpperTail(t)
      change += NormalDistribution.tail(t).hazard * slope
    }
    return (value, change)
  }

  /// The zero of a rising function above `origin`: Newton steps kept inside a bracket; `origin` where
  /// the function is positive all the way down to it.
  private static func solve(
    from start: Double, above origin: Double, _ f: (Double) -> (value: Double, slope: Double)?
  ) -> (value: Double, error: Double)? {
    var low = 0.0, high = Double.infinity, d = start - origin, failures = 0
    let first = d
    for _ in 0..<100 {
      guard let (value, slope) = f(origin + d), value.isFinite else {
        // A fit far out may fail: come back half the way.
        failures += 1
        if failures > 8 { return nil }
        high = min(high, d)
        d = 0.5 * (low + d)
        continue
      }
      if value == 0 { return (origin + d, 0) }
      if value < 0 { low = max(low, d) } else { high = min(high, d) }
      var next = slope > 0 ? d - value / slope : 2 * d
      let step = abs(next - d)
      if slope > 0, step < 1e-5 * d, next > low - step, next < high + step {
        return (origin + next, step)
      }
      if !(next > low && next < high) { next = high.isFinite ? 0.5 * (low + high) : 3 * d }
      next = min(next, 4 * d)
      if high - low < 1e-9 * high { return (origin + next, high - low) }
      if low == 0, next < 1e-9 * first { return (origin, next) }
      d = next
    }
    return nil
  }
}
