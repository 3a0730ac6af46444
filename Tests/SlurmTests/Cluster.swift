import Foundation
import Glibc
import Platform
import TestSupport

/// A private Slurm with three nodes of two processors on this machine, until the process ends.
final class Cluster: Sendable {
  private let folder: TemporaryFolder
  /// What programs need to talk to it.
  let environment: [String: String]

  private static let scripts = "\(ToolProcess.root)/Tests/SlurmTests/Cluster"

  /// Whether one can be started here.
  static let canStart =
    geteuid() == 0
    && ["slurmctld", "slurmd", "munged", "sbatch"].allSatisfy { tool in
      ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains { access("\($0)/\(tool)", X_OK) == 0 }
    }

  /// Whether tests of several minutes are wanted.
  static let isThorough = ProcessInfo.processInfo.environment["NIGHTJAR_SLURM_TESTS"] == "all"

  init() throws {
    folder = try TemporaryFolder()
    environment = [
      "SLURM_CONF": "\(folder.path)/etc/slurm.conf", "NIGHTJAR_HEARTBEAT": "1",
    ]
    AtExit.add { [folder] in _ = try? Self.run("\(Self.scripts)/stop.sh", [folder.path]) }
    try start()
  }

  func start() throws { try Self.run("\(Self.scripts)/start.sh", [folder.path]) }

  func stop() throws { try Self.run("\(Self.scripts)/stop.sh", [folder.path, "--keep-munge"]) }

  func fail(node: String) throws {
    try Self.run("\(Self.scripts)/fail-node.sh", [folder.path, node])
  }

  /// Lines of squeue.
  func queue() -> [(job: String, state: String, node: String, reason: String)] {
    let text = (try? command("squeue", ["-h", "-r", "-o", "%i|%T|%N|%r"])) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      return fields.count == 4 ? (fields[0], fields[1], fields[2], fields[3]) : nil
    }
  }

  @discardableResult
  func command(_ program: String, _ arguments: [String]) throws -> String {
    try Self.run(program, arguments, environment)
  }

  struct Failed: Error { var text: String }

  @discardableResult
  private static func run(
    _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
  ) throws -> String {
    // Not by Foundation's Process: it waits for what daemons keep open.
    let result = try Subprocess.run(
      "env", environment.map { "\($0.key)=\($0.value)" } + [program] + arguments)
    let text = String(decoding: result.output, as: UTF8.self)
    guard result.status == 0 else { throw Failed(text: "\(program): \(text)\(result.errors)") }
    return text
  }
}

/// A search whose tasks are jobs of a cluster, beside the same search on this machine.
struct ClusterSearch {
  let cluster: Cluster
  let folder: TemporaryFolder
  let pipeline: String
  let inputs: String
  let settings: [String]
  /// Summary of the local run.
  let reference: [UInt8]

  init(
    _ cluster: Cluster, _ pipeline: String, inputs: String, settings: [String]
  ) throws {
    self.cluster = cluster
    self.inputs = inputs
    self.pipeline = "\(ToolProcess.root)/Pipelines/\(pipeline)"
    self.settings = settings.flatMap { ["--set", $0] }
    folder = try TemporaryFolder()
    let local = try ToolProcess.run(
      ["run", self.pipeline, "--inputs", inputs, "--output", "local", "--quiet"] + self.settings,
      in: folder.path)
    guard local.status == 0 else { throw Cluster.Failed(text: local.errors) }
    reference = try folder.bytes("local/summary.h5")
  }

  var output: String { "\(folder.path)/out" }

  /// Runs the search on the cluster, killed as soon as `ready` says so.
  func run(
    _ arguments: [String] = [], killWhen ready: (() -> Bool)? = nil
  ) throws -> ToolProcess {
    try ToolProcess.run(
      ["run", pipeline, "--inputs", inputs, "--output", "out", "--executor", "slurm"] + settings
        + arguments,
      environment: cluster.environment, in: folder.path, signal: ready == nil ? nil : SIGKILL,
      when: ready ?? { true })
  }

  func summary() throws -> [UInt8] { try folder.bytes("out/summary.h5") }

  /// Numbers of the submissions.
  var submissions: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(output)/state/batch")) ?? []).sorted()
  }

  /// Finished tasks of a stage.
  func finished(_ stage: String) -> Int {
    let found = try? FileManager.default.subpathsOfDirectory(
      atPath: "\(output)/checkpoints/\(stage)")
    return found?.count { $0.hasSuffix(".h5") && !$0.hasSuffix(".part.h5") } ?? 0
  }
}
