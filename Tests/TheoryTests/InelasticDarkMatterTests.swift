import NumericalMethods
import Testing
import Theory

/// Production of a dark Higgs boson beside a dark photon, and the point itself.
@Suite struct InelasticDarkMatterTests {
  /// m(χ1) = m(A')/3, Δm = 0.4 m(χ1), α_D = 0.1, ε = 1e-3 at 10.58 GeV.
  static func point(
    _ mass: Double, alphaD: Double = 0.1, mixing: Double = 1e-3, charge: Double = 1,
    hadrons: InelasticDarkMatter.Hadrons = .none
  ) throws -> InelasticDarkMatter {
    try InelasticDarkMatter(
      darkPhotonMass: mass, chi1Mass: mass / 3, splitting: 0.4 * mass / 3, alphaD: alphaD,
      kineticMixing: mixing, higgsCharge: charge, sqrtS: 10.58, hadrons: hadrons)
  }

  /// m(A'), m(h'), σ [fb] for q = 1 and 2 by a script in Python.
  @Test(arguments: [
    (1.5, 0.5, 3.2391, 12.956), (3.0, 0.5, 5.2047, 20.819), (3.0, 1.0, 5.1188, 20.475),
    (6.0, 0.5, 16.794, 67.177), (6.25, 1.0, 18.193, 72.771), (7.5, 0.5, 33.051, 132.205),
    (7.5, 1.0, 31.543, 126.174), (7.5, 2.0, 24.925, 99.700), (9.0, 1.0, 64.919, 259.675),
  ])
  func crossSections(mass: Double, higgs: Double, one: Double, two: Double) throws {
    #expect(abs(try Self.point(mass).crossSection(higgsMass: higgs) / one - 1) < 4e-5)
    #expect(abs(try Self.point(mass, charge: 2).crossSection(higgsMass: higgs) / two - 1) < 4e-5)
  }

  /// Spin sums of e⁺e⁻ → A'* → h'A' with explicit momenta; couplings ε e and 2 q g_D m(A').
  @Test func theCrossSectionIsThatOfTheAmplitude() throws {
    let (mass, higgs, s) = (6.0, 1.5, 10.58 * 10.58)
    let point = try Self.point(mass, charge: 2)
    let energy = (s + mass * mass - higgs * higgs) / (2 * 10.58)
    let momentum = (energy * energy - mass * mass).squareRoot()
    let couplings =
      4 * .pi * Constants.fineStructure * 1e-6 * 4 * 4 * (4 * .pi * 0.1) * mass * mass
    func differential(_ cosine: Double) -> Double {
      let half = 0.5 * 10.58
      let (one, two) = (
        half * (energy - momentum * cosine), half * (energy + momentum * cosine)
      )
      // (p1^μ p2^ν + p2^μ p1^ν − g^μν p1·p2)(−g_μν + k_μ k_ν/m²), p1·p2 = s/2.
      let squared = 0.5 * s + 2 * one * two / (mass * mass)
      return couplings * squared / ((s - mass * mass) * (s - mass * mass))
        * 2 * momentum / (10.58 * 32 * .pi * s) * Constants.femtobarnPerInverseGeVSquared
    }
    let rule = GaussLegendreRule(count: 4)
    let total = rule.integrate(over: -1...1, differential)
    #expect(abs(point.crossSection(higgsMass: higgs) / total - 1) < 1e-12)
    let (sineSquared, constant) = try #require(point.angularCoefficients(higgsMass: higgs))
    for cosine in [-0.9, 0, 0.3, 1] {
      let expected = differential(cosine) / differential(1)
      let found = (sineSquared * (1 - cosine * cosine) + constant) / constant
      #expect(abs(found / expected - 1) < 1e-12)
    }
    let lambda = Kinematics.kallen(s, higgs * higgs, mass * mass) / (s * s)
    let integral = rule.integrate(over: -1...1) { sineSquared * (1 - $0 * $0) + constant }
    #expect(abs(integral / (4.0 / 3 * (lambda + 12 * mass * mass / s)) - 1) < 1e-12)
  }

  @Test func crossSectionsScaleWithTheCouplings() throws {
    let one = try Self.point(3).crossSection(higgsMass: 0.5)
    let other = try Self.point(3, alphaD: 0.3, mixing: 2e-3, charge: 2)
    #expect(abs(other.crossSection(higgsMass: 0.5) / one - 48) < 1e-12)
    // π α α_D ε²/(3s), and 21.7 fb for α_D = α, ε² = 1e-4 at 10 GeV; 20 fb in arXiv:0903.0363.
    let z = 9 / (10.58 * 10.58)
    let lambda = Kinematics.kallen(1, 0.25 / (10.58 * 10.58), z)
    let prefactor = one * (1 - z) * (1 - z) / (lambda.squareRoot() * (lambda + 12 * z))
    #expect(abs(prefactor / 2.658248 - 1) < 2e-7)
    let published = prefactor * (Constants.fineStructure / 0.1) * 100 * 10.58 * 10.58 / 100
    #expect(abs(published - 21.7) < 0.05)
  }

