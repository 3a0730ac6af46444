import Foundation
import HDF5Files
import TestSupport
import Testing

/// The four-muon search from simulated ntuples to couplings, with a signal put into the data.
@Suite struct FourMuonTests {
  /// Mass and cross section times branching fraction of the signal in the data.
  private static let injected = (mass: 2.5, femtobarns: 0.9)
  private static let settings = [
    "--set", "samples.data.luminosity=100 /fb", "--set", "samples.background.luminosity=300 /fb",
  ]

  private static let inputs = Result {
    let folder = try TemporaryFolder()
    let made = try ToolProcess.run([
      "simulate", "fourmuon", "--quiet", "--luminosity", "100", "--background", "3", "--masses",
      "24", "--signal-events", "3000", "--seed", "77", "--inject",
      "zprime:\(injected.mass):\(injected.femtobarns)fb", "--output", "\(folder.path)/inputs",
    ])
    guard made.status == 0 else { throw DimuonInputs.Failed(text: made.errors) }
    return folder
  }

  private static let finished = Result {
    let search = try SearchRun("fourmuon/fourmuon.yaml")
    let run = try search.run(settings, inputs: try inputs.get().path)
    guard run.status == 0 else { throw DimuonInputs.Failed(text: run.errors) }
    return search
  }

  private static func scan(_ signal: String, _ name: String) throws -> [Double] {
    try finished.get().summary().dataset("/scan/\(signal)/\(name)").doubles()
  }

