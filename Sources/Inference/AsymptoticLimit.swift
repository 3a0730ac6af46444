import Kernels
import NumericalMethods

/// Upper limits by CLs with the asymptotic distributions of q-tilde (arXiv:1007.1727, section 3.6).
///
/// With √q_A(μ) of the background-only Asimov set and √q(μ) of the data, t = √q - √q_A for q ≤ q_A
/// and (q - q_A) / (2√q_A) beyond the boundary; CLs = (1 - Φ(t + √q_A)) / (1 - Φ(t)). The expected
/// limit at N standard deviations solves √q_A(μ) = N + Φ⁻¹(1 - α Φ(N)).
struct AsymptoticLimit<Source: ProfileSource> {
  let alpha: Double
  var asimov: TestStatisticCurve<Source>
  var observed: TestStatisticCurve<Source>
  /// The fitted signal, not below zero: q is zero up to it.
  let fitted: Double
  /// The error of the fitted signal.
  let error: Double
  /// The error of the signal in the Asimov set, at zero.
  let spread: Double

  /// Newton's last step, relative to the limit: the error left is of the order of its square.
  private static var lastStep: Double { 2e-5 }

  /// The expected limit for N standard deviations, starting the search at `start`.
  mutating func expected(target: Double, start: Double) -> Double? {
    var x = start, low = 0.0, high = Double.infinity
    for _ in 0..<80 {
      guard let (q, slope) = asimov.evaluate(x) else { return nil }
      let root = q.squareRoot(), miss = target - root
      if miss > 0 { low = max(low, x) } else { high = min(high, x) }
      var step = slope > 0 && root > 0 ? miss * 2 * root / slope : x
      if abs(step) < Self.lastStep * x { return x + step }
      if !(x + step > low && x + step < high) {
        step = (high.isFinite ? 0.5 * (low + high) : 2 * x) - x
      } else if x + step > 4 * x {
        step = 3 * x
      }
      x += step
      if high - low < 1e-10 * x { return x }
    }
    return nil
  }

  /// The observed limit, starting the search at `start`.
  mutating func observedLimit(start: Double) -> Double? {
    let goal = nj_log_scalar(alpha)
    var x = start, low = fitted, high = Double.infinity
    for _ in 0..<100 {
      guard let value = logCLs(x) else { return nil }
      let miss = value.logCLs - goal
      if miss > 0 { low = max(low, x) } else { high = min(high, x) }
      var step = value.slope < 0 ? -miss / value.slope : error
      step = min(max(step, -0.5 * x), max(2 * error, 0.5 * x))
      if abs(step) < Self.lastStep * x { return x + step }
      if !(x + step > low && x + step < high) {
        step = (high.isFinite ? 0.5 * (low + high) : x + max(error, 0.5 * x)) - x
      }
      x += step
      if high - low < 1e-10 * x { return x }
    }
    return nil
  }

  /// ln CLs at a signal expectation, and its derivative.
  mutating func logCLs(_ x: Double) -> (logCLs: Double, slope: Double)? {
    guard let (t, slopeT, rootA, slopeA, _) = shift(x) else { return nil }
    let above = NormalDistribution.tail(t + rootA), below = NormalDistribution.tail(t)
    return (
      above.logarithm - below.logarithm,
      below.hazard * slopeT - above.hazard * (slopeT + slopeA)
    )
  }

  /// ln CLs, ln CLs+b and q-tilde at a signal expectation.
  mutating func tails(_ x: Double) -> TestedStrength? {
    guard let (t, _, rootA, _, q) = shift(x) else { return nil }
    let tail = NormalDistribution.logUpperTail(t + rootA)
    return TestedStrength(
      logCLs: tail - NormalDistribution.logUpperTail(t), logCLsPlusB: tail, statistic: q)
  }

  /// Whether a profile under way was not found.
  var hasFailed: Bool { asimov.hasFailed || observed.hasFailed }

  /// t and √q_A at a signal expectation, with their derivatives, and q-tilde.
  private mutating func shift(
    _ x: Double
  ) -> (t: Double, slopeT: Double, rootA: Double, slopeA: Double, q: Double)? {
    guard let a = asimov.evaluate(x) else { return nil }
    let rootA = max(a.q, 1e-24).squareRoot(), slopeA = a.slope / (2 * rootA)
    var t = -rootA, slopeT = -slopeA, q = 0.0
    if x > fitted {
      guard let o = observed.evaluate(x) else { return nil }
      q = o.q
      let root = max(o.q, 1e-24).squareRoot()
      if root <= rootA {
        t = root - rootA
        slopeT = o.slope / (2 * root) - slopeA
      } else {
        t = (o.q - a.q) / (2 * rootA)
        slopeT = (o.slope - a.slope) / (2 * rootA) - t * slopeA / rootA
      }
    }
    return (t, slopeT, rootA, slopeA, q)
  }

  /// The value of √q_A at which the expected limit lies.
  static func target(_ deviations: Double, alpha: Double) -> Double {
    deviations
      + NormalDistribution.quantile(upperTail: alpha * NormalDistribution.upperTail(-deviations))
  }
}

/// What the limits of one window are made with: the wanted bands and their targets, found once.
struct LimitTargets {
  let level: Double
  let deviations: [Double]
  let targets: [Double]
  let median: Double
  /// Indices of the bands in the order they are solved: upward from the median, then downward.
  let order: [Int]

  init(level: Double, deviations: [Double]) {
    self.level = level
    self.deviations = deviations
    let alpha = 1 - level
    targets = deviations.map { AsymptoticLimit<LinearProfile>.target($0, alpha: alpha) }
    median = AsymptoticLimit<LinearProfile>.target(0, alpha: alpha)
    let sorted = deviations.indices.sorted { (deviations[$0], $0) < (deviations[$1], $1) }
    order =
      sorted.filter { deviations[$0] >= 0 } + sorted.reversed().filter { deviations[$0] < 0 }
  }
}

extension AsymptoticLimit {
  /// Solves all limits, in signal events on the full line; NaN where one was not found.
  mutating func solve(_ targets: LimitTargets, into expected: inout [Double]) -> Double {
    var medianPoint = asimov.point, scale = spread
    var isFirst = true
    for i in targets.order {
      let target = targets.targets[i]
      if targets.deviations[i] < 0, !isFirst { asimov.point = medianPoint }
      let found = self.expected(target: target, start: scale * target)
      expected[i] = found ?? .nan
      if let found {
        if isFirst {
          medianPoint = asimov.point
          isFirst = false
        }
        scale = found / target
      }
    }
    asimov.point = medianPoint
    let z = fitted / error
    let guess = fitted + error * Self.startingTarget(z, targets)
    return observedLimit(start: max(guess, 0.05 * error)) ?? .nan
  }

  private static func startingTarget(_ z: Double, _ targets: LimitTargets) -> Double {
    let tail = NormalDistribution.upperTail(-z)
    return NormalDistribution.quantile(upperTail: (1 - targets.level) * tail)
  }
}
