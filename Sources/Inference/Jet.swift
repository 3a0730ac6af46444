import Kernels

/// A value with gradient and Hessian in six variables: exact derivatives of closed forms.
///
/// Vectors hold the derivatives, so that nothing is allocated; lanes beyond the used ones stay 0.
struct Jet {
  static let variables = 6

  var value: Double
  var gradient = SIMD8<Double>(repeating: 0)
  /// Packed by rows: (k, j) with j <= k at k(k+1)/2 + j.
  var hessian = SIMD32<Double>(repeating: 0)

  init(_ value: Double) { self.value = value }

  init(_ value: Double, variable: Int) {
    self.init(value)
    gradient[variable] = 1
  }

  /// f(self) from f and two derivatives at the value.
  func applying(_ f: Double, _ first: Double, _ second: Double) -> Jet {
    var out = Jet(f)
    var at = 0
    for k in 0..<Self.variables {
      out.gradient[k] = first * gradient[k]
      for j in 0...k {
        out.hessian[at] = first * hessian[at] + second * gradient[j] * gradient[k]
        at += 1
      }
    }
    return out
  }

  static func + (a: Jet, b: Jet) -> Jet { a.combined(b, 1) }
  static func - (a: Jet, b: Jet) -> Jet { a.combined(b, -1) }
  static func + (a: Jet, b: Double) -> Jet { a + Jet(b) }
  static func * (a: Jet, b: Double) -> Jet { a.applying(a.value * b, b, 0) }

  static func * (a: Jet, b: Jet) -> Jet {
    var out = Jet(a.value * b.value)
    var at = 0
    for k in 0..<variables {
      out.gradient[k] = a.gradient[k] * b.value + a.value * b.gradient[k]
      for j in 0...k {
        out.hessian[at] =
          a.hessian[at] * b.value + a.value * b.hessian[at] + a.gradient[j] * b.gradient[k]
          + a.gradient[k] * b.gradient[j]
        at += 1
      }
    }
    return out
  }

  static func / (a: Jet, b: Jet) -> Jet {
    let r = 1 / b.value
    return a * b.applying(r, -r * r, 2 * r * r * r)
  }

  var exp: Jet {
    let e = nj_exp_scalar(value)
    return applying(e, e, e)
  }

  var log: Jet { applying(nj_log_scalar(value), 1 / value, -1 / (value * value)) }

  /// erf, whose derivative is 2/√π exp(-x²).
  var erf: Jet {
    let d = 1.1283791670955126 * nj_exp_scalar(-value * value)
    return applying(nj_erf_scalar(value), d, -2 * value * d)
  }

  private func combined(_ b: Jet, _ sign: Double) -> Jet {
    var out = self
    out.value += sign * b.value
    for k in 0..<Self.variables { out.gradient[k] += sign * b.gradient[k] }
    for k in 0..<(Self.variables * (Self.variables + 1) / 2) {
      out.hessian[k] += sign * b.hessian[k]
    }
    return out
  }
}

/// Integrals of a Crystal Ball core with tails in (mean, width, alphaLow, nLow, alphaHigh, nHigh);
/// an alpha of 1e30 means no tail on that side.
enum CrystalBallIntegral {
  static let noTail = 1e30

  /// ∫ over [low, high], infinite ends allowed.
  static func over(_ low: Double, _ high: Double, _ q: UnsafePointer<Double>) -> Jet {
    let mean = Jet(q[0], variable: 0), width = Jet(q[1], variable: 1)
    var sum = Jet(0)
    // Each side mirrored to t > 0 is a core from 0 and a tail from alpha.
    for side in 0..<2 {
      let hasTail = q[2 + 2 * side] < 1e29
      let alpha = hasTail ? Jet(q[2 + 2 * side], variable: 2 + 2 * side) : Jet(noTail)
      let n = hasTail ? Jet(q[3 + 2 * side], variable: 3 + 2 * side) : Jet(2)
      let (from, to) = side == 0 ? (high, low) : (low, high)
      let sign = side == 0 ? -1.0 : 1.0
      func end(_ x: Double) -> Jet? {
        if x.isInfinite { return sign * x > 0 ? nil : Jet(0) }
        let t = (Jet(x) - mean) / width * sign
        // An end at the mean belongs to one side, which then moves with the mean.
        return t.value > 0 || t.value == 0 && side == 1 ? t : Jet(0)
      }
      sum = sum + (upTo(end(to), alpha, n, hasTail) - upTo(end(from), alpha, n, hasTail))
    }
    return sum * width
  }

  /// ∫ over the whole line.
  static func overLine(_ q: UnsafePointer<Double>) -> Jet { over(-.infinity, .infinity, q) }

  /// ∫ from 0 to t >= 0 on one side; nil is infinity.
  private static func upTo(_ t: Jet?, _ alpha: Jet, _ n: Jet, _ hasTail: Bool) -> Jet {
    let half = 0.7071067811865476, scale = 1.2533141373155003
    if let t, !hasTail || t.value <= alpha.value { return (t * half).erf * scale }
    guard hasTail else { return Jet(scale) }
    let ratio = n / alpha, power = n + -1
    let core = (alpha * half).erf * scale
    // The tail (ratio / (ratio - alpha + t))^n exp(-alpha²/2), from alpha where it is exp(-alpha²/2).
    let front = (alpha * alpha * -0.5).exp * ratio / power
    guard let t else { return core + front }
    let distance = (ratio - alpha + t) / ratio
    return core + front * (Jet(1) - (power * distance.log * -1).exp)
  }
}