  @Test func theLargestExcessIsTheInjectedSignal() throws {
    let roots = try Self.scan("zprime", "signedRoot")
    let masses = try Self.scan("zprime", "mass")
    let resolutions = try Self.scan("zprime", "resolution")
    let top = try #require(
      roots.indices.filter { roots[$0].isFinite }.max { roots[$0] < roots[$1] })
    #expect(roots[top] > 5)
    // dm_R/dm = m/m_R is one to 0.4 % here.
    #expect(abs(masses[top] - Self.injected.mass) < 2 * resolutions[top])
    // The hypothesis nearest to the true mass, not the largest fluctuation, measures without bias.
    let nearest = try #require(
      masses.indices.min {
        abs(masses[$0] - Self.injected.mass) < abs(masses[$1] - Self.injected.mass)
      })
    let fitted = try Self.scan("zprime", "parameter")[nearest]
    let error = try Self.scan("zprime", "parameterError")[nearest]
    #expect(abs(fitted - Self.injected.femtobarns) < 3 * error)
    // The coupling follows from the cross section of the model.
    let summary = try Self.finished.get().summary()
    func value(_ name: String) throws -> Double {
      try summary.dataset("/interpret/gPrime/\(name)").doubles()[nearest]
    }
    let unit =
      try value("crossSection") * value("branchingFraction") * value("radiationFactor")
    let limit = try Self.scan("zprime", "observedLimit")[nearest]
    #expect(abs(try value("observedLimit") / (limit / unit).squareRoot() - 1) < 1e-12)
    // Born cross section at 2.5 GeV between the published table's neighbours, 3.47e4 and 1.37e4 fb.
    #expect((1.37e4...3.47e4).contains(try value("crossSection")))
    #expect(limit > Self.injected.femtobarns)
  }

  @Test func everyHypothesisIsFittedInBothScans() throws {
    for signal in ["zprime", "scalar"] {
      let status = try Self.scan(signal, "status")
      let masses = try Self.scan(signal, "mass")
      #expect(status.count > 1500)
      #expect(masses.first == 0.212)
      #expect(!status.contains { $0 >= 10 && $0 < 20 })
      // All that is left out lies in the excluded range.
      for (mass, status) in zip(masses, status) where status == 20 {
        #expect((3.07...3.12).contains(mass))
      }
      let reduced = try Self.scan(signal, "reducedMass")
      for (mass, reduced) in zip(masses, reduced) {
        let expected = mass * mass - 4 * 0.1056583755 * 0.1056583755
        #expect(abs(reduced * reduced - expected) < 1e-12 * mass * mass)
      }
    }
  }

  @Test func networksGainEverywhereAndEfficienciesStepWhereTheyChange() throws {
    let summary = try Self.finished.get().summary()
    for (network, least) in [("mlp1", 1.05), ("mlp2", 1.3), ("mlp3", 1.3), ("mlp4", 1.3)] {
      let group = "/workingPoint/\(network)"
      let before = try summary.dataset("\(group)/figureOfMeritBefore").doubles()
      let after = try summary.dataset("\(group)/figureOfMerit").doubles()
      let gain = zip(after, before).reduce(1) { $0 * ($1.0 / $1.1) }
      #expect(pow(gain, 1 / Double(before.count)) > least, "\(network)")
    }
    // A candidate is ruled by the network of its hypothesis, up to the edge of the range.
    let masses = try Self.scan("zprime", "mass")
    let cuts = try Self.scan("zprime", "scoreCut")
    for edge in [1.0, 3.75, 6.25, 8.25] {
      let below = try #require(masses.lastIndex { $0 <= edge })
      #expect(cuts[below] == cuts[below - 5])
      #expect(cuts[below + 1] == cuts[below + 6])
      #expect(cuts[below] != cuts[below + 1])
    }
  }

  @Test func theBackgroundKeepsItsShapeUnderTheCuts() throws {
    let search = try Self.finished.get()
    let inputs = try Self.inputs.get().path
    let settings = [
      "samples.data.luminosity=100 /fb", "samples.background.luminosity=300 /fb",
    ]
    let merged = try search.task("merge/background", inputs: inputs, settings: settings)
    let mass = try merged.dataset("columns/reduced").doubles()
    let summary = try search.summary()
    // Pass rate within two resolutions of each generated mass against that of its surroundings:
    // a network that knew the mass would make a bump there.
    for (network, edges) in [
      ("mlp1", 0.3..<1.0), ("mlp2", 1.0..<3.75), ("mlp3", 3.75..<6.25), ("mlp4", 6.25..<8.25),
    ] {
      let group = "/workingPoint/\(network)"
      let masses = try summary.dataset("\(group)/mass").doubles()
      let cut = try summary.dataset("\(group)/threshold").doubles()[0]
      let scores = try merged.dataset("columns/\(network)").doubles()
      var near = (passed: 0.0, all: 0.0)
      var far = near
      for m in masses where edges.contains(m) {
        let centre = (m * m - 4 * 0.1056583755 * 0.1056583755).squareRoot()
        let sigma = 0.0015 + 0.0011 * m
        for (x, score) in zip(mass, scores) where abs(x - centre) < 30 * sigma {
          if abs(x - centre) < 2 * sigma {
            near.all += 1
            if score >= cut { near.passed += 1 }
          } else if abs(x - centre) > 4 * sigma {
            far.all += 1
            if score >= cut { far.passed += 1 }
          }
        }
      }
      let expected = far.passed / far.all
      let error = (expected * (1 - expected) * (1 / near.all + 1 / far.all)).squareRoot()
      #expect(near.all > 50, "\(network)")
      #expect(abs(near.passed / near.all - expected) < 4 * error, "\(network)")
    }
  }

  @Test func entriesPerEventCountCandidatesOverEvents() throws {
    let search = try Self.finished.get()
    let settings = [
      "samples.data.luminosity=100 /fb", "samples.background.luminosity=300 /fb",
    ]
    let merged = try search.task(
      "merge/data", inputs: try Self.inputs.get().path, settings: settings)
    let values = try merged.dataset("columns/reduced").doubles()
    let events = try merged.dataset("events").values(of: UInt64.self)
    let masses = try Self.scan("zprime", "mass")
    let (low, high) = (
      try Self.scan("zprime", "windowLow"), try Self.scan("zprime", "windowHigh")
    )
    let cuts = try Self.scan("zprime", "scoreCut")
    let status = try Self.scan("zprime", "status")
    let counts = try Self.scan("zprime", "events")
    let found = try Self.scan("zprime", "entriesPerEvent")
    let holes = [3.07, 3.12].map { ($0 * $0 - 4 * 0.1056583755 * 0.1056583755).squareRoot() }
    var seen = 0
    var severalInOne = 0
    // Some windows of every network, those around the hole of the J/psi among them.
    for index in masses.indices
    where status[index] < 10 && (index % 97 == 0 || abs(masses[index] - 3.1) < 0.08) {
      let network =
        switch masses[index] {
        case ...1: "mlp1"
        case ...3.75: "mlp2"
        case ...6.25: "mlp3"
        case ...8.25: "mlp4"
        default: "mlp5"
        }
      let scores = try merged.dataset("columns/\(network)").doubles()
      let rows = values.indices.filter {
        low[index] <= values[$0] && values[$0] <= high[index] && scores[$0] >= cuts[index]
          && !(holes[0] < values[$0] && values[$0] < holes[1])
      }
      let different = Set(rows.map { events[$0] }).count
      #expect(Double(rows.count) == counts[index])
      #expect(found[index] == (rows.isEmpty ? 1 : Double(rows.count) / Double(different)))
      seen += 1
      if different < rows.count { severalInOne += 1 }
    }
    #expect(seen > 25)
    #expect(severalInOne > 5)
  }

  @Test func anotherNumberOfThreadsGivesTheSameBytes() throws {
    let search = try Self.finished.get()
    let again = try SearchRun("fourmuon/fourmuon.yaml")
    let run = try again.run(
      Self.settings + ["--threads", "1"], inputs: try Self.inputs.get().path,
      environment: ["NIGHTJAR_SIMD": "v3"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try again.summaryBytes() == search.summaryBytes())
  }

  @Test func settingsOfACutRerunNoSkim() throws {
    let search = try Self.finished.get()
    let settings = [
      "samples.data.luminosity=100 /fb", "samples.background.luminosity=300 /fb",
      "scan.select.0.cut.significance=3",
    ]
    let tasks = try search.tasks(inputs: try Self.inputs.get().path, settings: settings)
    let open = tasks.filter { $0.value.state != "finished" }.map(\.key)
    #expect(open.contains("workingPoint/mlp1-0"))
    #expect(open.contains("signal/zprime"))
    #expect(!open.contains { $0.hasPrefix("skim/") || $0.hasPrefix("merge/") })
    #expect(!open.contains("workingPoint/mlp2-1"))
  }
}
