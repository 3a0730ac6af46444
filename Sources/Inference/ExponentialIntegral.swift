import Kernels

/// Integrals of the exponential background.
enum ExponentialIntegral {
  /// ∫exp(slope·u) dx and its two derivatives in the slope, over [a, b] in x.
  static func over(
    _ slope: Double, _ geometry: WindowGeometry, _ a: Double, _ b: Double
  ) -> (Double, Double, Double) {
    let ua = geometry.u(a), ub = geometry.u(b), m = 0.5 * (ua + ub), h = 0.5 * (ub - ua)
    let z = slope * h
    // sinh(z)/z and two derivatives, by series where they cancel.
    var s = 0.0, d = 0.0, dd = 0.0
    if abs(z) < 1 {
      var term = 1.0
      s = 1
      for k in 1..<12 {
        let even = Double(2 * k)
        d += term * even / (even * (even + 1)) * z
        dd += term * even * (even - 1) / (even * (even + 1))
        term *= z * z / (even * (even + 1))
        s += term
      }
    } else {
      let e = nj_exp_scalar(z), i = 1 / e, sinh = 0.5 * (e - i), cosh = 0.5 * (e + i)
      s = sinh / z
      d = (cosh - s) / z
      dd = (sinh - 2 * d) / z
    }
    let front = nj_exp_scalar(slope * m) * 2 * h * geometry.half
    return (front * s, front * (m * s + h * d), front * (m * m * s + 2 * m * h * d + h * h * dd))
  }
}
