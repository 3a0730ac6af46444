import Execution
import Foundation
import Platform
import TestSupport
import Testing

/// What `status` and `run --task` say and do.
@Suite struct StatusTests {
  private static let settings = [
    "--set", "outputs.report.figures=[]", "--set", "scan.lookElsewhere.toys=20", "--set",
    "execution.taskSeconds=0.1",
  ]

  private struct State: Decodable {
    struct Stage: Decodable, Equatable {
      var stage: String
      var tasks: Int
      var finished: Int
      var running: Int
      var stale: Int
      var failed: Int
    }
    struct Held: Decodable {
      var task: String
      var host: String
      var job: String
      var stale: Bool
    }
    struct Failed: Decodable, Equatable {
      var task: String
      var attempts: Int
      var reason: String
      var host: String
      var detail: String
    }
    var finished: Bool
    var stages: [Stage]
    var held: [Held]
    var failed: [Failed]
  }

  private func tool(_ words: [String], _ search: SearchRun, _ inputs: String) throws -> ToolProcess
  {
    try ToolProcess.run(
      words + ["--inputs", inputs, "--output", "out"] + Self.settings, in: search.folder.path)
  }

  private func state(_ search: SearchRun, _ inputs: String) throws -> State {
    let run = try tool(["status", search.pipeline, "--json"], search, inputs)
    return try JSONDecoder().decode(State.self, from: Data(run.output.utf8))
  }

  @Test func statusFollowsARunTaskByTask() throws {
    let inputs = try DimuonInputs.small.get().path
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let before = try state(search, inputs)
    #expect(!before.finished && before.stages.allSatisfy { $0.finished == 0 })
    let planned = try tool(["plan", search.pipeline, "--json"], search, inputs)
    struct Task: Decodable { var task: String, key: String }
    let tasks = try JSONDecoder().decode([Task].self, from: Data(planned.output.utf8))
    let scan = try #require(tasks.first { $0.task.hasPrefix("scan/") })
    let merge = try #require(tasks.first { $0.task == "merge/data" })

    let early = try tool(["run", search.pipeline, "--task", scan.task], search, inputs)
    #expect(early.status == 2)
    #expect(
      early.errors == "\(scan.task): merge/data, whose result it takes, is not finished; "
        + "run 'nightjar run' first\n")
    let wrong = try tool(["run", search.pipeline, "--task", "merge/dada"], search, inputs)
    #expect(
      wrong.errors == "no task is called 'merge/dada'; did you mean 'merge/data'?; "
        + "'nightjar plan --tasks' lists all\n")

    for task in tasks where task.task.hasPrefix("skim/data/") {
      let run = try tool(["run", search.pipeline, "--task", task.task], search, inputs)
      #expect(run.status == 0 && run.errors.hasSuffix("\(task.task): done\n"), "\(run.errors)")
    }
    let twice = try tool(["run", search.pipeline, "--task", "merge/data"], search, inputs)
    #expect(twice.errors.hasSuffix("merge/data: done\n"))
    let third = try tool(["run", search.pipeline, "--task", "merge/data"], search, inputs)
    #expect(third.errors.hasSuffix("merge/data: found finished\n"))

    // Somebody works on a scan, and another task ended badly.
    let run = StateFolder(runFolder: "\(search.folder.path)/out")
    let key = try #require(SHA256Digest(hexadecimal: scan.key))
    let leases = Leases(folder: run.leases, period: 5, job: "17_3")
    let other = try #require(tasks.last)
    let otherKey = try #require(SHA256Digest(hexadecimal: other.key))
    AttemptLog(folder: run.attempts).append(
      Attempt(.outOfMemory, title: other.task, host: "node7", job: "17_4", detail: "first\nlast"),
      of: otherKey)
    guard case .taken(let lease) = leases.take(Work(stage: "scan", name: "0", key: key)) else {
      Issue.record("the lease was not free")
      return
    }
    let middle = try state(search, inputs)
    let stages = Dictionary(middle.stages.map { ($0.stage, $0) }) { first, _ in first }
    #expect(stages["skim"].map { $0.finished > 0 && $0.finished < $0.tasks } == true)
    #expect(stages["merge"]?.finished == 1)
    #expect(stages["scan"]?.running == 1 && stages["scan"]?.stale == 0)
    #expect(middle.held.map(\.task) == [scan.task])
    #expect(middle.held.first?.job == "17_3" && middle.held.first?.stale == false)
    #expect(
      middle.failed == [
        .init(
          task: other.task, attempts: 1, reason: "outOfMemory", host: "node7",
          detail: "first\nlast")
      ])
    let text = try tool(["status", search.pipeline], search, inputs).output
    #expect(text.contains("running \(scan.task) "))
    #expect(text.contains("out of memory on node7, 1 attempts\n  | first\n  | last\n"))
    lease.release()

    #expect(try tool(["run", search.pipeline, "--quiet"], search, inputs).status == 0)
    let end = try state(search, inputs)
    #expect(end.finished && end.stages.allSatisfy { $0.finished == $0.tasks })
    #expect(end.failed.isEmpty && end.held.isEmpty)
    #expect(merge.key.count == 64)
  }

  /// A run that has nothing to do leaves its outputs alone; one that finds them touched writes them.
  @Test func outputsAreWrittenAgainOnlyWhereSomethingChanged() throws {
    let inputs = try DimuonInputs.small.get().path
    let search = try SearchRun("dimuon/1-simulated.yaml")
    func run(_ more: [String] = []) throws {
      #expect(try tool(["run", search.pipeline, "--quiet"] + more, search, inputs).status == 0)
    }
    let summary = "\(search.folder.path)/out/summary.h5"
    let report = "\(search.folder.path)/out/report.html"
    try run()
    let (first, page) = (try #require(FileMark(summary)), try #require(FileMark(report)))
    let bytes = try search.summaryBytes()
    try run()
    #expect(FileMark(summary) == first && FileMark(report) == page)
    try FileManager.default.removeItem(atPath: report)
    try run()
    #expect(FileMark(report) != nil && FileMark(summary) != first)
    #expect(try search.summaryBytes() == bytes)
    let text = try String(contentsOfFile: report, encoding: .utf8)
    try (text + " ").write(toFile: report, atomically: false, encoding: .utf8)
    try run()
    #expect(try String(contentsOfFile: report, encoding: .utf8) == text)
    let mark = FileMark(report)
    try run(["--set", "outputs.report.windows=1"])
    #expect(FileMark(report) != mark)
  }
}