  /// m(A'), m(h'), the cross section over that of a dark photon of no width.
  @Test(arguments: [(7.5, 1, 0.946), (6, 0.5, 0.967), (3, 0.5, 0.982)])
  func theWidthLowersCrossSections(mass: Double, higgs: Double, ratio: Double) throws {
    let point = try Self.point(mass)
    #expect(abs(point.darkPhotonWidth / mass - 0.0257) < 5e-5)
    let found = point.crossSectionWithWidth(higgsMass: higgs)
    #expect(abs(found / point.crossSection(higgsMass: higgs) - ratio) < 5e-4)
  }

  /// A plain sum over Q², in arctan of the peak; also where A' is off its mass shell.
  @Test(arguments: [(0.1, 1), (0.1, 3.07), (0.1, 3.5), (0.5, 0.5), (1e-3, 1)])
  func theIntegralOverTheWidthIsConverged(alphaD: Double, higgs: Double) throws {
    let point = try Self.point(7.5, alphaD: alphaD)
    let (mm, width) = (7.5 * 7.5, point.darkPhotonWidth)
    func angle(_ squared: Double) -> Double {
      SpecialFunctions.atan((squared - mm) / (7.5 * width))
    }
    let (low, high) = (angle(36), angle((10.58 - higgs) * (10.58 - higgs)))
    let steps = 200_000
    var sum = 0.0
    for i in 0..<steps {
      let angle = low + (high - low) * (Double(i) + 0.5) / Double(steps)
      let squared = mm + 7.5 * width * SpecialFunctions.tan(angle)
      let (mass, z) = (squared.squareRoot(), squared / (10.58 * 10.58))
      let lambda = Kinematics.kallen(1, higgs * higgs / (10.58 * 10.58), z)
      sum +=
        point.darkPhotonWidth(atMass: mass) / (mass * width) * 7.5 / .pi
        * max(lambda, 0).squareRoot() * (lambda + 12 * z) * (high - low) / Double(steps)
    }
    let propagator = 1 - mm / (10.58 * 10.58)
    let expected = sum * 2.6582482 * alphaD / 0.1 / (propagator * propagator)
    #expect(abs(point.crossSectionWithWidth(higgsMass: higgs) / expected - 1) < 1e-6)
  }

  @Test func aNarrowDarkPhotonHasTheCrossSectionWithoutWidth() throws {
    for alphaD in [1e-5, 1e-7, 1e-9] {
      let point = try Self.point(7.5, alphaD: alphaD)
      let ratio = point.crossSectionWithWidth(higgsMass: 1) / point.crossSection(higgsMass: 1)
      // The tails take 2.2 Γ/M.
      #expect(abs(ratio - 1 + 2.2 * point.darkPhotonWidth / 7.5) < 1e-6)
    }
  }

  @Test func closedProductionIsZero() throws {
    let point = try Self.point(7.5)
    #expect(point.crossSection(higgsMass: 3.079) > 0)
    for higgs in [10.58 - 7.5, 3.5, 20] {
      #expect(point.crossSection(higgsMass: higgs) == 0)
    }
    #expect(point.angularCoefficients(higgsMass: 3.5) == nil)
    #expect(point.crossSectionWithWidth(higgsMass: 3.5) > 0)
    #expect(point.crossSectionWithWidth(higgsMass: 4.6) == 0)
    #expect(try Self.point(10.58).crossSectionWithWidth(higgsMass: 0.5) == 0)
    #expect(try Self.point(12).crossSection(higgsMass: 0.5) == 0)
  }

  /// βγ of h' at m(A'), m(h').
  @Test(arguments: [(7.5, 1, 2.49), (7.5, 0.5, 5.19), (3, 1, 4.81)])
  func boosts(mass: Double, higgs: Double, boost: Double) throws {
    let momentum = try #require(Kinematics.momentum(of: 10.58, to: higgs, and: mass))
    #expect(abs(momentum / higgs - boost) < 5e-3)
  }

  @Test func yAndTheKineticMixing() throws {
    #expect(abs(try Self.point(7.5).y / 1.2346e-9 - 1) < 4e-5)
    #expect(abs(try Self.point(3, mixing: 1).y / (0.1 / 81) - 1) < 1e-14)
    let mixing = InelasticDarkMatter.kineticMixing(
      y: try Self.point(6, mixing: 3e-4).y, alphaD: 0.1, massRatio: 1 / 3.0)
    #expect(abs(mixing / 3e-4 - 1) < 1e-14)
  }

  @Test func wrongPointsAreRefused() throws {
    #expect(throws: TheoryError.notPositive(quantity: "alphaD", value: -1)) {
      try Self.point(3, alphaD: -1)
    }
    #expect(throws: TheoryError.notPositive(quantity: "kinetic mixing", value: .infinity)) {
      try Self.point(3, mixing: .infinity)
    }
    let closed = TheoryError.closed(decay: "A' → χ1 χ2", mass: 2.25, threshold: 2.25)
    #expect(throws: closed) {
      try InelasticDarkMatter(
        darkPhotonMass: 2.25, chi1Mass: 1, splitting: 0.25, alphaD: 0.1, kineticMixing: 1e-3,
        higgsCharge: 2, sqrtS: 10.58, hadrons: .none)
    }
    #expect(
      closed.description
        == "A' → χ1 χ2: closed at 2.25 GeV; the mass must be above 2.25 GeV; raise it")
    #expect(
      TheoryError.notPositive(quantity: "mass of χ1", value: 0).description
        == "mass of χ1: must be positive and finite, found 0.0; give a positive number")
  }
}
