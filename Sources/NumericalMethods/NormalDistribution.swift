import Kernels

/// The standard normal distribution, exact to a few ulp into the far tails.
public enum NormalDistribution {
  /// Half the logarithm of 2 pi.
  package static let halfLogTwoPi = 0x1.d67f1c864beb5p-1

  /// Computes the density at `z`.
  public static func density(_ z: Double) -> Double {
    nj_exp_scalar(-0.5 * z * z) * 0x1.9884533d43651p-2
  }

  /// Computes the probability below `z`.
  public static func cumulative(_ z: Double) -> Double { nj_normal_upper_tail_scalar(-z) }

  /// Computes the probability above `z`: the p-value of `z` standard deviations.
  public static func upperTail(_ z: Double) -> Double { nj_normal_upper_tail_scalar(z) }

  /// Computes the logarithm of the probability above `z`, also where that underflows.
  public static func logUpperTail(_ z: Double) -> Double {
    if z < 1 { return nj_log1p_scalar(-cumulative(z)) }
    return -0.5 * z * z + nj_log_scalar(0.5 * nj_erfcx_scalar(z * 0.5.squareRoot()))
  }

  /// Computes the `z` below which lies the probability `p`; infinite at 0 and 1, NaN outside.
  public static func quantile(_ p: Double) -> Double {
    guard p >= 0, p <= 1 else { return .nan }
    let q = p - 0.5
    if q.magnitude <= 0.425 { return central(q) }
    return q < 0
      ? -quantile(logUpperTail: nj_log_scalar(p)) : quantile(logUpperTail: nj_log1p_scalar(-p))
  }

  /// Computes the `z` above which lies the probability `p`: the significance of a p-value.
  public static func quantile(upperTail p: Double) -> Double { -quantile(p) }

  /// Computes the `z` above which lies the probability exp(`logarithm`), however small.
  ///
  /// Newton steps on the logarithm of the tail from Abramowitz and Stegun 26.2.23.
  public static func quantile(logUpperTail logarithm: Double) -> Double {
    guard logarithm <= 0 else { return .nan }
    if logarithm == 0 { return -.infinity }
    if logarithm == -.infinity { return .infinity }
    if logarithm > -0x1.62e42fefa39efp-1 {
      let below = -nj_expm1_scalar(logarithm)
      return below > 0.075
        ? central(0.5 - below) * -1 : -quantile(logUpperTail: nj_log_scalar(below))
    }
    if logarithm > -2.5 { return -central(nj_exp_scalar(logarithm) - 0.5) }
    let t = (-2 * logarithm).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    var z = t - numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    for _ in 0..<3 {
      let mills = 0x1.40d931ff62706p0 * nj_erfcx_scalar(z * 0.5.squareRoot())
      let excess = logUpperTail(z) - logarithm
      z += excess * mills
    }
    return z
  }

  // Wichura, AS 241 (PPND16): the quantile of 1/2 + q for |q| <= 0.425, to 1e-16.
  private static func central(_ q: Double) -> Double {
    let r = 0.180625 - q * q
    let over: [Double] = [
      2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4,
      4.5921953931549871457e+4, 1.3731693765509461125e+4, 1.9715909503065514427e+3,
      1.3314166789178437745e+2, 3.3871328727963666080,
    ]
    let under: [Double] = [
      5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4,
      2.1213794301586595867e+4, 5.3941960214247511077e+3, 6.8718700749205790830e+2,
      4.2313330701600911252e+1, 1,
    ]
    return q * horner(over, r) / horner(under, r)
  }
}

/// Evaluates a polynomial, highest coefficient first.
func horner(_ coefficients: [Double], _ x: Double) -> Double {
  var sum = 0.0
  for c in coefficients { sum = sum * x + c }
  return sum
}
