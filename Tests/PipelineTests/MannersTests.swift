import Foundation
import TestSupport
import Testing

/// What the tool says, where, and with which exit status.
@Suite struct MannersTests {
  private static let inputs = Result {
    let folder = try TemporaryFolder()
    let file = SyntheticNtuple.File(
      name: "data-0.h5", rows: SyntheticNtuple.rows(seed: 6, count: 3000), chunkRows: 500)
    try SyntheticNtuple.write(file, to: folder.path, weights: false)
    return folder
  }

  @Test func quietIsSilentAndResultsGoToOutput() throws {
    let inputs = try Self.inputs.get().path
    let search = try SearchRun(fixture: "small.yaml")
    let quiet = try search.run(inputs: inputs)
    #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.errors.isEmpty)
    let loud = try ToolProcess.run(
      ["run", search.pipeline, "--inputs", inputs, "--output", "loud", "--json"],
      in: search.folder.path)
    #expect(loud.errors.contains("hypotheses: 11, none failed\n"))
    let object = try JSONSerialization.jsonObject(with: Data(loud.output.utf8))
    let fields = try #require(object as? [String: Any])
    #expect(fields["tasksDone"] as? Int == 3)
    #expect(fields["hypotheses"] as? Int == 11)
    #expect(fields["summary"] as? String == "loud/summary.h5")
    #expect(fields["report"] is NSNull)
    let tasks = try search.tasks(inputs: inputs, output: "loud")
    #expect(tasks.count == 3 && tasks.values.allSatisfy { $0.state == "finished" })
    for line in try String(
      contentsOfFile: "\(search.folder.path)/loud/log.jsonl", encoding: .utf8
    ).split(separator: "\n") {
      _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
    }
    let check = try ToolProcess.run(
      ["check", search.pipeline, "--inputs", inputs, "--inputs-exist", "--quiet"])
    #expect(check.status == 0 && check.output.isEmpty && check.errors.isEmpty)
  }

  @Test func faultsAreToldInQuietToo() throws {
    let search = try SearchRun(fixture: "small.yaml")
    let run = try search.run(["--set", "scan.window.width=0 MeV"], inputs: search.folder.path)
    #expect(run.status == 2)
    #expect(run.errors.contains("'scan.window.width' must be positive"))
  }

  @Test(
    arguments: [
      ["run"], ["run", "PIPELINE", "--threads", "0"], ["run", "PIPELINE", "--threads", "many"],
      ["run", "PIPELINE", "--set", "seed"], ["check", "PIPELINE", "--nonsense"], ["frobnicate"],
      ["plan", "PIPELINE", "scan", "another"],
    ])
  func wrongCommandLinesEndWith64(arguments: [String]) throws {
    let pipeline = "\(SearchRun.fixtures)/small.yaml"
    let run = try ToolProcess.run(arguments.map { $0 == "PIPELINE" ? pipeline : $0 })
    #expect(run.status == 64, "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(!run.errors.isEmpty)
  }
}
