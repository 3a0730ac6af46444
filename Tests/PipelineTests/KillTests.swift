import Foundation
import NumericalMethods
import TestSupport
import Testing

/// A run that is killed at any moment and started again ends in the same bytes.
@Suite struct KillTests {
  /// How many times a run is killed for each number of threads (`NIGHTJAR_KILLS` states another).
  private static let kills =
    ProcessInfo.processInfo.environment["NIGHTJAR_KILLS"].flatMap { Int($0) } ?? 25

  private static let settings =
    ["outputs.report.figures=[]", "execution.taskSeconds=0.02", "scan.lookElsewhere.toys=12"]
    .flatMap { ["--set", $0] }

  private struct Event {
    var process: Int
    var event: String
    var task: String
  }

  /// The lines of a run log; the last one may be cut short by a kill.
  private static func events(_ path: String) throws -> [Event] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
      guard
        let fields = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let process = fields["process"] as? Int, let event = fields["event"] as? String,
        let task = fields["task"] as? String
      else { return nil }
      return Event(process: process, event: event, task: task)
    }
  }

  @Test(arguments: [1, 3])
  func aKilledRunGoesOnToTheSameBytes(threads: Int) throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let settings = Self.settings + ["--threads", "\(threads)"]
    let started = Date()
    try search.run(settings, inputs: inputs.path, output: "whole")
    let duration = Date().timeIntervalSince(started)
    let bytes = try search.summaryBytes("whole")
    let tasks = try Set(Self.events("\(search.folder.path)/whole/log.jsonl").map(\.task))
    #expect(tasks.count > 20)
    var random = RandomStream(seed: 20_261_126, task: UInt64(threads), toy: 0)
    var kills = 0
    var folders = 0
    while kills < Self.kills {
      let output = "cut\(folders)"
      folders += 1
      var own = 0
      for _ in 0..<100 {
        let moment = Date().addingTimeInterval(random.uniform() * duration)
        let run = try ToolProcess.run(
          ["run", search.pipeline, "--inputs", inputs.path, "--output", output, "--quiet"]
            + settings, in: search.folder.path, signal: SIGKILL, when: { Date() >= moment })
        if run.status == 0 { break }
        #expect(run.status == -SIGKILL)
        own += 1
      }
      kills += own
      #expect(try search.summaryBytes(output) == bytes)
      // No finished task was begun again, and no more than the killed ones were.
      var done: Set<String> = []
      var begun: [String: Int] = [:]
      for event in try Self.events("\(search.folder.path)/\(output)/log.jsonl") {
        if event.event == "start" {
          #expect(!done.contains(event.task))
          begun[event.task, default: 0] += 1
        }
        if event.event == "done" { done.insert(event.task) }
      }
      #expect(Set(begun.keys) == tasks)
      #expect(begun.values.reduce(0, +) - tasks.count <= own * threads)
    }
  }
}
