import Simulation
import Testing

@Suite struct DimuonSettingsTests {
  private func text(_ make: () throws -> Void) -> String {
    do {
      try make()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func numbersOutOfRangeAreNamed() {
    #expect(
      text { _ = try DimuonSettings(events: 0) }
        == "--events: value is out of range; found 0, allowed 1 to 1000000000")
    #expect(
      text { _ = try DimuonSettings(files: 0) }
        == "--files: value is out of range; found 0, allowed 1 to 10000")
    #expect(
      text { _ = try DimuonSettings(backgroundFactor: -1) }
        == "--background: value is out of range; found -1, allowed 0 to 1000")
    #expect(
      text { _ = try DimuonSettings.Injection(text: "0.1:5") }
        == "--inject: value is out of range; found 0.1 GeV, allowed 0.25 to 14.5 GeV")
    #expect(
      text { _ = try DimuonSettings.Injection(text: "6:0") }
        == "--inject: value is out of range; found 0 events, allowed 1 to 100000000 events")
  }

  @Test(arguments: ["", "6", "6:", ":5", "6:5:4", "six:5", "6:5.5", "nan:5"])
  func injectionsAreMassAndEvents(_ bad: String) {
    #expect(
      text { _ = try DimuonSettings.Injection(text: bad) }
        == "--inject: '\(bad)' is not a mass and a number of events; "
        + "write MASS:EVENTS with the mass in GeV, as in 6.2:800")
  }

  @Test func filesShareAllEvents() throws {
    let settings = try DimuonSettings(
      events: 1003, files: 4, backgroundFactor: 2,
      injections: [.init(mass: 6, events: 37), .init(mass: 7, events: 5)])
    let files = DimuonFile.plan(settings)
    #expect(files.map(\.name).first == "data-0.h5")
    #expect(files.map(\.name).last == "background-3.h5")
    let data = files.filter { $0.sample == .data }
    #expect(data.reduce(0) { $0 + $1.baseEvents } == 1003)
    #expect(data.reduce(0) { $0 + $1.injectedEvents[0] } == 37)
    #expect(data.reduce(0) { $0 + $1.injectedEvents[1] } == 5)
    let background = files.filter { $0.sample == .background }
    #expect(background.reduce(0) { $0 + $1.events } == 2006)
    for (file, next) in zip(data, data.dropFirst()) {
      #expect(file.firstEvent + file.events == next.firstEvent)
    }
  }

  @Test func eachInjectionGetsItsEvents() throws {
    let settings = try DimuonSettings(
      events: 500, files: 1,
      injections: [.init(mass: 6, events: 37), .init(mass: 7, events: 5)])
    let file = DimuonFile.plan(settings)[0]
    var counts = [0, 0]
    for event in 0..<file.events {
      if let injection = file.injection(ofEvent: event) { counts[injection] += 1 }
    }
    #expect(counts == [37, 5])
  }

  @Test func noBackgroundMeansNoFiles() throws {
    let files = DimuonFile.plan(try DimuonSettings(events: 10, files: 2, backgroundFactor: 0))
    #expect(files.map(\.name) == ["data-0.h5", "data-1.h5"])
  }
}
