import Diagnostics
import Foundation
import PipelineSpec
import TestSupport
import Testing
import Theory

/// A dark Higgs boson that decays to ee, μμ, ππ and KK alone, its hadronic widths from a table.
@Suite struct DarkHiggsWidthTests {
  private static func scalar() throws -> DarkScalar {
    let path = "\(ToolProcess.root)/Tests/TheoryTests/Fixtures/scalar_widths.csv"
    let table = try TheoryTable.read(
      path: path, at: SourceLocation(file: "test", line: 1, column: 1))
    return DarkScalar(hadrons: .widths(table), multiMeson: false)
  }

  /// m, branching fractions to μ⁺μ⁻, π⁺π⁻, K⁺K⁻, c τ at sin θ = 1e-4 [cm]: a script in Python with the
  /// whole table of widths, linear between its rows.
  @Test(arguments: [
    (0.25, 0.99985, 0, 0, 7059.8), (0.30, 0.21684, 0.52210, 0, 544.31),
    (0.40, 0.13844, 0.57437, 0, 152.29), (0.50, 0.10973, 0.59351, 0, 79.396),
    (0.80, 0.060073, 0.62662, 0, 22.541), (0.98, 0.011107, 0.65926, 0, 3.2784),
    (1.02, 0.015964, 0.43976, 0.16220, 4.5018), (1.10, 0.045494, 0.20387, 0.32435, 11.785),
    (1.50, 0.10874, 0.023471, 0.42803, 20.119), (1.80, 0.19435, 0.040032, 0.37280, 29.690),
  ])
  func chargedPairs(mass: Double, muons: Double, pions: Double, kaons: Double, length: Double)
    throws
  {
    let scalar = try Self.scalar()
    let total = try #require(scalar.totalWidth(mass: mass))
    for (products, value) in [
      (DarkScalar.Products.muons, muons), (.pions, pions), (.kaons, kaons),
    ] {
      let width = try #require(scalar.width(to: products, mass: mass))
      let charged = try #require(products.chargedFraction)
      #expect(abs(charged * width / total - value) <= 5e-5 * value, "\(products)")
    }
    #expect(abs(try #require(scalar.decayLength(mass: mass)) * 1e8 / length - 1) < 5e-5)
  }

  @Test func beyondTheTableNothingIsKnown() throws {
    let scalar = try Self.scalar()
    #expect(scalar.width(to: .pions, mass: 1.9) == nil)
    #expect(scalar.totalWidth(mass: 1.9) == nil)
    #expect(scalar.decayLength(mass: 1.9) == nil)
    #expect(scalar.width(to: .muons, mass: 1.9) != nil)
  }
}
