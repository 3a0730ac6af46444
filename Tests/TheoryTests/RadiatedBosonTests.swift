import NumericalMethods
import TestSupport
import Testing
import Theory

@Suite struct RadiatedBosonTests {
  @Test func theTracesEqualNumericGammaMatricesAtRandomPoints() {
    var random = RandomStream(seed: 3)
    for kind in RadiatedBoson.Kind.allCases {
      for _ in 0..<20 {
        let point = DecayPoint(&random)
        let boson = RadiatedBoson(kind, mass: point.mass, fermionMass: point.fermionMass)
        let expected = point.squaredAmplitude(kind)
        let found = boson.squaredAmplitude(a: point.a, b: point.b, s: point.s)
        #expect(abs(found / expected - 1) < 1e-9)
      }
    }
  }

  @Test func replacingThePolarizationByTheMomentumGivesZero() {
    var random = RandomStream(seed: 4)
    for _ in 0..<20 {
      let point = DecayPoint(&random)
      #expect(point.longitudinal < 1e-11 * point.squaredAmplitude(.vector) * point.s)
    }
  }

  @Test func theCrossSectionIsTheIntegralOfTheSquaredAmplitude() {
    // A plain double sum over m12² and cos θ of the muon in the pair's frame.
    let (mass, ff, s) = (1.5, Constants.muonMass * Constants.muonMass, 25.0)
    for kind in RadiatedBoson.Kind.allCases {
      let boson = RadiatedBoson(kind, mass: mass, alpha: 1 / 137.0)
      let steps = 600
      var sum = 0.0
      let top = (s.squareRoot() - mass) * (s.squareRoot() - mass)
      for i in 0..<steps {
        // Quadratic at both ends, where velocities have roots.
        let angle = Double.pi * (Double(i) + 0.5) / Double(steps)
        let pair = 4 * ff + (top - 4 * ff) * 0.5 * (1 - SpecialFunctions.cos(angle))
        let weight = 0.5 * (top - 4 * ff) * SpecialFunctions.sin(angle) * .pi / Double(steps)
        let total = s + mass * mass - pair
        let half =
          0.5
          * (Kinematics.kallen(s, pair, mass * mass) * (1 - 4 * ff / pair)).squareRoot()
        for j in 0..<steps {
          let a = 0.5 * total + half * (2 * (Double(j) + 0.5) / Double(steps) - 1)
          sum +=
            weight * 2 * half / Double(steps)
            * boson.squaredAmplitude(a: a, b: total - a, s: s)
        }
      }
      let expected =
        sum / (137.0 * 137.0) / (48 * .pi * s * s * s) * Constants.femtobarnPerInverseGeVSquared
      #expect(abs(boson.crossSection(s: s) / expected - 1) < 3e-4)
    }
  }

  @Test func lightVectorsFollowTheMasslessLimit() {
    // (alpha'/2 pi)(ln² d + 3 ln d + 5 - pi²/3), d = m²/s, alpha' = 1/(4 pi): real emission by massless
    // fermions.
    let s = 10.58 * 10.58
    let pairs = pairCrossSection(s: s)
    let d = SpecialFunctions.log(0.25 * 0.25 / s)
    let limit = (d * d + 3 * d + 5 - .pi * .pi / 3) / (8 * .pi * .pi)
    let found = RadiatedBoson(.vector, mass: 0.25).crossSection(s: s) / pairs
    #expect(abs(found / limit - 1) < 0.03)
    // With a fermion a thousand times lighter the formula holds up to terms of order d.
    let light = RadiatedBoson(.vector, mass: 0.25, fermionMass: Constants.muonMass / 1000)
    #expect(abs(light.crossSection(s: s) / pairs / limit - 1) < 4e-3)
  }

  @Test func lightScalarsHaveASingleLogarithm() {
    // d sigma/d ln(1/d) = g²/(16 pi²) sigma(mu mu) for massless fermions.
    let s = 10.58 * 10.58
    let (low, high) = (0.05, 0.1)
    func ratio(_ mass: Double) -> Double {
      RadiatedBoson(.scalar, mass: mass, fermionMass: 1e-4).crossSection(s: s)
        / pairCrossSection(s: s)
    }
    let slope = (ratio(low) - ratio(high)) / (2 * SpecialFunctions.log(high / low))
    #expect(abs(slope * 16 * .pi * .pi - 1) < 0.02)
  }

  @Test func nothingIsMadeBelowThreshold() {
    let boson = RadiatedBoson(.vector, mass: 10)
    let edge = boson.threshold * boson.threshold
    #expect(boson.crossSection(s: edge) == 0)
    #expect(boson.crossSection(s: edge * (1 + 1e-9)) > 0)
    #expect(boson.radiationFactor(Radiator(sqrtS: 10.1)) == nil)
    #expect(boson.radiationFactor(Radiator(sqrtS: 10.58), finalStateMass: 10.58) == nil)
  }

  @Test func theCrossSectionGoesWithTheSquareOfAlpha() {
    let (s, alpha) = (100.0, Constants.fineStructure)
    let one = RadiatedBoson(.scalar, mass: 2, alpha: alpha).crossSection(s: s)
    let two = RadiatedBoson(.scalar, mass: 2, alpha: 2 * alpha).crossSection(s: s)
    #expect(abs(two / one - 4) < 1e-12)
  }

  /// (4 pi alpha²/3s) beta (1 + 2 m²/s), fb.
  private func pairCrossSection(s: Double) -> Double {
    let (alpha, m) = (Constants.fineStructure, Constants.muonMass)
    return 4 * .pi * alpha * alpha / (3 * s)
      * Kinematics.velocity(of: s.squareRoot(), toPairOf: m) * (1 + 2 * m * m / s)
      * Constants.femtobarnPerInverseGeVSquared
  }
}
