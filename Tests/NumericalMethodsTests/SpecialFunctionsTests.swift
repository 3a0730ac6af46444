import NumericalMethods
import TestSupport
import Testing

@Suite struct SpecialFunctionsTests {
  typealias F = SpecialFunctions

  /// The functions, with the largest error in ulp: measured, then rounded up by about a half.
  static let elementary: [(String, Double, @Sendable (Double, Double) -> Double)] = [
    ("exp", 1, { x, _ in F.exp(x) }), ("expm1", 2, { x, _ in F.expm1(x) }),
    ("log", 1, { x, _ in F.log(x) }), ("log1p", 1, { x, _ in F.log1p(x) }),
    ("log2", 1, { x, _ in F.log2(x) }), ("log10", 1, { x, _ in F.log10(x) }),
    ("sin", 1, { x, _ in F.sin(x) }), ("cos", 1, { x, _ in F.cos(x) }),
    ("tan", 3, { x, _ in F.tan(x) }), ("asin", 3, { x, _ in F.asin(x) }),
    ("acos", 2, { x, _ in F.acos(x) }), ("atan", 3, { x, _ in F.atan(x) }),
    ("sinh", 3, { x, _ in F.sinh(x) }), ("cosh", 2, { x, _ in F.cosh(x) }),
    ("tanh", 3, { x, _ in F.tanh(x) }), ("erf", 2, { x, _ in F.erf(x) }),
    ("erfc", 4, { x, _ in F.erfc(x) }), ("erfcx", 4, { x, _ in F.erfcx(x) }),
    ("pow", 2, { x, y in F.pow(x, y) }), ("hypot", 1, { x, y in F.hypot(x, y) }),
    ("atan2", 3, { x, y in F.atan2(y: x, x: y) }),
    ("upperTail", 5, { x, _ in NormalDistribution.upperTail(x) }),
    ("logUpperTail", 8, { x, _ in NormalDistribution.logUpperTail(x) }),
    ("lgamma", 8, { x, _ in F.lgamma(x) }),
  ]

  @Test func agreesWithHighPrecision() throws {
    let references = try Reference.all()
    for (name, limit, function) in SpecialFunctionsTests.elementary {
      let points = try #require(references[name])
      for point in points {
        let found = function(point.x, point.y)
        let error = ulpDistance(found, point.value)
        #expect(error <= limit, "\(name)(\(point.x), \(point.y)) = \(found), \(error) ulp")
      }
    }
  }

