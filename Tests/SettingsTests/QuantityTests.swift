import Settings
import Testing

/// "number unit".
@Suite struct QuantityTests {
  private func read(_ text: String, _ dimensions: [Dimension]) throws(Quantity.Fault) -> Double {
    try Quantity.read(text, dimensions: dimensions).value
  }

  @Test func noDigitIsLost() throws {
    #expect(try read("3.6 %", [.fraction]) == 0.036)
    #expect(try read("5 MeV", [.mass]) == 0.005)
    #expect(try read("0.1 keV", [.mass]) == 1e-7)
    #expect(try read("1e3 MeV", [.mass]) == 1)
    #expect(try read("2.5e-1 TeV", [.mass]) == 250)
    #expect(try read("7 eV", [.mass]) == 7e-9)
    #expect(try read("890 /fb", [.luminosity]) == 890)
    #expect(try read("0.89 /ab", [.luminosity]) == 890)
    #expect(try read("2GB", [.memory]) == 2e9)
    #expect(try read("-0.2 mm", [.length]) == -0.02)
  }

  @Test func theUnitTellsTheDimension() throws {
    #expect(
      try Quantity.read("60 resolution", dimensions: [.mass, .resolution])
        == Quantity(60, .resolution))
    #expect(
      try Quantity.read("5 MeV", dimensions: [.mass, .resolution]) == Quantity(0.005, .mass))
  }

  @Test func faultsSayWhy() {
    #expect(throws: Quantity.Fault.noUnit) { try read("5", [.mass]) }
    #expect(throws: Quantity.Fault.unknownUnit("fb")) { try read("5 fb", [.luminosity]) }
    #expect(throws: Quantity.Fault.notANumber) { try read("five GeV", [.mass]) }
    #expect(throws: Quantity.Fault.notANumber) { try read("", [.mass]) }
    #expect(throws: Quantity.Fault.unknownUnit("MeV GeV")) { try read("5 MeV GeV", [.mass]) }
  }

  @Test func everyUnitHasAnExampleThatReads() throws {
    for dimension in Dimension.allCases {
      #expect(try Quantity.read(dimension.example, dimensions: [dimension]).value > 0)
    }
  }
}
