import Diagnostics
import Testing

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("recoilMas", "recoilMass"), ("muonId", "muonID"), ("pairmass", "pairMass"),
    ("chrage", "charge"),
  ])
  func aSlipFindsItsName(typed: String, meant: String) {
    let names = ["recoilMass", "muonID", "pairMass", "charge", "vertexProbability"]
    #expect(NearestName.nearest(to: typed, among: names) == meant)
  }

  @Test func somethingElseFindsNothing() {
    #expect(NearestName.nearest(to: "luminosity", among: ["charge", "mass"]) == nil)
  }
}

@Suite struct DiagnosticTests {
  @Test func theTextHasPlaceFindingAndRemedy() {
    let fault = Diagnostic(
      at: SourceLocation(file: "search.yaml", line: 3, column: 7), "unknown key 'cut'",
      remedy: "did you mean 'cuts'?")
    #expect(fault.description == "search.yaml:3:7: unknown key 'cut'; did you mean 'cuts'?")
  }

  @Test func faultsAreOrderedByPlace() {
    let late = Diagnostic(at: SourceLocation(file: "a", line: 9, column: 1), "late")
    let early = Diagnostic(at: SourceLocation(file: "a", line: 2, column: 5), "early")
    let nowhere = Diagnostic(in: "run.h5", "nowhere")
    let list = Diagnostics([nowhere, late, early])
    #expect(list.sorted == [early, late, nowhere])
  }
}
