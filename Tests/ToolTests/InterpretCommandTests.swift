import Foundation
import HDF5Files
import TestSupport
import Testing

/// Recasts of tables of limits, and what wrong files give.
@Suite struct InterpretCommandTests {
  private static let recast = "\(ToolProcess.root)/Pipelines/bks/recast/belle2-2023.yaml"
  private static let published =
    ProcessInfo.processInfo.environment["NIGHTJAR_TEST_DATA"].map { "\($0)/physics/data/bks" }

  /// Excluded intervals in sin θ by limits of Belle II on B⁺ → K⁺ ℓ⁺ℓ⁻, found apart with the same
  /// formulas and rules in a script of its own; four tables there, of which these two decide.
  private static let intervals: [(mass: Double, low: Double, high: Double?)] = [
    (0.20, 0.014, nil), (0.23, 1.5e-3, 0.42), (0.25, 1.15e-3, 0.26), (0.285, 1.0e-3, 0.096),
    (0.30, 1.0e-3, 0.069), (0.40, 1.0e-3, 0.038), (0.50, 1.05e-3, 0.0275),
    (0.60, 1.15e-3, 0.022), (0.80, 1.8e-3, 5.8e-3), (1.3, 1.7e-3, 2.9e-3),
    (1.5, 1.3e-3, 3.2e-3), (1.9, 9.1e-4, 3.5e-3),
  ]

  @Test(.enabled(if: published != nil, "SKIPPED: needs NIGHTJAR_TEST_DATA"))
  func publishedLimitsGiveTheKnownRegions() throws {
    let folder = try TemporaryFolder()
    let run = try ToolProcess.run(
      ["interpret", Self.recast, "--inputs", Self.published ?? "", "--output", "out"],
      in: folder.path)
    try #require(run.status == 0, "\(run.errors)")
    let file = try HDF5File(path: "\(folder.path)/out/regions.h5")
    func column(_ name: String) throws -> [Double] {
      try file.dataset("/interpret/darkScalar/\(name)").doubles()
    }
    let (masses, low, high) = (
      try column("island/mass"), try column("island/low"), try column("island/high")
    )
    let edges = try file.dataset("/interpret/darkScalar/island/highEdge").strings()
    for (mass, lowest, highest) in Self.intervals {
      let nearest = try #require(
        masses.indices.min { abs(masses[$0] - mass) < abs(masses[$1] - mass) })
      try #require(abs(masses[nearest] - mass) < 0.002, "\(mass)")
      // Limits hold for masses around; the model is taken at the row's mass: its rates move by
      // up to 3 % in half a step at the muon threshold.
      #expect(abs(low[nearest] / lowest - 1) < 0.06, "\(mass): \(low[nearest])")
      if let highest {
        #expect(abs(high[nearest] / highest - 1) < 0.06, "\(mass): \(high[nearest])")
      } else {
        #expect(high[nearest] == 1 && edges[nearest] == "scan")
      }
    }
    // Nothing near 1 GeV, where a resonance makes the scalar short-lived.
    #expect(!masses.contains { $0 > 0.95 && $0 < 1.1 })
    for name in ["region-darkscalar.csv", "region-darkscalar.png", "region-alp.pdf"] {
      #expect(try folder.bytes("out/\(name)").count > 1000)
    }
    // The same bytes for any number of threads.
    let again = try ToolProcess.run(
      ["interpret", Self.recast, "--inputs", Self.published ?? "", "--output", "one"]
        + ["--threads", "1", "--quiet"], in: folder.path)
    #expect(again.status == 0 && again.errors.isEmpty)
    #expect(try folder.bytes("out/regions.h5") == folder.bytes("one/regions.h5"))
  }

  private func fault(_ text: String) throws -> String {
    let folder = try TemporaryFolder()
    try text.write(toFile: "\(folder.path)/r.yaml", atomically: true, encoding: .utf8)
    try "m_S_GeV,ctau_1cm,ctau_2cm\n1,1e-8,x\n".write(
      toFile: "\(folder.path)/broken.csv", atomically: true, encoding: .utf8)
    let run = try ToolProcess.run(["interpret", "r.yaml"], in: folder.path)
    #expect(run.status == 2)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/r.output"))
    return run.errors
  }

  @Test func wrongFilesAreToldAtOnce() throws {
    let wrong = """
      nightjarRecast: 1
      title: T
      level: 95 %
      limits:
        a: {table: broken.csv, parent: B+, bachelor: K0, pair: mumu}
      interpret:
        x: {model: dark scalar, at: {gY: {log: [1e-5, 1]}}, hadronicWidths: leading order, alphaT: 1}
      """
    #expect(
      try fault(wrong) == """
        r.yaml:5:48: 'limits.a.bachelor' must be 'K+' or 'K*0', found text 'K0'; did you mean 'K+'?
        r.yaml:7:31: 'interpret.x.at' the parameter of 'dark scalar' is 'sinTheta', found 'gY'; write 'sinTheta: …'
        r.yaml:7:86: unknown key 'alphaT' in 'interpret.x'; did you mean 'alphaS'?

        """)
    let parameter = wrong.replacingOccurrences(of: "K0", with: "K+").replacingOccurrences(
      of: ", alphaT: 1", with: "")
    #expect(
      try fault(parameter) == "r.yaml:7:31: 'interpret.x.at' the parameter of 'dark scalar' is "
        + "'sinTheta', found 'gY'; write 'sinTheta: …'\n")
    let table = parameter.replacingOccurrences(of: "gY", with: "sinTheta")
    #expect(
      try fault(table) == "broken.csv:2:8: must be a positive number, found 'x'\n")
  }

  @Test func choicesOfTheOtherModelAreRefused() throws {
    let text = """
      nightjarRecast: 1
      title: T
      level: 95 %
      limits:
        a: {table: broken.csv, parent: B+, bachelor: K+, pair: mumu}
      interpret:
        x: {model: dark scalar, at: {sinTheta: {log: [1e-5, 1]}}, hadronicWidths: none, scale: 1 TeV}
        y: {model: alp fermion universal, at: {gY: {log: [1e-5, 1]}}, hadronicWidths: none, alphaS: 0.3}
      """
    #expect(
      try fault(text) == """
        r.yaml:7:77: 'interpret.x.hadronicWidths' a dark scalar decays to hadrons, found 'none'; give '{table: FILE}' or 'leading order'
        r.yaml:7:83: 'scale' is no choice of 'dark scalar'; remove it
        r.yaml:8:87: 'alphaS' is no choice of 'alp fermion universal'; remove it

        """)
  }
}
