import Inference

extension HS3Term {
  /// The value of a factor of a yield or width.
  init(_ factor: YieldFactor, name: (String) -> String) {
    let x = HS3Term(name: name(factor.parameterName))
    switch factor {
    case .parameter: self = x
    case .power(let kappa, _): self = .power(HS3Term(kappa), x)
    case .linear(let size, _): self = 1 + size * x
    case .piecewisePower(let low, let high, _):
      self = .exp(
        .log(HS3Term(high)) * .max(x, HS3Term(0)) - .log(HS3Term(low)) * .min(x, HS3Term(0)))
    case .asymmetricPower(let low, let high, _):
      self = Self.interpolated(low: low, high: high, x)
    }
  }

  /// HistFactory's interpolation code 4 (`6th-order polynomial log-normal`) without comparisons.
  ///
  /// With t = θ kept within ±1, the polynomial 1 + Σ a_i t^i meets high^t and low^-t at ±1 in
  /// value, slope and curvature; beyond ±1 the powers of what is left of θ follow.
  private static func interpolated(low: Double, high: Double, _ x: Self) -> Self {
    let a = interpolation(low: low, high: high)
    let t = min(max(x, HS3Term(-1)), HS3Term(1))
    var p = HS3Term(a[5])
    for i in stride(from: 4, through: 0, by: -1) { p = p * t + a[i] }
    let beyond =
      log(HS3Term(high)) * (max(x, HS3Term(1)) - 1) - log(HS3Term(low)) * (min(x, HS3Term(-1)) + 1)
    return (1 + t * p) * exp(beyond)
  }

  /// Coefficients a_1…a_6 of the polynomial: roofit/histfactory's `PolyInterpValue`.
  private static func interpolation(low: Double, high: Double) -> [Double] {
    let lnHigh = log(HS3Term(high)).constant ?? 0
    let lnLow = log(HS3Term(low)).constant ?? 0
    // Half sums and differences of value, first and second derivative at +1 and, outwards, at -1.
    let s0 = 0.5 * (high + low), a0 = 0.5 * (high - low)
    let s1 = 0.5 * (high * lnHigh - low * lnLow), a1 = 0.5 * (high * lnHigh + low * lnLow)
    let s2 = 0.5 * (high * lnHigh * lnHigh + low * lnLow * lnLow)
    let a2 = 0.5 * (high * lnHigh * lnHigh - low * lnLow * lnLow)
    return [
      (15 * a0 - 7 * s1 + a2) / 8,
      (-24 + 24 * s0 - 9 * a1 + s2) / 8,
      (-5 * a0 + 5 * s1 - a2) / 4,
      (12 - 12 * s0 + 7 * a1 - s2) / 4,
      (3 * a0 - 3 * s1 + a2) / 8,
      (-8 + 8 * s0 - 5 * a1 + s2) / 8,
    ]
  }
}

extension HS3Term {
  /// The content of a bin of a template at the values of its variations and factors.
  static func content(
    bin: Int, contents: [Double], variations: [TemplateVariation], binFactors: [[String]],
    name: (String) -> String
  ) -> HS3Term {
    var sum = HS3Term(contents[bin])
    for variation in variations {
      let x = HS3Term(name: name(variation.parameter))
      let low = variation.low[bin], high = variation.high[bin]
      let symmetric = 0.5 * (high - low), asymmetric = 0.5 * (high + low) - contents[bin]
      sum = sum + symmetric * x
      if asymmetric == 0 { continue }
      switch variation.interpolation {
      case .piecewiseLinear: sum = sum + asymmetric * abs(x)
      case .polynomial:
        let t = min(max(x, HS3Term(-1)), HS3Term(1))
        let square = t * t
        let inside = square * (15 - square * (10 - 3 * square)) / 8
        sum = sum + asymmetric * (inside + (abs(x) - abs(t)))
      }
    }
    for parameter in binFactors.isEmpty ? [] : binFactors[bin] {
      sum = HS3Term(name: name(parameter)) * sum
    }
    return sum
  }
}