  /// Functions with roots or long sums: error relative to the larger of the value and `floor`.
  @Test(arguments: [
    ("lgammaNegative", 1.0, 2e-14), ("digamma", 1.0, 2e-14), ("gammaP", 0, 5e-13),
    ("gammaQ", 0, 5e-13), ("logGammaQ", 0, 1e-13), ("incompleteBeta", 0, 1e-12),
    ("logPoisson", 0, 1e-13), ("kolmogorov", 0, 1e-13), ("pchip", 0, 1e-14), ("linear", 0, 1e-14),
  ])
  func agreesWithHighPrecision(_ name: String, _ floor: Double, _ limit: Double) throws {
    let curves = try InterpolationTests.curves()
    for point in try #require(try Reference.all()[name]) {
      let found: Double
      switch name {
      case "lgammaNegative": found = F.lgamma(point.x)
      case "digamma": found = F.digamma(point.x)
      case "gammaP": found = F.gammaP(point.x, point.y)
      case "gammaQ": found = F.gammaQ(point.x, point.y)
      case "logGammaQ": found = F.logGammaQ(point.x, point.y)
      case "incompleteBeta": found = F.incompleteBeta(point.x, point.y, point.z)
      case "logPoisson":
        found = PoissonDistribution.logProbability(Int(point.x), mean: point.y)
      case "kolmogorov": found = StatisticalTests.kolmogorovTail(point.x)
      case "pchip": found = try #require(curves.cubic.value(at: point.x))
      case "linear": found = try #require(curves.linear.value(at: point.x))
      default: found = .nan
      }
      let scale = max(floor, point.value.magnitude)
      let error = (found - point.value).magnitude
      #expect(
        error <= limit * scale || (point.value.magnitude < 1e-307 && found < 1e-307),
        "\(name)(\(point.x), \(point.y)) = \(found), not \(point.value): \(error / scale)")
    }
  }

  @Test func powerHasTheSpecialCasesOfAnnexF() {
    let inf = Double.infinity
    for y in [1.0, 3, -5] { #expect(F.pow(-0.0, y).sign == .minus) }
    #expect(F.pow(0, -3) == inf && F.pow(-0.0, -3) == -inf && F.pow(-0.0, -2) == inf)
    #expect(F.pow(0, -0.5) == inf && F.pow(-0.0, -0.5) == inf && F.pow(-0.0, 0.5).sign == .plus)
    #expect(F.pow(-1, inf) == 1 && F.pow(-1, -inf) == 1 && F.pow(1, .nan) == 1)
    #expect(F.pow(.nan, 0) == 1 && F.pow(.nan, -0.0) == 1 && F.pow(-inf, 0) == 1)
    #expect(F.pow(-2, 0.5).isNaN && F.pow(.nan, 1).isNaN && F.pow(2, .nan).isNaN)
    #expect(F.pow(-8, 3) == -512 && F.pow(-8, 4) == 4096 && F.pow(2, -1074) == 0x1p-1074)
    #expect(F.pow(0.5, -inf) == inf && F.pow(-2, -inf) == 0 && F.pow(0.5, inf) == 0)
    #expect(F.pow(-inf, 3) == -inf && F.pow(-inf, 2) == inf && F.pow(-inf, 0.5) == inf)
    #expect(F.pow(-inf, -3) == 0 && F.pow(-inf, -3).sign == .minus && F.pow(inf, -1) == 0)
    #expect(F.pow(-1, 0x1p53) == 1 && F.pow(-1, 0x1p53 - 1) == -1 && F.pow(10, 400) == inf)
    #expect(F.pow(-10, 401) == -inf && F.pow(10, 2) == 100 && F.pow(3, 20) == 3_486_784_401)
  }

  @Test func edgesAreThoseOfIEEE() {
    let inf = Double.infinity
    #expect(F.exp(inf) == inf && F.exp(-inf) == 0 && F.exp(0) == 1 && F.exp(710) == inf)
    #expect(F.exp(-745.2) == 0 && F.exp(-745.1) == 0x1p-1074)
    #expect(F.log(0) == -inf && F.log(-0.0) == -inf && F.log(inf) == inf && F.log(1) == 0)
    #expect(F.log(-1).isNaN && F.log(-inf).isNaN && F.log1p(-1) == -inf && F.log1p(-2).isNaN)
    #expect(F.log2(8) == 3 && F.log10(1000) == 3 && F.log10(1e-5) == -5 && F.log2(0) == -inf)
    for f in [F.expm1, F.log1p, F.sin, F.tan, F.asin, F.atan, F.sinh, F.tanh, F.erf, F.sqrt] {
      #expect(f(-0.0) == 0 && f(-0.0).sign == .minus && f(0).sign == .plus)
    }
    for f in [F.sin, F.cos, F.tan, F.asin, F.acos] { #expect(f(inf).isNaN && f(-inf).isNaN) }
    #expect(F.asin(1) == .pi / 2 && F.acos(-1) == 0x1.921fb54442d18p+1 && F.acos(1.1).isNaN)
    #expect(F.atan(inf) == 0x1.921fb54442d18p+0 && F.tanh(inf) == 1 && F.sinh(-inf) == -inf)
    #expect(F.cosh(-inf) == inf && F.erf(-inf) == -1 && F.erfc(inf) == 0 && F.erfc(-inf) == 2)
    #expect(F.sqrt(-1).isNaN && F.sqrt(inf) == inf && F.expm1(-inf) == -1)
    #expect(F.hypot(inf, .nan) == inf && F.hypot(3, 4) == 5 && F.hypot(0x1p-1074, 0) == 0x1p-1074)
    #expect(F.hypot(0x1.8p1022, 0x1p1023) == 0x1.4p1023 && F.hypot(0x1.8p1023, 0x1.8p1023) == inf)
    #expect(F.lgamma(0) == inf && F.lgamma(-3) == inf && F.lgamma(1) == 0 && F.lgamma(2) == 0)
    for f in [F.exp, F.log, F.sin, F.erf, F.erfc, F.lgamma, F.acos, F.cosh] {
      #expect(f(.nan).isNaN)
    }
  }

  @Test func anglesKnowTheirQuadrant() {
    let pi = Double.pi
    let half = 0x1.921fb54442d18p+0
    let whole = 0x1.921fb54442d18p+1
    #expect(F.atan2(y: 0, x: 1) == 0 && F.atan2(y: 0, x: -1) == whole)
    #expect(F.atan2(y: -0.0, x: -1) == -whole && F.atan2(y: 1, x: 0) == half)
    #expect(F.atan2(y: 0, x: -0.0) == whole && F.atan2(y: -0.0, x: 0).sign == .minus)
    #expect(F.atan2(y: .infinity, x: .infinity) == half / 2)
    #expect(F.atan2(y: .infinity, x: -.infinity) == 0x1.2d97c7f3321d2p+1)
    #expect(F.atan2(y: -1, x: .infinity) == 0 && F.atan2(y: 1, x: -.infinity) == whole)
    for i in 0..<360 {
      let angle = (Double(i) - 179.5) / 180 * pi
      let found = F.atan2(y: 3 * F.sin(angle), x: 3 * F.cos(angle))
      #expect((found - angle).magnitude <= 2e-15)
    }
  }
}
