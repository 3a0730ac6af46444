import Diagnostics
import Foundation
import PipelineSpec
import TestSupport
import Testing
import Theory

/// Widths and lifetimes of a dark scalar against numbers computed apart from the published form factors
/// (a script in Python with the same formulas and the curves themselves, not the table shipped here).
@Suite struct DarkScalarTests {
  static let tables = "\(ToolProcess.root)/Pipelines/bks/tables"

  static func table(_ name: String) throws -> TheoryTable {
    let path = "\(tables)/\(name)"
    return try TheoryTable.read(
      path: path, at: SourceLocation(file: "test", line: 1, column: 1))
  }

  private static func scalar(alphaS: Double = 0.3) throws -> DarkScalar {
    DarkScalar(
      hadrons: .amplitudes(try table("light-scalar-amplitudes.csv")), alphaS: .constant(alphaS))
  }

  /// m, c τ sin²θ [cm], branching fractions to ee, μμ, ππ, KK and the rest.
  static let light: [[Double]] = [
    [0.25, 7.06e-5, 2.0e-4, 0.9998, 0, 0, 0],
    [0.30, 5.20e-6, 1.4e-5, 0.2072, 0.7928, 0, 0],
    [0.50, 7.76e-7, 3.4e-6, 0.1073, 0.8927, 0, 0],
    [0.98, 2.61e-8, 2e-7, 0.0088, 0.9859, 0, 0.0052],
    [1.10, 1.22e-7, 1.2e-6, 0.0473, 0.2673, 0.6491, 0.0363],
    [1.50, 1.75e-7, 2.3e-6, 0.0944, 0.0278, 0.7365, 0.1413],
    [1.95, 2.17e-7, 3.7e-6, 0.1540, 0.0391, 0.4094, 0.3975],
  ]

  @Test(arguments: light) func below2GeV(row: [Double]) throws {
    let scalar = try Self.scalar()
    let total = try #require(scalar.totalWidth(mass: row[0]))
    let length = try #require(scalar.decayLength(mass: row[0]))
    #expect(abs(length / row[1] - 1) < 0.01)
    func fraction(_ products: DarkScalar.Products) throws -> Double {
      try #require(scalar.width(to: products, mass: row[0])) / total
    }
    // The electrons' column is rounded to two digits.
    #expect(abs(try fraction(.electrons) / row[2] - 1) < 0.35)
    for (products, value) in zip(
      [DarkScalar.Products.muons, .pions, .kaons, .otherHadrons], row[3...])
    {
      #expect(abs(try fraction(products) - value) < max(0.01 * value, 1e-4), "\(products)")
    }
  }

  /// m, α_s, c τ sin²θ, then muons, gluons and strange, or taus, charm and gluons.
  @Test func above2GeV() throws {
    for (mass, alphaS, length, muons, gluons, strange) in [
      (2.5, 0.347, 9.1e-8, 0.084, 0.757, 0.159), (3.0, 0.318, 5.5e-8, 0.061, 0.814, 0.125),
    ] {
      let scalar = try Self.scalar(alphaS: alphaS)
      let total = try #require(scalar.totalWidth(mass: mass))
      #expect(abs(try #require(scalar.decayLength(mass: mass)) / length - 1) < 0.01)
      func fraction(_ products: DarkScalar.Products) throws -> Double {
        try #require(scalar.width(to: products, mass: mass)) / total
      }
      #expect(abs(try fraction(.muons) - muons) < 0.001)
      #expect(abs(try fraction(.gluons) - gluons) < 0.002)
      #expect(abs(try fraction(.strange) - strange) < 0.002)
      #expect(try fraction(.pions) == 0 && fraction(.kaons) == 0)
    }
    // The strong coupling runs on from the two above: 0.285 at 4 GeV.
    let scalar = try Self.scalar(alphaS: 0.285)
    let total = try #require(scalar.totalWidth(mass: 4))
    #expect(abs(try #require(scalar.decayLength(mass: 4)) / 1.0e-8 - 1) < 0.02)
    for (products, value) in [
      (DarkScalar.Products.taus, 0.41), (.charm, 0.32), (.gluons, 0.23), (.muons, 0.015),
    ] {
      let fraction = try #require(scalar.width(to: products, mass: 4)) / total
      #expect(abs(fraction - value) < 0.005, "\(products)")
    }
  }

