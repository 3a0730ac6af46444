import Foundation
import HDF5Files
import TestSupport
import Testing

/// Real CMS events against fits made with iminuit (the model is in the reference file).
@Suite(.enabled(if: testData != nil, "NIGHTJAR_TEST_DATA is not set"))
struct RealDataTests {
  /// One fit of the reference file.
  struct Reference: Decodable {
    var n: Int
    var nll_min: Double
    var n0, mu0: [Double]
    var n1, n2, mu1, mu2: [Double]?
    var sigma, nb, c1: [Double]
  }

  struct References: Decodable { var fits: [String: Reference] }

  private static func references() throws -> [String: Reference] {
    let path = try #require(testData) + "/fit_reference.json"
    return try JSONDecoder().decode(
      References.self, from: Data(contentsOf: URL(fileURLWithPath: path))
    ).fits
  }

  @Test func namedFitsReproduceTheReference() throws {
    let inputs = try #require(testData) + "/dimuon"
    let search = try SearchRun("dimuon/2-cms.yaml")
    let run = try search.run(["--set", "outputs.report.figures=[]"], inputs: inputs)
    #expect(run.status == 0, "\(run.errors)")
    let summary = try search.summary()
    let references = try Self.references()
    let pairs = [
      ("jpsi", "MuRun2010B_0.csv J/psi OS"), ("upsilon2010", "MuRun2010B_0.csv Upsilon OS"),
      ("upsilon2011", "Ymumu.csv Upsilon(1S,2S,3S)"),
    ]
    for (fit, name) in pairs {
      let reference = try #require(references[name])
      let group = "fits/\(fit)"
      #expect(try summary.attribute(group, "events") == .int(Int64(reference.n)))
      guard case .double(let nll) = try summary.attribute(group, "negativeLogLikelihood") else {
        Issue.record("no −ln L in \(group)")
        continue
      }
      #expect(abs(nll - reference.nll_min) < 1e-4)
      let values = try summary.dataset("\(group)/value").doubles()
      let errors = try summary.dataset("\(group)/error").doubles()
      let expected: [[Double]] =
        fit == "jpsi"
        ? [reference.n0, reference.mu0, reference.sigma, reference.nb, reference.c1]
        : [
          reference.n0, reference.mu0, reference.sigma, try #require(reference.n1),
          try #require(reference.mu1), try #require(reference.n2), try #require(reference.mu2),
          reference.nb, reference.c1,
        ]
      for index in expected.indices {
        let error = expected[index][1]
        #expect(abs(values[index] - expected[index][0]) < 0.01 * error, "\(fit) \(index)")
        #expect(abs(errors[index] - error) < 0.01 * error, "\(fit) \(index)")
      }
    }
  }

  @Test func theScanShowsTheKnownResonances() throws {
    let inputs = try #require(testData) + "/dimuon"
    let search = try SearchRun("dimuon/2-cms.yaml")
    try search.run(["--set", "outputs.report.figures=[]"], inputs: inputs)
    let summary = try search.summary()
    let masses = try summary.dataset("scan/mass").doubles()
    let significance = try summary.dataset("scan/signedRoot").doubles()
    // PDG 2024 masses; the momentum scale of these files is good to about 0.2 %.
    for (mass, least) in [(3.0969, 15.0), (3.6861, 3.0), (9.4604, 4.0)] {
      let near = masses.indices.filter {
        abs(masses[$0] - mass) < 0.02 * mass && significance[$0].isFinite
      }
      let best = try #require(near.max { significance[$0] < significance[$1] })
      #expect(significance[best] > least, "at \(mass)")
      #expect(abs(masses[best] - mass) < 0.008 * mass)
    }
  }

  @Test func bothLayoutsGiveTheSameSkim() throws {
    let inputs = try #require(testData) + "/dimuon"
    let search = try SearchRun("dimuon/2-cms.yaml")
    let settings = ["--set", "outputs.report.figures=[]"]
    try search.run(settings, inputs: inputs, output: "columns")
    let table = try search.run(
      settings + ["--set", "samples.run2010B.files=MuRun2010B_0_pytables.h5"]
        + ["--set", "samples.run2010B.table=dimuon"],
      inputs: inputs, output: "table")
    #expect(table.status == 0, "\(table.errors)")
    func contents(_ output: String) throws -> Set<[UInt8]> {
      Set(try search.checkpoints("skim", output).values.map { Array($0.dropFirst(512)) })
    }
    #expect(try contents("columns") == contents("table"))
  }
}
