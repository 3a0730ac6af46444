import Foundation
import NumericalMethods
import Simulation
import Testing

/// Generated events against conservation laws, integrals and matrix elements made here.
@Suite struct InelasticProductionTests {
  private static let electron = 0.000_510_998_95

  private static func events(
    _ pair: InelasticPair, _ point: InelasticPoint, _ count: Int
  ) -> [InelasticEvent] {
    let production = InelasticProduction(pair, point)
    return (0..<count).map {
      var random = RandomStream(seed: 3, task: 1, toy: UInt64($0))
      return production.draw(&random)
    }
  }

  private static func sum(_ parts: [FourMomentum]) -> FourMomentum {
    parts.reduce(FourMomentum(px: 0, py: 0, pz: 0, energy: 0)) {
      FourMomentum(
        px: $0.px + $1.px, py: $0.py + $1.py, pz: $0.pz + $1.pz, energy: $0.energy + $1.energy)
    }
  }

  private static func isEqual(_ a: FourMomentum, _ b: FourMomentum) -> Bool {
    [(a.px, b.px), (a.py, b.py), (a.pz, b.pz), (a.energy, b.energy)].allSatisfy {
      abs($0 - $1) < 1e-9
    }
  }

  @Test(arguments: InelasticPair.allCases)
  func momentaAreConservedAndParticlesHaveTheirMasses(pair: InelasticPair) {
    let point = InelasticPoint(mass: 1.2, chi1: 2)
    #expect(point.darkPhoton == 6 && abs(point.chi2 - 2.8) < 1e-12)
    let beams = Self.sum([BeamFrame.electron, BeamFrame.positron])
    for event in Self.events(pair, point, 300) {
      #expect(Self.isEqual(Self.sum([event.higgs, event.darkPhoton]), beams))
      #expect(Self.isEqual(Self.sum([event.first, event.chi2]), event.darkPhoton))
      let electrons = [event.electrons.0, event.electrons.1]
      #expect(Self.isEqual(Self.sum([event.second] + electrons), event.chi2))
      #expect(Self.isEqual(Self.sum([event.pair.0, event.pair.1]), event.higgs))
      for (momentum, mass) in [
        (event.higgs, 1.2), (event.darkPhoton, 6), (event.first, 2), (event.chi2, 2.8),
        (event.second, 2), (event.pair.0, pair.mass), (event.pair.1, pair.mass),
        (electrons[0], Self.electron), (electrons[1], Self.electron),
      ] {
        #expect(abs(momentum.massSquared - mass * mass) < 1e-8)
      }
    }
  }

  /// λ sin²θ + 8 m²/s of A', with θ between h' and the electrons where both beams have the same energy.
  @Test(arguments: [(1.5, 1.0), (0.5, 2.5), (1.0, 3.0)])
  func higgsBosonsHaveTheAnglesOfTheModel(mass: Double, chi1: Double) {
    let point = InelasticPoint(mass: mass, chi1: chi1)
    let beams = Self.sum([BeamFrame.electron, BeamFrame.positron])
    let s = beams.massSquared
    let (x, z) = (mass * mass / s, point.darkPhoton * point.darkPhoton / s)
    let kallen = (1 - x - z) * (1 - x - z) - 4 * x * z
    func product(_ a: FourMomentum, _ b: FourMomentum) -> Double {
      a.energy * b.energy - a.px * b.px - a.py * b.py - a.pz * b.pz
    }
    let momentum = 0.5 * (s * kallen).squareRoot()
    let cosines = Self.events(.mumu, point, 40_000).map { event in
      // h' · (e⁺ − e⁻) = 2 |p| |p_e| cos θ there; beams almost without mass.
      let difference = FourMomentum(
        px: BeamFrame.positron.px - BeamFrame.electron.px, py: 0,
        pz: BeamFrame.positron.pz - BeamFrame.electron.pz,
        energy: BeamFrame.positron.energy - BeamFrame.electron.energy)
      let along =
        product(event.higgs, difference) - product(beams, difference) / s
        * product(event.higgs, beams)
      return along / (momentum * s.squareRoot())
    }
    let bins = 20
    let edges = (0...bins).map { 2 * Double($0) / Double(bins) - 1 }
    func primitive(_ c: Double) -> Double { kallen * (c - c * c * c / 3) + 8 * z * c }
    let all = primitive(1) - primitive(-1)
    let expected = zip(edges, edges.dropFirst()).map { low, high in
      Double(cosines.count) * (primitive(high) - primitive(low)) / all
    }
    var found = [Double](repeating: 0, count: bins)
    for cosine in cosines {
      found[min(bins - 1, max(0, Int((cosine + 1) * 0.5 * Double(bins))))] += 1
    }
    let p = StatisticalTests.chiSquared(observed: found, expected: expected, constraints: 1)
    #expect(p > 1e-4, "\(p): \(found)")
  }

