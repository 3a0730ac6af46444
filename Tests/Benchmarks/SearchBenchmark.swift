import Foundation
import HDF5Files
import Platform

/// A whole search: 2 M rows, a network, 2,000 hypotheses, from the ntuple to summary and page.
struct SearchBenchmark {
  let ntuple: String
  let scratch: String
  let repeats: Int
  /// Hypotheses whose answers are compared, evenly spread.
  let compared: Int

  static let hypotheses = 2000
  /// Rows with a score above it are kept: about half.
  static let scoreCut = 0.4

  /// The program beside this one.
  static var tool: String? {
    let path =
      URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().path + "/nightjar"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      note("  no \(path); build the product nightjar first")
      return nil
    }
    return path
  }

  /// Runs `nightjar run` on a fresh copy of the pipeline for each repeat.
  func run(threads: [Int]) throws -> [Measurement] {
    guard let tool = Self.tool else { return [] }
    var measurements: [Measurement] = []
    for count in threads {
      let folder = scratch + "/search-\(count)"
      var failure: String?
      var best = Double.infinity
      for _ in 0..<repeats where failure == nil {
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        try Self.schema.write(
          toFile: folder + "/fourmuon.ntuple.yaml", atomically: true, encoding: .utf8)
        let input = URL(fileURLWithPath: ntuple).path
        try Self.pipeline(input: input, threads: count).write(
          toFile: folder + "/search.yaml", atomically: true, encoding: .utf8)
        best = min(
          best,
          try fastest(of: 1) {
            let result = try Subprocess.run(
              tool, ["run", folder + "/search.yaml", "--quiet", "--output", folder + "/results"])
            if result.status > 1 { failure = "status \(result.status): \(result.errors)" }
          })
      }
      if let failure {
        note("  nightjar run failed with \(failure)")
        continue
      }
      let (values, errors) = try answers(folder + "/results/summary.h5")
      measurements.append(
        Measurement(
          task: "search", peer: Measurement.own, variant: "\(Self.hypotheses) hypotheses",
          threads: count, items: 1, seconds: best, values: values, errors: errors))
    }
    return measurements
  }

  /// Fitted signal events in the window and their errors, of the compared hypotheses.
  private func answers(_ summary: String) throws -> ([Double], [Double]) {
    let file = try HDF5File(path: summary)
    func column(_ name: String) throws -> [Double] {
      try file.dataset("/scan/" + name).doubles()
    }
    let share = try column("acceptance")
    let yields = zip(try column("signalYield"), share).map { $0 * $1 }
    let errors = zip(try column("signalYieldError"), share).map { $0 * $1 }
    let last = Double(yields.count - 1)
    let chosen = (0..<compared).map { k in
      Int((last * Double(k) / Double(max(compared - 1, 1))).rounded(.toNearestOrEven))
    }
    return (chosen.map { yields[$0] }, chosen.map { errors[$0] })
  }

  static func pipeline(input: String, threads: Int) -> String {
    let cuts = SelectionBenchmark.cuts.map { "    - {name: \($0.0), cut: \"\($0.1)\"}\n" }
    let step = (9.5 - 0.3) / Double(hypotheses - 1) * 1000
    return """
      nightjar: 1
      title: "Benchmark: four-muon resonance search"
      simulated: true
      ntuple: fourmuon.ntuple.yaml
      samples:
        data: {files: "\(input)", role: data, luminosity: 100 /fb}
      skim:
        select:
      \(cuts.joined().dropLast())
        score:
          inputs: [\(features.joined(separator: ", "))]
          networks: {nn: "\(ScoreBenchmark.model)"}
      signal:
        shape: two crystal balls
        width: 0.001 * mass
        alpha: 1.4
        n: 3
        width2: 0.0016 * mass
        alpha2: 1.8
        n2: 5
        fraction: 0.6
        efficiency: 0.3
        normalise: window
      scan:
        observable: M
        hypotheses: {range: {mass: [0.3, 9.5000001]}, step: {in: mass, size: \(step) MeV}}
        select:
          - {where: {mass: [0.2, 10]}, network: nn, cut: \(scoreCut)}
        window: {width: 60 resolution}
        background:
          - {shape: polynomial, order: 1}
        systematics:
          efficiency: {affects: yield, size: 5 %, constraint: log-normal}
        limit: {parameter: yield, level: 90 %, expected: [-2, -1, 0, 1, 2]}
      outputs:
        report: {figures: [], windows: 0}
      execution: {threads: \(threads)}

      """
  }

  /// What the network sees, in its order.
  static var features: [String] {
    SelectionBenchmark.tracks.flatMap { track in
      ["p", "theta", "phi", "muonID"].map { "\(track)_\($0)" }
    }
  }

  static var schema: String {
    var lines = [
      "nightjarNtuple: 1", "title: Four-muon candidates of the benchmark", "table: ntuple",
      "identity: [experiment, run, event]", "columns:",
    ]
    for name in ["experiment", "run", "event"] {
      lines.append("  \(name): {column: __\(name)__, type: integer, meaning: \(name) number}")
    }
    for name in FourMuonNtuple.eventNumbers {
      lines.append("  \(name): {type: number, meaning: \(name) of the candidate}")
    }
    for track in SelectionBenchmark.tracks {
      for name in FourMuonNtuple.trackNumbers {
        lines.append("  \(track)_\(name): {type: number, meaning: \(name) of \(track)}")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
