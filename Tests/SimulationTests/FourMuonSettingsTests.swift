import Simulation
import Testing
import Theory

@Suite struct FourMuonSettingsTests {
  @Test func injectionsAreRead() throws {
    let section = try FourMuonInjection(text: "zprime:2.5:1.2fb")
    #expect(section.model == .zprime && section.mass == 2.5)
    #expect(section.amount == .crossSection(1.2))
    #expect(try FourMuonInjection(text: "scalar:6:150").amount == .events(150))
  }

  @Test(arguments: ["2.5:3", "zprime:2.5", "dark:2:3", "zprime:x:3", "zprime:2:3.5", "scalar:2:fb"])
  func wrongInjectionsAreQuoted(_ text: String) {
    #expect(throws: SimulationError.badResonance(text: text)) {
      _ = try FourMuonInjection(text: text)
    }
    #expect(
      SimulationError.badResonance(text: text).description
        == "--inject: '\(text)' is not a model, a mass and an amount; write "
        + "MODEL:MASS:CROSSSECTIONfb or MODEL:MASS:EVENTS with zprime or scalar and the mass in "
        + "GeV, as in zprime:2.5:1.2fb")
  }

  @Test func numbersOutOfRangeAreNamedWithTheirRange() {
    func text(_ body: () throws(SimulationError) -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return error.description }
    }
    let wrong = "value is out of range; found "
    #expect(
      text { () throws(SimulationError) in _ = try FourMuonSettings(luminosity: 0) }
        == "--luminosity: \(wrong)0.0, allowed above 0, up to 100000 (in /fb)")
    #expect(
      text { () throws(SimulationError) in _ = try FourMuonSettings(backgroundFactor: -1) }
        == "--background: \(wrong)-1.0, allowed 0 to 1000")
    #expect(
      text { () throws(SimulationError) in _ = try FourMuonSettings(signalEvents: -1) }
        == "--signal-events: \(wrong)-1, allowed 0 to 100000000")
    #expect(
      text { () throws(SimulationError) in _ = try FourMuonSettings(masses: [0.2]) }
        == "--masses: \(wrong)0.2 GeV, allowed 0.2114 to 10.2 GeV")
    #expect(
      text { () throws(SimulationError) in _ = try FourMuonInjection(text: "zprime:11:3") }
        == "--inject: \(wrong)11.0 GeV, allowed 0.2114 to 10.2 GeV")
    #expect(
      text { () throws(SimulationError) in _ = try FourMuonInjection(text: "zprime:1:0") }
        == "--inject: \(wrong)0 events, allowed 1 to 100000000 events")
    #expect(
      text { () throws(SimulationError) in _ = try FourMuonSettings.masses(text: "1,,2") }
        == "--masses: '1,,2' is neither a number of masses nor masses in GeV; "
        + "write 40 or 0.25,0.5,1.0")
    #expect(
      text { () throws(SimulationError) in _ = try FourMuonSettings.models(text: "zprime,dark") }
        == "--models: 'zprime,dark' is not a list of models; "
        + "write zprime, scalar, zprime,scalar or none")
  }

  @Test func massesEncloseTheSearchAndAreDenseNearThreshold() throws {
    let masses = try FourMuonSettings.masses(text: "40")
    #expect(masses.count == 40)
    #expect(masses[0] < 0.212 && masses[0] > 2 * Constants.muonMass)
    #expect(masses[39] > 9)
    let reduced = masses.map {
      ($0 * $0 - 4 * Constants.muonMass * Constants.muonMass).squareRoot()
    }
    for index in 1..<39 {
      #expect(reduced[index + 1] - reduced[index] > reduced[index] - reduced[index - 1] - 2e-3)
    }
    #expect(try FourMuonSettings.masses(text: "0.5,3") == [0.5, 3])
    #expect(try FourMuonSettings.models(text: "none").isEmpty)
  }
}