  /// p H q² L/(M² − q²)² with H from the spinors of χ₁ and χ₂ in the rest frame of χ₂.
  private static func reference(_ square: Double, _ point: InelasticPoint) -> Double {
    let (m1, m2) = (point.chi1, point.chi2)
    let q = square.squareRoot()
    let p =
      ((m2 * m2 - (m1 + q) * (m1 + q)) * (m2 * m2 - (m1 - q) * (m1 - q))).squareRoot() / (2 * m2)
    let one = [(m1 * m1 + p * p).squareRoot(), 0, 0, p]
    let momentum = [m2 - one[0], 0, 0, -p]
    var sum = 0.0
    for u in DiracMatrix.spinors(one, mass: m1, sign: 1) {
      for v in DiracMatrix.spinors([m2, 0, 0, 0], mass: m2, sign: 1) {
        let current = DiracMatrix.gamma.map { DiracMatrix.product(DiracMatrix.bar(u), $0 * v) }
        let signs = [1.0, -1, -1, -1]
        var along = Complex()
        for mu in 0..<4 {
          sum -= signs[mu] * current[mu].squared
          along = along + signs[mu] * momentum[mu] * current[mu]
        }
        sum += along.squared / square
      }
    }
    let leptons = 4 * electron * electron / square
    let propagator = point.darkPhoton * point.darkPhoton - square
    return p * sum * square * (1 + 0.5 * leptons) * (1 - leptons).squareRoot()
      / (propagator * propagator)
  }

  @Test(arguments: [(1.0, 0.4), (2.5, 0.1), (3.0, 1.0)])
  func electronsHaveTheSpectrumOfTheMatrixElement(chi1: Double, splitting: Double) throws {
    let point = InelasticPoint(
      mass: 0.5, chi1: chi1, ratios: try InelasticRatios(darkPhoton: 3.2, splitting: splitting))
    let spectrum = InelasticSpectrum(point)
    let (low, high) = (4 * Self.electron * Self.electron, point.splitting * point.splitting)
    let ratio = spectrum.density(0.3 * high) / Self.reference(0.3 * high, point)
    for part in [1.001 * low / high, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.999] {
      let found = spectrum.density(part * high)
      #expect(abs(found / (ratio * Self.reference(part * high, point)) - 1) < 1e-6, "\(part)")
    }
    #expect(spectrum.density(0.999 * low) == 0 && spectrum.density(1.001 * high) == 0)
    let masses = Self.events(.pipi, point, 20_000).map { event -> Double in
      Self.sum([event.electrons.0, event.electrons.1]).massSquared
    }
    let all = Quadrature.integrate(over: low...high, relative: 1e-8) {
      Self.reference($0, point)
    }.value
    let bins = 25
    // Even in the mass of both electrons.
    let edges = (0...bins).map { index in
      low + (high - low) * pow(Double(index) / Double(bins), 2)
    }
    let expected = zip(edges, edges.dropFirst()).map { from, to in
      Double(masses.count) / all
        * Quadrature.integrate(over: from...to, relative: 1e-8) {
          Self.reference($0, point)
        }.value
    }
    var found = [Double](repeating: 0, count: bins)
    for square in masses {
      found[max(0, edges.dropFirst().firstIndex { square < $0 }.map { $0 - 1 } ?? bins - 1)] += 1
    }
    // The last bins hold less than one event each.
    let kept = expected.indices.filter { expected[$0] > 5 }
    let p = StatisticalTests.chiSquared(
      observed: kept.map { found[$0] }, expected: kept.map { expected[$0] }, constraints: 1)
    #expect(kept.count > 15 && p > 1e-4, "\(p): \(found) \(expected)")
  }

  /// Γ = 4 ε² α α_D d⁵/(15 π M⁴) where mₑ ≪ d ≪ m₁ ≪ M (arXiv:1911.03176); 3 % more where d is 2 % of m₁.
  @Test func narrowSplittingsGiveTheKnownWidth() throws {
    let point = InelasticPoint(
      mass: 0.5, chi1: 5, ratios: try InelasticRatios(darkPhoton: 100, splitting: 0.02))
    let spectrum = InelasticSpectrum(point)
    let (low, high) = (4 * Self.electron * Self.electron, point.splitting * point.splitting)
    let integral = Quadrature.integrate(over: low...high, relative: 1e-8) { spectrum.density($0) }
    // In units of ε² α α_D: 1/(2 m₂) · 1/(2π) · 1/(4π m₂) · 4π/2 · 4π/(6π).
    let width = integral.value / (12 * point.chi2 * point.chi2 * Double.pi)
    let limit = 4 * pow(point.splitting, 5) / (15 * Double.pi * pow(point.darkPhoton, 4))
    #expect(abs(limit / width - 1.03) < 0.005, "\(limit / width)")
  }
}
