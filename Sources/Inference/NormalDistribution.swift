import Glibc

/// The standard normal distribution, as the limits need it.
enum NormalDistribution {
  static func density(_ x: Double) -> Double { 0.3989422804014327 * exp(-0.5 * x * x) }

  /// 1 - Φ(x).
  static func upperTail(_ x: Double) -> Double { 0.5 * erfc(x * 0.7071067811865476) }

  /// ln(1 - Φ(x)), also where 1 - Φ underflows.
  static func logUpperTail(_ x: Double) -> Double {
    if x < 30 { return log(upperTail(x)) }
    let s = 1 / (x * x)
    return -0.5 * x * x - log(x) - 0.9189385332046727 + log(1 - s * (1 - 3 * s * (1 - 5 * s)))
  }

  /// φ(x) / (1 - Φ(x)).
  static func hazard(_ x: Double) -> Double {
    if x < 30 { return density(x) / upperTail(x) }
    let s = 1 / (x * x)
    return x / (1 - s * (1 - 3 * s * (1 - 5 * s)))
  }

  /// The x with 1 - Φ(x) = p, 0 < p < 1.
  static func upperQuantile(_ p: Double) -> Double {
    if p > 0.5 { return -upperQuantile(1 - p) }
    let goal = log(p)
    var x = (max(-2 * goal - 1.8378770664093453, 0)).squareRoot()
    for _ in 0..<60 {
      let step = (logUpperTail(x) - goal) / hazard(x)
      x += step
      if abs(step) < 1e-13 * max(1, abs(x)) { break }
    }
    return x
  }
}
