import NumericalMethods
import Search

/// Seeded signal samples of known distributions.
struct SignalMaker {
  var stream: RandomStream

  init(_ seed: UInt64, toy: UInt64 = 0) { stream = RandomStream(seed: seed, task: 9, toy: toy) }

  /// A Crystal Ball: a normal core and a power law from alpha widths on, on one side.
  mutating func crystalBall(alpha: Double, n: Double, isLow: Bool) -> Double {
    let sign = isLow ? -1.0 : 1.0, root = (0.5 * Double.pi).squareRoot()
    let front =
      SpecialFunctions.exp(-0.5 * alpha * alpha) * n / alpha / (n - 1)
    let core = root * (1 + SpecialFunctions.erf(alpha / 2.0.squareRoot()))
    if stream.uniform() * (front + core) < front {
      // Survival of the tail: (distance)^(1-n), distance = 1 + (t - alpha) alpha / n.
      let distance = SpecialFunctions.pow(stream.uniform(), 1 / (1 - n))
      return sign * (alpha + (distance - 1) * n / alpha)
    }
    while true {
      let t = stream.normal()
      if t < alpha { return sign * t }
    }
  }

  /// Positions from two Crystal Balls, low and high tail, above a threshold.
  mutating func twoCrystalBalls(
    _ count: Int, mean: Double, width: Double, width2: Double, fraction: Double,
    alpha: Double, alpha2: Double, n: Double = 5, threshold: Double = -.infinity
  ) -> [Double] {
    var out: [Double] = []
    while out.count < count {
      let x =
        stream.uniform() < fraction
        ? mean + width * crystalBall(alpha: alpha, n: n, isLow: true)
        : mean + width2 * crystalBall(alpha: alpha2, n: n, isLow: false)
      if x >= threshold { out.append(x) }
    }
    return out
  }

  mutating func gaussian(_ count: Int, mean: Double, width: Double) -> [Double] {
    (0..<count).map { _ in stream.normal(mean: mean, width: width) }
  }
}
