extension SpecialFunctions {
  /// Computes the logarithm of |gamma(`x`)|; infinite at 0, -1, -2, ...
  ///
  /// Around 2 a polynomial, below by log gamma(x+2) - log x - log(1+x), to 8 by the recurrence,
  /// then Stirling's series; negative numbers by reflection. A few ulp for `x` > 0.
  public static func lgamma(_ x: Double) -> Double {
    if x.isNaN { return .nan }
    if x.isInfinite { return .infinity }
    if x <= 0 {
      let fraction = x - x.rounded(.down)
      if fraction == 0 { return .infinity }
      if x > -0.5 { return x * aroundTwo(x) - log1p(x) - log(-x) }
      return log(.pi / (sin(.pi * min(fraction, 1 - fraction)))) - lgamma(1 - x)
    }
    if x < 0.5 { return x * aroundTwo(x) - log1p(x) - log(x) }
    if x < 1.5 { return (x - 1) * aroundTwo(x - 1) - log1p(x - 1) }
    if x < 2.5 { return (x - 2) * aroundTwo(x - 2) }
    if x < 8 {
      var rest = x
      var product = 1.0
      while rest >= 2.5 {
        rest -= 1
        product *= rest
      }
      return (rest - 2) * aroundTwo(rest - 2) + log(product)
    }
    if x > 1e17 { return x * (log(x) - 1) }
    return (x - 0.5) * (log(x) - 1) + (NormalDistribution.halfLogTwoPi - 0.5) + stirlingError(x)
  }

  /// Computes the derivative of log gamma at `x`; NaN at 0, -1, -2, ..., to 1e-14 absolute.
  public static func digamma(_ x: Double) -> Double {
    if x.isNaN || x == -.infinity { return .nan }
    if x <= 0 {
      let fraction = x - x.rounded(.down)
      if fraction == 0 { return .nan }
      return digamma(1 - x) - .pi / tan(.pi * fraction)
    }
    var y = x
    var shift = 0.0
    while y < 10 {
      shift += 1 / y
      y += 1
    }
    let z = 1 / (y * y)
    // Bernoulli numbers over 2k.
    let series = horner(
      [
        -1.0 / 12, 691.0 / 32760, -1.0 / 132, 1.0 / 240, -1.0 / 252, 1.0 / 120, -1.0 / 12,
      ], z)
    return log(y) - 0.5 / y + z * series - shift
  }

  /// log gamma(x) - (x - 1/2) log x + x - log(2 pi)/2 for x >= 8.
  static func stirlingError(_ x: Double) -> Double {
    let z = 1 / (x * x)
    return horner(
      [
        -174611.0 / 125400, 43867.0 / 244188, -3617.0 / 122400, 1.0 / 156, -691.0 / 360360,
        1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12,
      ], z) / x
  }

  /// log gamma(1 + t) for t >= 0, exact also where 1 + t rounds t away.
  static func lgammaOnePlus(_ t: Double) -> Double {
    t <= 0.5 ? t * aroundTwo(t) - log1p(t) : lgamma(1 + t)
  }

  /// log gamma(2 + t) / t on |t| <= 1/2 (Fixtures/coefficients.py).
  private static func aroundTwo(_ t: Double) -> Double { horner(aroundTwoCoefficients, t) }

  private static let aroundTwoCoefficients: [Double] = [
    -0x1.1be56b7e101c6p-23, 0x1.2b4bb069ee6a9p-22, -0x1.d06b46182e294p-22,
    0x1.edf317afe0c72p-21, -0x1.125408d7ee6ebp-19, 0x1.2640a5e8ab73ep-18,
    -0x1.3cb5f201754a6p-17, 0x1.5806d7786fbc2p-16, -0x1.78de85fa0bf74p-15,
    0x1.a127dd231f4b2p-14, -0x1.d3fd4bda4f97bp-13, 0x1.0b36af3424c50p-11,
    -0x1.38ac5c2c96006p-10, 0x1.7add6eae5b8fdp-9, -0x1.e404fc218ecffp-8,
    0x1.51322ac7d7fd2p-6, -0x1.13e001a557607p-4, 0x1.4a34cc4a60fa7p-2,
    0x1.b0ee6072093cep-2,
  ]
}