  /// Against the tables of a public simulation of light new particles, whose inputs differ.
  @Test func otherAuthorsAgree() throws {
    let scalar = try Self.scalar()
    for (mass, length) in [
      (0.25, 7.2e-5), (0.5, 8.1e-7), (1.0, 3.0e-8), (1.5, 1.6e-7), (1.8, 1.8e-7), (4, 1.1e-8),
    ] {
      #expect(abs(try #require(scalar.decayLength(mass: mass)) / length - 1) < 0.35, "\(mass)")
    }
  }

  /// B(B⁺ → K⁺ S)/sin²θ and B(B⁰ → K*⁰ S)/sin²θ at |V_ts| = 0.0404.
  @Test func production() throws {
    let scalar = try Self.scalar()
    #expect(abs(scalar.coefficient / 1.53e-6 - 1) < 0.01)
    for (mass, kaon, kStar) in [
      (0.25, 0.455, 0.509), (1, 0.462, 0.509), (2, 0.484, 0.504), (3, 0.524, 0.466),
      (4, 0.548, 0.232),
    ] {
      let first = MesonDecay(parent: .chargedB, kaon: .kaon)
      let second = MesonDecay(parent: .neutralB, kaon: .kStar)
      let g = scalar.coefficient
      #expect(abs(first.branchingFraction(mass: mass, coefficient: g) / kaon - 1) < 0.01)
      #expect(abs(second.branchingFraction(mass: mass, coefficient: g) / kStar - 1) < 0.01)
    }
    let closed = MesonDecay(parent: .chargedB, kaon: .kaon)
    #expect(closed.branchingFraction(mass: 4.79, coefficient: 1) == 0)
  }

  /// A heavy quark gives 2/3, a light one goes to zero as x⁻¹ ln² x, and both sides of x = 1 meet.
  @Test func gluonsFollowTheLoop() throws {
    // Γ(gg)/Γ(μμ) with three heavy quarks is α_s² m² 4 /(4 π² m_μ² β³): far below charm threshold.
    var scalar = try Self.scalar(alphaS: 0.2)
    scalar.charmMass = 900
    scalar.bottomMass = 900
    scalar.quarks.topMass = 900
    let (gluons, muons) = (
      try #require(scalar.width(to: .gluons, mass: 2.5)),
      try #require(scalar.width(to: .muons, mass: 2.5))
    )
    let beta = (1 - 4 * pow(0.1056583755 / 2.5, 2)).squareRoot()
    let expected = 0.04 * 6.25 * 4 / (4 * .pi * .pi * pow(0.1056583755, 2) * pow(beta, 3))
    #expect(abs(gluons / muons / expected - 1) < 1e-5)
    scalar.charmMass = 1.25 * (1 - 1e-9)
    let below = try #require(scalar.width(to: .gluons, mass: 2.5))
    scalar.charmMass = 1.25 * (1 + 1e-9)
    let above = try #require(scalar.width(to: .gluons, mass: 2.5))
    #expect(abs(below / above - 1) < 1e-3)
  }

  /// At the pion threshold chiral perturbation theory gives the order; pions that scatter on the way
  /// out raise the rate by a factor of two to three (Donoghue, Gasser, Leutwyler 1990).
  @Test func theFormFactorsStartAboveChiralPerturbationTheory() throws {
    let table = try Self.scalar()
    let chiral = DarkScalar(hadrons: .leadingOrder)
    let ratio =
      try #require(table.width(to: .pions, mass: 0.285))
      / #require(chiral.width(to: .pions, mass: 0.285))
    #expect(ratio > 1.5 && ratio < 3)
    let s = 0.285 * 0.285, pion = 0.139_570_39 * 0.139_570_39
    let amplitude = (7 * pion + 2 * (s + 2 * pion)) / 9
    let beta = (1 - 4 * pion / s).squareRoot()
    let closed = 3 * beta * amplitude * amplitude / (32 * .pi * pow(246.22, 2) * 0.285)
    #expect(abs(try #require(chiral.width(to: .pions, mass: 0.285)) / closed - 1) < 1e-12)
    #expect(table.width(to: .pions, mass: 0.2) == 0)
  }
}
