import Simulation
import TestSupport
import Testing

@Suite struct InelasticSettingsTests {
  private func text(_ make: () throws -> Void) -> String {
    do {
      try make()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func injectionsAreRead() throws {
    let injection = try InelasticInjection(text: "KK:1.5:2.5:1:10:0.5fb")
    #expect(injection.pair == .KK && injection.mass == 1.5 && injection.chi1 == 2.5)
    #expect(injection.lifetime == 1 && injection.chi2Lifetime == 10)
    #expect(injection.crossSection == 0.5)
    #expect(try InelasticInjection(text: "mumu:0.3:1:1:10:2").crossSection == 2)
  }

  @Test func massesAreANumberOrAList() throws {
    #expect(try InelasticMasses(text: "9") == .count(9))
    #expect(try InelasticMasses(text: "0.25,1.5") == .list([0.25, 1.5]))
    let settings = try InelasticSettings(masses: .list([0.25, 1.5, 2]), chiMasses: [1, 2.9])
    #expect(settings.points(of: .mumu).map(\.mass) == [0.25, 1.5, 2, 0.25, 1.5])
    #expect(settings.points(of: .KK).map(\.mass) == [1.5, 2, 1.5])
    let usual = try InelasticSettings()
    for (pair, first) in [(InelasticPair.mumu, 0.22), (.pipi, 0.29), (.KK, 1.0)] {
      let masses = usual.points(of: pair).filter { $0.chi1 == 1 }.map(\.mass)
      #expect(masses.count == 14 && masses.first == first && masses.last == 3)
    }
  }

  @Test func numbersOutOfRangeAreNamedWithTheirRange() {
    let wrong = "value is out of range; found "
    #expect(
      text { _ = try InelasticSettings(luminosity: 0) }
        == "--luminosity: \(wrong)0.0, allowed above 0, up to 100000 (in /fb)")
    #expect(
      text { _ = try InelasticSettings(masses: .list([0.2])) }
        == "--masses: \(wrong)0.2 GeV, allowed 0.2123 to 7.5721 GeV")
    #expect(
      text { _ = try InelasticSettings(masses: .count(1)) }
        == "--masses: \(wrong)1, allowed 2 to 1000")
    #expect(
      text { _ = try InelasticSettings(chiMasses: [1, 3.5]) }
        == "--chi-masses: \(wrong)a mass of chi1 of 3.5 GeV, allowed 0.1 to 3.4532 GeV with h' of "
        + "0.2123 GeV")
    #expect(
      text { _ = try InelasticSettings(chi2Lifetimes: [0]) }
        == "--chi2-lifetimes: \(wrong)0.0 cm, allowed 0.0001 to 1000000 cm")
    #expect(
      text { _ = try InelasticRatios(darkPhoton: 2.3, splitting: 0.4) }
        == "--dark-photon-ratio: \(wrong)2.3, allowed 2.4 to 100")
    #expect(
      text { _ = try InelasticInjection(text: "KK:0.5:2:1:10:1") }
        == "--inject: \(wrong)0.5 GeV, allowed 0.9884 to 10 GeV")
    #expect(
      text { _ = try InelasticInjection(text: "KK:1.5:2:1:10:0fb") }
        == "--inject: \(wrong)0.0 fb, allowed above 0, up to 1000000 fb")
    #expect(
      text {
        _ = try InelasticSettings(
          injections: [try InelasticInjection(text: "mumu:2:3:1:10:1")])
      }
        == "--inject: \(wrong)a mass of chi1 of 3.0 GeV, allowed 0.1 to 2.8573 GeV with h' of "
        + "2.0 GeV")
  }

  @Test func wrongOptionsAreToldExactly() throws {
    for (options, message) in [
      (
        ["--pairs", "mumu,ee"],
        "--pairs: 'mumu,ee' is not a list of pairs; write all or names with commas, as in mumu,KK "
          + "(mumu, pipi or KK)"
      ),
      (
        ["--masses", "1,x"],
        "--masses: '1,x' is neither a number of masses nor masses in GeV; write 40 or 0.25,0.5,1.0"
      ),
      (
        ["--chi-masses", "1,,2"],
        "--chi-masses: '1,,2' is not a list of masses; write values in GeV with commas, as in 1,2.5"
      ),
      (
        ["--chi2-lifetimes", "1,x"],
        "--chi2-lifetimes: '1,x' is not a list of lifetimes; write values of c tau in cm with "
          + "commas, as in 0.01,1,100"
      ),
      (
        ["--inject", "mumu:1.5:2.5:1:10"],
        "--inject: 'mumu:1.5:2.5:1:10' is not a pair, two masses, two lifetimes and a cross "
          + "section; write PAIR:MASS:CHI1:CTAU:CHI2CTAU:SIGMABfb in GeV, cm and fb, as in "
          + "mumu:1.5:2.5:1:10:0.5fb"
      ),
    ] {
      let run = try ToolProcess.run(["simulate", "idm", "--output", "/nowhere"] + options)
      #expect(run.status == 64)
      #expect(run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
    }
  }
}
