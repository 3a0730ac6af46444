extension SpecialFunctions {
  /// Computes the regularised lower incomplete gamma function P(`a`, `x`).
  ///
  /// Series below x = a + 1, else the complement of the continued fraction; the common factor by
  /// Loader's saddle-point form. For a > 0 and x >= 0, else NaN.
  public static func gammaP(_ a: Double, _ x: Double) -> Double {
    guard a > 0, x >= 0 else { return .nan }
    if x == 0 { return 0 }
    if x.isInfinite { return 1 }
    return x < a + 1
      ? exp(logPoissonTerm(a, x)) * lowerSeries(a, x)
      : 1 - exp(logPoissonTerm(a, x)) * a * upperFraction(a, x)
  }

  /// Computes the regularised upper incomplete gamma function Q(`a`, `x`), exact in the far tail.
  public static func gammaQ(_ a: Double, _ x: Double) -> Double {
    guard a > 0, x >= 0 else { return .nan }
    if x == 0 { return 1 }
    if x.isInfinite { return 0 }
    if a < 1, x < 1 { return smallGammaQ(a, x) }
    return x < a + 1 && a >= 1
      ? 1 - exp(logPoissonTerm(a, x)) * lowerSeries(a, x)
      : exp(logPoissonTerm(a, x)) * a * upperFraction(a, x)
  }

  /// 1 - x^a/gamma(a+1) (1 + a sum (-x)^n / ((a+n) n!)) without cancellation, for a and x below 1.
  private static func smallGammaQ(_ a: Double, _ x: Double) -> Double {
    let u = expm1(a * log(x) - lgammaOnePlus(a))
    var term = 1.0
    var sum = 0.0
    for n in 1...30 {
      term *= -x / Double(n)
      sum += term / (a + Double(n))
    }
    return -u - (1 + u) * a * sum
  }

  /// Computes the logarithm of Q(`a`, `x`), also where that underflows.
  public static func logGammaQ(_ a: Double, _ x: Double) -> Double {
    guard a > 0, x >= 0 else { return .nan }
    if x < a + 1 { return log1p(-gammaP(a, x)) }
    if x.isInfinite { return -.infinity }
    return logPoissonTerm(a, x) + log(a * upperFraction(a, x))
  }

  /// Computes the regularised incomplete beta function I_x(`a`, `b`) for a, b > 0 and x in [0, 1].
  ///
  /// The continued fraction of DiDonato and Morris on the side where it converges fast.
  public static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    guard a > 0, b > 0, x >= 0, x <= 1 else { return .nan }
    if x == 0 || x == 1 { return x }
    if x * (a + b + 2) > a + 1 {
      return 1 - exp(logBinomialTerm(b, a, 1 - x, x)) * a / (a + b) * betaFraction(b, a, 1 - x)
    }
    return exp(logBinomialTerm(a, b, x, 1 - x)) * b / (a + b) * betaFraction(a, b, x)
  }

  /// log of x^a e^-x / gamma(a + 1): -stirling - deviance - log(2 pi a)/2 (Loader 2000).
  static func logPoissonTerm(_ a: Double, _ x: Double) -> Double {
    if a < 1e-2 { return a * log(x) - x - lgammaOnePlus(a) }
    return -deviance(a, x) - factorialError(a) - 0.5 * log(a) - NormalDistribution.halfLogTwoPi
  }

  /// log of gamma(a+b+1) / (gamma(a+1) gamma(b+1)) x^a y^b, y = 1 - x.
  private static func logBinomialTerm(_ a: Double, _ b: Double, _ x: Double, _ y: Double)
    -> Double
  {
    let n = a + b
    if min(a, b) < 1e-2 {
      return a * log(x) + b * log(y) + lgammaOnePlus(n) - lgammaOnePlus(a) - lgammaOnePlus(b)
    }
    return factorialError(n) - factorialError(a) - factorialError(b) - deviance(a, n * x)
      - deviance(b, n * y) + 0.5 * log(n / a / b) - NormalDistribution.halfLogTwoPi
  }

  /// log gamma(a + 1) - (a + 1/2) log a + a - log(2 pi)/2.
  private static func factorialError(_ a: Double) -> Double {
    if a >= 8 { return stirlingError(a) }
    return lgammaOnePlus(a) - (a + 0.5) * log(a) + a - NormalDistribution.halfLogTwoPi
  }

  /// a log(a / x) + x - a, without cancellation where a is near x.
  private static func deviance(_ a: Double, _ x: Double) -> Double {
    let difference = a - x
    guard difference.magnitude < 0.1 * (a + x) else { return a * log(a / x) - difference }
    let v = difference / (a + x)
    var sum = difference * v
    var term = 2 * a * v
    var k = 3.0
    while k < 400 {
      term *= v * v
      let next = sum + term / k
      if next == sum { break }
      sum = next
      k += 2
    }
    return sum
  }

  /// 1 + x/(a+1) + x^2/((a+1)(a+2)) + ...
  private static func lowerSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var n = a
    for _ in 0..<10_000_000 {
      n += 1
      term *= x / n
      sum += term
      if term < sum * 0x1p-56 { break }
    }
    return sum
  }

  /// gamma(a, x) / (x^a e^-x) by Lentz's method.
  private static func upperFraction(_ a: Double, _ x: Double) -> Double {
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var h = d
    var i = 1.0
    for _ in 0..<10_000_000 {
      let numerator = -i * (i - a)
      b += 2
      d = 1 / nonZero(numerator * d + b)
      c = nonZero(b + numerator / c)
      h *= d * c
      // d is 1/c up to rounding where x dwarfs a: the product need not come nearer to 1.
      if (d * c - 1).magnitude <= 0x1p-52 { break }
      i += 1
    }
    return h
  }

  /// The continued fraction of I_x(a, b), without its factor.
  private static func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    var c = 1.0
    var d = 1 / nonZero(1 - (a + b) * x / (a + 1))
    var h = d
    var m = 1.0
    for _ in 0..<10_000_000 {
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonZero(1 + even * d)
      c = nonZero(1 + even / c)
      h *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonZero(1 + odd * d)
      c = nonZero(1 + odd / c)
      h *= d * c
      if (d * c - 1).magnitude <= 0x1p-52 { break }
      m += 1
    }
    return h
  }

  private static func nonZero(_ x: Double) -> Double { x.magnitude < 1e-300 ? 1e-300 : x }
}
