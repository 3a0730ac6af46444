import Kernels

/// The elementary and special functions behind every result.
///
/// They give the same bits on every processor, to a few ulp, with the edge cases of IEEE 754; NaN in
/// gives NaN out. libm's change their last bits with the processor.
public enum SpecialFunctions {
  /// Computes the square root; NaN below zero.
  @inlinable public static func sqrt(_ x: Double) -> Double { nj_sqrt_scalar(x) }

  /// Computes the exponential.
  @inlinable public static func exp(_ x: Double) -> Double { nj_exp_scalar(x) }

  /// Computes the exponential less one, exact near zero.
  @inlinable public static func expm1(_ x: Double) -> Double { nj_expm1_scalar(x) }

  /// Computes the natural logarithm; NaN below zero.
  @inlinable public static func log(_ x: Double) -> Double { nj_log_scalar(x) }

  /// Computes the logarithm of one plus `x`, exact near zero; NaN below -1.
  @inlinable public static func log1p(_ x: Double) -> Double { nj_log1p_scalar(x) }

  /// Computes the logarithm to base 2; NaN below zero.
  @inlinable public static func log2(_ x: Double) -> Double { nj_log2_scalar(x) }

  /// Computes the logarithm to base 10; NaN below zero.
  @inlinable public static func log10(_ x: Double) -> Double { nj_log10_scalar(x) }

  /// Computes the sine of an angle in rad; NaN for infinity.
  @inlinable public static func sin(_ x: Double) -> Double { nj_sin_scalar(x) }

  /// Computes the cosine of an angle in rad; NaN for infinity.
  @inlinable public static func cos(_ x: Double) -> Double { nj_cos_scalar(x) }

  /// Computes the tangent of an angle in rad; NaN for infinity.
  @inlinable public static func tan(_ x: Double) -> Double { nj_tan_scalar(x) }

  /// Computes the arc sine, in rad; NaN outside [-1, 1].
  @inlinable public static func asin(_ x: Double) -> Double { nj_asin_scalar(x) }

  /// Computes the arc cosine, in rad; NaN outside [-1, 1].
  @inlinable public static func acos(_ x: Double) -> Double { nj_acos_scalar(x) }

  /// Computes the arc tangent, in rad.
  @inlinable public static func atan(_ x: Double) -> Double { nj_atan_scalar(x) }

  /// Computes the hyperbolic sine.
  @inlinable public static func sinh(_ x: Double) -> Double { nj_sinh_scalar(x) }

  /// Computes the hyperbolic cosine.
  @inlinable public static func cosh(_ x: Double) -> Double { nj_cosh_scalar(x) }

  /// Computes the hyperbolic tangent.
  @inlinable public static func tanh(_ x: Double) -> Double { nj_tanh_scalar(x) }

  /// Computes the error function.
  @inlinable public static func erf(_ x: Double) -> Double { nj_erf_scalar(x) }

  /// Computes the complement of the error function, to a few ulp however small.
  @inlinable public static func erfc(_ x: Double) -> Double { nj_erfc_scalar(x) }

  /// Computes the scaled complement, exp(x^2) erfc(x).
  @inlinable public static func erfcx(_ x: Double) -> Double { nj_erfcx_scalar(x) }

  /// Computes `x` to the power `y`, with the special cases of C99 annex F.
  @inlinable public static func pow(_ x: Double, _ y: Double) -> Double { nj_pow_scalar(x, y) }

  /// Computes the length of (`x`, `y`) without overflow on the way.
  @inlinable public static func hypot(_ x: Double, _ y: Double) -> Double {
    nj_hypot_scalar(x, y)
  }

  /// Computes the angle of the point (`x`, `y`) in [-pi, pi] rad.
  @inlinable public static func atan2(y: Double, x: Double) -> Double { nj_atan2_scalar(y, x) }
}
