import Foundation
import HDF5Files
import Platform

/// Full-scan toys of the four-muon search on simulated ntuples: what the look-elsewhere stage adds.
///
/// Everything else of the search is done before, with one toy; the time of a run that has nothing
/// to do is taken off.
struct ScanToyBenchmark {
  let scratch: String
  let toys: Int

  /// A step of the benchmark failed.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private var folder: String { scratch + "/fourmuon" }
  private var results: String { folder + "/results" }

  func run(threads: [Int]) throws -> [Measurement] {
    guard let tool = SearchBenchmark.tool else { return [] }
    if !FileManager.default.fileExists(atPath: folder + "/inputs") {
      _ = try call(
        tool,
        [
          "simulate", "fourmuon", "--signal-events", "6000", "--seed", "1", "--output",
          folder + "/inputs",
        ])
    }
    _ = try search(tool, results, toys: 1, threads: threads.max() ?? 1)
    let windows = try scans()
    return try threads.map { count in
      let copy = results + "-\(count)"
      try? FileManager.default.removeItem(atPath: copy)
      try FileManager.default.copyItem(atPath: results, toPath: copy)
      let idle = try search(tool, copy, toys: 1, threads: count)
      let seconds = try search(tool, copy, toys: toys, threads: count)
      return Measurement(
        task: "scan", peer: Measurement.own,
        variant: "\(toys) toys of \(windows) windows", threads: count, items: Double(toys),
        seconds: seconds - idle)
    }
  }

  /// The windows of all scans of the search, as 1950 + 1950.
  private func scans() throws -> String {
    let file = try HDF5File(path: results + "/summary.h5")
    return try ["zprime", "scalar"].map { name in
      "\(try file.dataset("/scan/\(name)/mass").count)"
    }.joined(separator: " + ")
  }

  private func search(
    _ tool: String, _ output: String, toys: Int, threads: Int
  ) throws -> Double {
    try call(
      tool,
      [
        "run", Self.pipeline, "--quiet", "--inputs", folder, "--output", output, "--threads",
        "\(threads)", "--set", "scan.lookElsewhere.toys=\(toys)",
      ])
  }

  private func call(_ tool: String, _ arguments: [String]) throws -> Double {
    note("  " + ([tool] + arguments).joined(separator: " "))
    return try fastest(of: 1) {
      let result = try Subprocess.run(tool, arguments)
      guard result.status <= 1 else {
        throw Failure(description: "nightjar \(arguments[0]): \(result.errors)")
      }
    }
  }

  /// The search's pipeline file.
  static var pipeline: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path + "/Pipelines/fourmuon/fourmuon.yaml"
  }
}
