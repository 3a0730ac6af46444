import Foundation
import HDF5Files
import TestSupport
import Testing

/// Known strange particles in real detectors' ntuples through a whole pipeline: K_S and Λ of an ALICE
/// simulation (`Fixtures/v0/v0.h5`, made by `to_hdf5.py` beside it), φ of CMS muon pairs.
///
/// References are extended unbinned fits by iminuit: a Gaussian normalised on the window and a line.
@Suite struct StrangeParticleTests {
  /// Value and error of yield, mean, width, background and slope, with the least −ln L and the events.
  private struct Reference {
    var window: [Double]
    var events: Int
    var nll: Double
    var values: [(name: String, value: Double, error: Double)]
  }

  private static func reference(
    _ window: [Double], _ events: Int, _ nll: Double, _ yield: (Double, Double),
    _ mean: (Double, Double), _ width: (Double, Double), _ background: (Double, Double),
    _ slope: (Double, Double)
  ) -> Reference {
    Reference(
      window: window, events: events, nll: nll,
      values: [
        ("P.yield", yield.0, yield.1), ("P.mean", mean.0, mean.1), ("P.width", width.0, width.1),
        ("background", background.0, background.1), ("c1", slope.0, slope.1),
      ])
  }

  private static let kShort = reference(
    [0.45, 0.55], 1845, -17136.116300194437, (896.351543, 35.075175), (0.497867, 0.000165),
    (0.003935, 0.000162), (948.675715, 35.812291), (-0.344202, 0.055342))
  private static let lambda = reference(
    [1.095, 1.14], 755, -6670.336108033539, (118.631858, 15.898881), (1.115764, 0.000195),
    (0.001286, 0.000181), (636.365852, 27.757792), (-0.417733, 0.06501))
  private static let phi = reference(
    [0.95, 1.09], 5466, -52666.94733819898, (1360.172127, 71.615795), (1.016797, 0.000599),
    (0.011996, 0.000634), (4105.873602, 88.73695), (-0.005164, 0.028175))

  private static func check(
    _ reference: Reference, mean: Double, width: Double, observable: String, columns: String,
    particles: String = "", skim: String = "{}", file: (String) throws -> Void
  ) throws {
    let search = try SearchRun(
      "strange.yaml",
      text: """
        nightjar: 1
        title: "Strange particles"
        seed: 1
        ntuple: strange.ntuple.yaml
        samples: {data: {files: candidates.h5, role: data}}
        skim: \(skim)
        fits:
          P:
            sample: data
            observable: \(observable)
            window: [\(reference.window[0]), \(reference.window[1])]
            peaks: {P: {shape: gaussian, normalise: window, mean: \(mean), width: \(width)}}
            background: {shape: polynomial, order: 1}
        """)
    try """
    nightjarNtuple: 1
    title: "Candidates"
    table: candidates
    identity: [event]
    columns: {event: {type: integer, meaning: number}, \(columns)}
    \(particles)
    """.write(
      toFile: "\(search.folder.path)/strange.ntuple.yaml", atomically: true, encoding: .utf8)
    try file("\(search.folder.path)/candidates.h5")
    let run = try search.run(inputs: search.folder.path)
    guard run.status == 0 else { throw DimuonInputs.Failed(text: run.errors) }
    let summary = try search.summary()
    guard case .double(let nll) = try summary.attribute("/fits/P", "negativeLogLikelihood"),
      case .int(let events) = try summary.attribute("/fits/P", "events")
    else { throw DimuonInputs.Failed(text: "no fit") }
    #expect(Int(events) == reference.events)
    #expect(abs(nll - reference.nll) < 1e-4, "\(nll)")
    let names = try summary.dataset("/fits/P/parameter").strings()
    let values = try summary.dataset("/fits/P/value").doubles()
    let errors = try summary.dataset("/fits/P/error").doubles()
    for expected in reference.values {
      let place = try #require(names.firstIndex(of: expected.name), "\(expected.name) \(names)")
      #expect(abs(values[place] - expected.value) < 0.01 * expected.error, "\(expected.name)")
      #expect(abs(errors[place] - expected.error) < 0.01 * expected.error, "\(expected.name)")
    }
  }

  @Test(arguments: ["pionMass", "lambdaMass"])
  func neutralStrangeParticlesAreFittedAsTheReferenceDoes(observable: String) throws {
    let isLambda = observable == "lambdaMass"
    try Self.check(
      isLambda ? Self.lambda : Self.kShort, mean: isLambda ? 1.1157 : 0.4976,
      width: isLambda ? 0.002 : 0.004, observable: observable,
      columns: "\(observable): {type: number, unit: GeV, meaning: mass}"
    ) { path in
      try FileManager.default.copyItem(
        atPath: "\(SearchRun.fixtures)/v0/v0.h5", toPath: path)
    }
  }

  /// The masses of φ are computed in the pipeline from the momenta of the muons.
  @Test(.enabled(if: testData != nil, "NIGHTJAR_TEST_DATA is not set"))
  func phiIsFittedAsTheReferenceDoes() throws {
    let data = URL(fileURLWithPath: try #require(testData))
    let lines = try String(
      contentsOf: data.appendingPathComponent("dimuon/dimuon_phi_window.csv"), encoding: .utf8
    ).split(whereSeparator: \.isNewline)
    let header = lines[0].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let rows = lines.dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map {
        Double($0.trimmingCharacters(in: .whitespaces)) ?? .nan
      }
    }
    let names = ["E1", "px1", "py1", "pz1", "Q1", "E2", "px2", "py2", "pz2", "Q2"]
    try Self.check(
      Self.phi, mean: 1.02, width: 0.01, observable: "pairMass",
      columns: names.map { "\($0): {type: number, meaning: momentum}" }.joined(separator: ", "),
      particles:
        "particles: {mu1: {px: px1, py: py1, pz: pz1, E: E1}, mu2: {px: px2, py: py2, pz: pz2, E: E2}}",
      skim: "{define: {pairMass: \"mass(mu1, mu2)\"}, select: [{opposite: Q1 * Q2 < 0}]}"
    ) { path in
      let writer = try HDF5Writer()
      try writer.write("candidates/event", rows.indices.map(Int64.init))
      for name in names {
        let place = try #require(header.firstIndex(of: name))
        try writer.write("candidates/\(name)", rows.map { $0[place] })
      }
      try Data(try writer.finish()).write(to: URL(fileURLWithPath: path))
    }
  }
}
