import Testing
import Theory

@Suite struct ConstantsTests {
  @Test func theConversionIsPlancksConstantTimesTheSpeedOfLightSquared() {
    let metres = 1.973_269_804e-16  // ħc in GeV m
    let squareMetresPerFemtobarn = 1e-43
    let expected = metres * metres / squareMetresPerFemtobarn
    #expect(abs(Constants.femtobarnPerInverseGeVSquared / expected - 1) < 1e-8)
  }
}
