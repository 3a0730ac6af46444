import Kernels
import NumericalMethods

extension NormalDistribution {
  /// φ(x) / (1 - Φ(x)), also in the far tails: √(2/π) / erfcx(x/√2).
  static func hazard(_ x: Double) -> Double {
    if x < 1 { return density(x) / upperTail(x) }
    return 0.7978845608028654 / nj_erfcx_scalar(x * 0.7071067811865476)
  }
}
