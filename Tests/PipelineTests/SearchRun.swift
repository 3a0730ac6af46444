import Foundation
import HDF5Files
import TestSupport
import Testing

/// A search in a folder of its own, run through the tool.
struct SearchRun {
  let folder: TemporaryFolder
  /// Path of the pipeline file.
  let pipeline: String

  /// Takes a pipeline of the repository, or a text written for the test.
  init(_ name: String, text: String? = nil) throws {
    folder = try TemporaryFolder()
    if let text {
      pipeline = "\(folder.path)/\(name)"
      try text.write(toFile: pipeline, atomically: true, encoding: .utf8)
    } else {
      pipeline = "\(ToolProcess.root)/Pipelines/\(name)"
    }
  }

  /// Takes a pipeline of the tests.
  init(fixture: String) throws {
    folder = try TemporaryFolder()
    pipeline = "\(Self.fixtures)/\(fixture)"
  }

  /// Pipelines and references of these tests.
  static let fixtures = "\(ToolProcess.root)/Tests/PipelineTests/Fixtures"

  /// Few full-scan toys where the pipeline has any: settings of the test come after and win.
  private func quick(_ settings: [String]) -> [String] {
    let text = (try? String(contentsOfFile: pipeline, encoding: .utf8)) ?? ""
    let isStated = settings.contains { $0.hasPrefix("scan.lookElsewhere") }
    return text.contains("lookElsewhere: {toys") && !isStated
      ? ["--set", "scan.lookElsewhere.toys=4"] : []
  }

  /// Runs the search into `output` of the folder.
  @discardableResult
  func run(
    _ arguments: [String] = [], inputs: String, output: String = "out",
    environment: [String: String] = [:], signalAfter: Double? = nil
  ) throws -> ToolProcess {
    try ToolProcess.run(
      ["run", pipeline, "--inputs", inputs, "--output", output, "--quiet"] + quick(arguments)
        + arguments,
      environment: environment, in: folder.path, signalAfter: signalAfter)
  }

  /// The bytes of the summary.
  func summaryBytes(_ output: String = "out") throws -> [UInt8] {
    try folder.bytes("\(output)/summary.h5")
  }

  /// The summary, open.
  func summary(_ output: String = "out") throws -> HDF5File {
    try HDF5File(path: "\(folder.path)/\(output)/summary.h5")
  }

  /// What the summary says without its provenance: every dataset and attribute by its path.
  func summaryContent(_ output: String = "out") throws -> [String: String] {
    let file = try summary(output)
    var content: [String: String] = [:]
    for object in try file.walk() where !object.path.hasPrefix("/provenance") {
      for name in try file.attributeNames(object.path) {
        let value = try file.attribute(object.path, name)
        content["\(object.path)@\(name)"] = value.map { "\($0)" } ?? ""
      }
      guard object.kind == .dataset else { continue }
      let dataset = try file.dataset(object.path)
      if case .text = dataset.type {
        content[object.path] = try dataset.strings().joined(separator: "\n")
      } else {
        content[object.path] = "\(try dataset.doubles().map(\.bitPattern))"
      }
    }
    return content
  }

  /// The tasks of the search with their keys and states, by name.
  func tasks(
    inputs: String, output: String = "out", settings: [String] = []
  ) throws -> [String: (key: String, state: String)] {
    let plan = try ToolProcess.run(
      ["plan", pipeline, "--inputs", inputs, "--output", output, "--json"]
        + quick(settings) + settings.flatMap { ["--set", $0] }, in: folder.path)
    let object = try JSONSerialization.jsonObject(with: Data(plan.output.utf8))
    var found: [String: (key: String, state: String)] = [:]
    for task in try #require(object as? [[String: Any]]) {
      let name = try #require(task["task"] as? String)
      found[name] = (
        try #require(task["key"] as? String), try #require(task["state"] as? String)
      )
    }
    return found
  }

  /// The checkpoint of a finished task, as `merge/data`.
  func task(
    _ name: String, inputs: String, output: String = "out", settings: [String] = []
  ) throws -> HDF5File {
    let task = try #require(try tasks(inputs: inputs, output: output, settings: settings)[name])
    let stage = String(name.split(separator: "/")[0])
    return try HDF5File(path: checkpoint(stage, task.key, output))
  }

  /// Path of a checkpoint by its stage and key.
  func checkpoint(_ stage: String, _ key: String, _ output: String = "out") -> String {
    "\(folder.path)/\(output)/checkpoints/\(stage)/\(key.prefix(2))/\(key).h5"
  }

  /// Paths of all checkpoints of a stage, ascending; none where there is no such stage.
  func checkpointFiles(_ stage: String, _ output: String = "out") -> [String] {
    let path = "\(folder.path)/\(output)/checkpoints/\(stage)"
    let found = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
    return found.filter { $0.contains("/") }.sorted().map { "\(path)/\($0)" }
  }

  /// The bytes of all checkpoints of a stage, by name.
  func checkpoints(_ stage: String, _ output: String = "out") throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for file in checkpointFiles(stage, output) {
      found[(file as NSString).lastPathComponent] = [UInt8](
        try Data(contentsOf: URL(fileURLWithPath: file)))
    }
    return found
  }
}

/// Simulated dimuon ntuples that several tests share.
enum DimuonInputs {
  /// Small: 3 files a sample.
  static let small = Result {
    try make(["--events", "24000", "--files", "3", "--background", "1"])
  }
  /// As the demonstration, with an injected signal of about five standard deviations.
  static let injected = Result {
    try make(["--events", "200000", "--seed", "3", "--inject", "5.3:160", "--background", "0"])
  }

  private static func make(_ arguments: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let made = try ToolProcess.run(
      ["simulate", "dimuon", "--quiet", "--output", "\(folder.path)/inputs"] + arguments)
    guard made.status == 0 else { throw Failed(text: made.errors) }
    return folder
  }

  struct Failed: Error { var text: String }
}

/// Folder of larger test data made by others; nil where it is not at hand.
let testData = ProcessInfo.processInfo.environment["NIGHTJAR_TEST_DATA"].map { "\($0)/data" }
