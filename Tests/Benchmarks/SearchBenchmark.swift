import Foundation
import Platform

/// A whole search: 2 M rows, 2,000 hypotheses, from the ntuple to summary, page and figures.
struct SearchBenchmark {
  let ntuple: String
  let scratch: String
  let repeats: Int

  static let hypotheses = 2000

  /// Runs `nightjar run` on a fresh copy of the pipeline for each repeat.
  func run(threads: [Int]) throws -> [Measurement] {
    let tool =
      URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().path + "/nightjar"
    guard FileManager.default.isExecutableFile(atPath: tool) else {
      note("  no \(tool); build the product nightjar first")
      return []
    }
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
      measurements.append(
        Measurement(
          task: "search", peer: Measurement.own, variant: "\(Self.hypotheses) hypotheses",
          threads: count, items: 1, seconds: best))
    }
    return measurements
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
