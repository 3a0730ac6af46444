import Kernels
import NumericalMethods

extension NormalDistribution {
  /// ln(1 - Φ(x)) and φ(x) / (1 - Φ(x)), the negative of its derivative, also in the far tails.
  static func tail(_ x: Double) -> (logarithm: Double, hazard: Double) {
    if x < 1 {
      let below = cumulative(x)
      return (nj_log1p_scalar(-below), density(x) / (1 - below))
    }
    // 1 - Φ(x) = ½ erfcx(x/√2) exp(-x²/2).
    let scaled = nj_erfcx_scalar(x * 0.7071067811865476)
    return (-0.5 * x * x + nj_log_scalar(0.5 * scaled), 0.7978845608028654 / scaled)
  }
}
