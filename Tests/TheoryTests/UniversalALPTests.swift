import Foundation
import TestSupport
import Testing
import Theory

@Suite struct UniversalALPTests {
  private static func boson() throws -> UniversalALP {
    UniversalALP(hadrons: .table(try DarkScalarTests.table("alp-hadronic-widths.csv")))
  }

  /// c τ in cm at g_Y = 1e-4, to the digits of the numbers computed from the published widths.
  @Test(arguments: [
    (0.1, 1.15e8, 0.005), (0.25, 2.0e3, 0.025), (0.5, 594, 0.005), (1.1, 47, 0.02),
    (1.5, 2.7, 0.02), (2.2, 5.1, 0.02), (2.9, 2.4, 0.025),
  ])
  func lifetimes(mass: Double, length: Double, tolerance: Double) throws {
    let found = try #require(try Self.boson().decayLength(mass: mass)) * 1e8
    #expect(abs(found / length - 1) < tolerance)
  }

  /// B(B⁺ → K⁺ a) at g_Y = 1e-4 and Λ = 1 TeV.
  @Test(arguments: [(0.1, 9.96e-8), (1.1, 1.02e-7), (2.9, 1.14e-7)])
  func production(mass: Double, fraction: Double) throws {
    let boson = try Self.boson()
    let found = MesonDecay(parent: .chargedB, kaon: .kaon).branchingFraction(
      mass: mass, coefficient: boson.coefficient * 1e-4)
    #expect(abs(found / fraction - 1) < 0.01)
  }

  @Test func leptonsAloneAndBeyondTheTable() throws {
    let boson = UniversalALP(hadrons: .none)
    // At 0.15 GeV electrons alone: g² m_e² m β/(8 π v²).
    let expected = pow(0.000_510_998_95, 2) * 0.15 / (8 * .pi * pow(246.22, 2))
    #expect(abs(try #require(boson.totalWidth(mass: 0.15)) / expected - 1) < 1e-4)
    #expect(try Self.boson().totalWidth(mass: 3.5) == nil)
  }
}
