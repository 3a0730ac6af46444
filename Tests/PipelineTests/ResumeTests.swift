import Foundation
import TestSupport
import Testing

/// Finished work is kept, verified and used; anything else is redone.
@Suite struct ResumeTests {
  private static let settings = ["--set", "outputs.report.figures=[]"]

  private func tally(_ run: ToolProcess) throws -> (done: Int, reused: Int) {
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let fields = try #require(object as? [String: Any])
    return (
      try #require(fields["tasksDone"] as? Int), try #require(fields["tasksReused"] as? Int)
    )
  }

  @Test func aSecondRunDoesNothingAndWritesTheSameBytes() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let first = try search.run(Self.settings + ["--json"], inputs: inputs.path)
    let bytes = try search.summaryBytes()
    let second = try search.run(Self.settings + ["--json"], inputs: inputs.path)
    #expect(try tally(first).reused == 0)
    #expect(try tally(second).done == 0)
    #expect(try tally(second).reused == tally(first).done)
    #expect(try search.summaryBytes() == bytes)
  }

  @Test func damagedCheckpointsAreRedoneWithANotice() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let settings = Self.settings + ["--set", "execution.taskSeconds=0.1"]
    try search.run(settings, inputs: inputs.path)
    let bytes = try search.summaryBytes()
    let files = search.checkpointFiles("scan")
    try #require(files.count > 1)
    let names = files.map { ($0 as NSString).lastPathComponent }
    truncate(files[0], 700)
    let damaged = files[1]
    var content = [UInt8](try Data(contentsOf: URL(fileURLWithPath: damaged)))
    content[3000] ^= 1
    try Data(content).write(to: URL(fileURLWithPath: damaged))
    let again = try ToolProcess.run(
      ["run", search.pipeline, "--inputs", inputs.path, "--output", "out"]
        + ["--set", "scan.lookElsewhere.toys=4"] + settings,
      in: search.folder.path)
    #expect(again.status == 0)
    #expect(again.errors.contains("\(names[0]): it has 188 of "))
    #expect(again.errors.contains("\(names[1]): its content does not match its digest; redoing it"))
    #expect(again.errors.contains("tasks: 2 done"))
    #expect(try search.summaryBytes() == bytes)
  }

  @Test func cosmeticEditsRerunNothingAndALimitRerunsTheScanAlone() throws {
    let inputs = try DimuonInputs.small.get()
    let text = try String(
      contentsOfFile: "\(ToolProcess.root)/Pipelines/dimuon/1-simulated.yaml", encoding: .utf8
    ).replacingOccurrences(of: "../../Schemas", with: "\(ToolProcess.root)/Schemas")
    let search = try SearchRun("search.yaml", text: text)
    let first = try tally(search.run(Self.settings + ["--json"], inputs: inputs.path))
    let cosmetic =
      "# another comment\n"
      + text.replacingOccurrences(
        of: "{affects: yield, size: 1 %, constraint: log-normal}",
        with: "{constraint: log-normal, size: 0.01, affects: yield}"
      )
      .replacingOccurrences(of: "windows: 4", with: "windows: 2")
    #expect(cosmetic.count != text.count)
    try cosmetic.write(toFile: search.pipeline, atomically: true, encoding: .utf8)
    #expect(try tally(search.run(Self.settings + ["--json"], inputs: inputs.path)).done == 0)
    let other = try tally(
      search.run(Self.settings + ["--json", "--set", "scan.limit.level=95 %"], inputs: inputs.path))
    let scanTasks = try search.checkpoints("scan").count / 2
    #expect(other.done == scanTasks)
    #expect(other.reused == first.done - scanTasks)
  }

  @Test func anInterruptKeepsFinishedWorkAndExitsWith130() throws {
    let inputs = try DimuonInputs.injected.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let settings =
      Self.settings + ["--threads", "1", "--set", "execution.taskSeconds=0.005"]
      + ["--set", "samples.background.files=\(inputs.path)/inputs/data-0.h5"]
      + ["--set", "samples.background.weight=1"]
    try search.run(settings, inputs: inputs.path, output: "whole")
    var interrupted = 0
    for attempt in 0..<200 {
      let run = try search.run(
        settings, inputs: inputs.path, output: "cut", signalAfter: 0.15 + 0.05 * Double(attempt))
      guard run.status == 130 else {
        #expect(run.status == 0)
        break
      }
      interrupted += 1
      #expect(
        run.errors == "stopped by a signal; finished work is kept, run again to go on\n")
      let kept = ["skim", "merge", "fit", "scan"].flatMap {
        search.checkpointFiles($0, "cut").map { ($0 as NSString).lastPathComponent }
      }
      #expect(kept.allSatisfy { $0.hasSuffix(".h5") && !$0.hasPrefix(".") })
    }
    #expect(interrupted > 0)
    #expect(try search.summaryBytes("cut") == search.summaryBytes("whole"))
  }

  /// SIGTERM, SIGUSR1, SIGXCPU and `--max-wall` keep the toys that are finished of a long task.
  @Test(arguments: [SIGTERM, SIGUSR1, SIGXCPU, 0])
  func aTaskStoppedHalfWayGoesOnFromThere(number: Int32) throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let settings =
      Self.settings + ["--threads", "1", "--set", "scan.lookElsewhere.toys=400"]
    let log = "\(search.folder.path)/cut/log.jsonl"
    var codes: Set<Int32> = []
    var parts = 0
    for attempt in 0..<40 {
      var since: Date?
      let wall = number == 0 ? ["--max-wall", "\(0.6 * pow(1.2, Double(attempt))) s"] : []
      let run = try ToolProcess.run(
        ["run", search.pipeline, "--inputs", inputs.path, "--output", "cut", "--quiet"] + settings
          + wall,
        in: search.folder.path, signal: number == 0 ? nil : number,
        when: {
          let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
          let begun = text.components(separatedBy: "\"start\", \"task\": \"lookElsewhere").count
          if begun > attempt + 1, since == nil { since = Date() }
          // Longer each time: a busy machine ends it too.
          return since.map { Date().timeIntervalSince($0) > 0.3 * pow(1.2, Double(attempt)) }
            ?? false
        })
      codes.insert(run.status)
      guard run.status != 0 else { break }
      #expect(run.errors == "stopped by a signal; finished work is kept, run again to go on\n")
      parts += search.checkpointFiles("lookElsewhere", "cut").count { $0.hasSuffix(".part.h5") }
    }
    #expect(codes == [0, 101])
    #expect(parts > 0)
    #expect(try String(contentsOfFile: log, encoding: .utf8).contains("\"resumed\""))
    try search.run(settings, inputs: inputs.path, output: "whole")
    #expect(try search.summaryBytes("cut") == search.summaryBytes("whole"))
    #expect(
      try search.checkpoints("lookElsewhere", "cut")
        == search.checkpoints("lookElsewhere", "whole"))
  }
}
