import Kernels

/// A yield factor with its parameter's place, and its derivatives.
struct CompiledFactor {
  private enum Kind {
    case parameter
    case power(log: Double)
    /// Logarithms of low and high, and the polynomial 1 + Σ a_k θ^k between -1 and 1.
    case asymmetric(low: Double, high: Double, polynomial: SIMD8<Double>)
    case piecewise(low: Double, high: Double)
    case linear(size: Double)
  }

  /// The parameter's index in the model.
  let parameter: Int
  /// Its index among the component's own ones.
  let local: Int
  private let kind: Kind

  init(_ factor: YieldFactor, parameter: Int, local: Int) {
    self.parameter = parameter
    self.local = local
    switch factor {
    case .parameter: kind = .parameter
    case .power(let kappa, _): kind = .power(log: nj_log_scalar(kappa))
    case .asymmetricPower(let low, let high, _):
      kind = .asymmetric(
        low: nj_log_scalar(low), high: nj_log_scalar(high),
        polynomial: Self.polynomial(low: low, high: high))
    case .piecewisePower(let low, let high, _):
      kind = .piecewise(low: nj_log_scalar(low), high: nj_log_scalar(high))
    case .linear(let size, _): kind = .linear(size: size)
    }
  }

  /// Value and two derivatives at x.
  func evaluate(_ x: Double) -> (value: Double, first: Double, second: Double) {
    func power(_ log: Double) -> (value: Double, first: Double, second: Double) {
      let v = nj_exp_scalar(log * x)
      return (v, log * v, log * log * v)
    }
    switch kind {
    case .parameter: return (x, 1, 0)
    case .power(let log): return power(log)
    case .linear(let size): return (1 + size * x, size, 0)
    case .piecewise(let low, let high): return power(x >= 0 ? high : -low)
    case .asymmetric(let low, let high, let a):
      if x >= 1 { return power(high) }
      if x <= -1 { return power(-low) }
      var value = 0.0, first = 0.0, second = 0.0
      for k in stride(from: 6, through: 0, by: -1) {
        second = second * x + 2 * first
        first = first * x + value
        value = value * x + a[k]
      }
      return (value, first, second)
    }
  }

  /// Coefficients of the polynomial that meets high^θ at 1 and low^-θ at -1 with two derivatives.
  ///
  /// Even and odd parts apart: with E, E', E'' the even means of value and derivatives at ±1 (less
  /// the constant 1), a6 = (E'' - 5E' + 8E) / 8, a4 = (E' - 2E) / 2 - 2a6, a2 = E - a4 - a6; with
  /// the odd ones a5 = (O'' - 3O' + 3O) / 8, a3 = (O' - O) / 2 - 2a5, a1 = O - a3 - a5.
  private static func polynomial(low: Double, high: Double) -> SIMD8<Double> {
    let h = nj_log_scalar(high), l = nj_log_scalar(low)
    let even = (
      0.5 * (high + low) - 1, 0.5 * (high * h + low * l), 0.5 * (high * h * h + low * l * l)
    )
    let odd = (
      0.5 * (high - low), 0.5 * (high * h - low * l), 0.5 * (high * h * h - low * l * l)
    )
    var a = SIMD8<Double>(repeating: 0)
    a[0] = 1
    a[6] = (even.2 - 5 * even.1 + 8 * even.0) / 8
    a[4] = 0.5 * (even.1 - 2 * even.0) - 2 * a[6]
    a[2] = even.0 - a[4] - a[6]
    a[5] = (odd.2 - 3 * odd.1 + 3 * odd.0) / 8
    a[3] = 0.5 * (odd.1 - odd.0) - 2 * a[5]
    a[1] = odd.0 - a[3] - a[5]
    return a
  }
}
