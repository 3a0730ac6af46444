import Foundation
import HDF5Files
import TestSupport
import Testing

/// Full-scan toys through the tool: same bytes however cut up, finished groups kept.
@Suite struct LookElsewhereTests {
  private static let settings =
    ["scan.lookElsewhere={toys: 20}", "outputs.report.figures=[]", "outputs.report.windows=0"]
    .flatMap { ["--set", $0] }
  private static let toys = 20

  @Test func threadsAndGroupsOfToysChangeNoNumber() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let first = try search.run(
      Self.settings + ["--threads", "1"], inputs: inputs.path, output: "one")
    #expect(first.status == 0, "\(first.errors)")
    let again = try search.run(
      Self.settings + ["--threads", "3"], inputs: inputs.path, output: "three",
      environment: ["NIGHTJAR_SIMD": "v3"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try search.summaryBytes("one") == search.summaryBytes("three"))
    let small = try search.run(
      Self.settings + ["--threads", "2", "--set", "execution.taskSeconds=0.2"],
      inputs: inputs.path, output: "groups")
    #expect(small.status == 0, "\(small.errors)")
    #expect(
      try search.checkpoints("lookElsewhere", "groups").count
        > search.checkpoints("lookElsewhere", "one").count)
    #expect(try search.summaryContent("groups") == search.summaryContent("one"))

    let summary = try search.summary("one")
    let largest = try summary.dataset("lookElsewhere/toys/largest").doubles()
    #expect(largest.count == Self.toys)
    #expect(largest.allSatisfy { $0 > 1 && $0 < 7 })
    // The pseudo-data have as many candidates as the windows hold of the data, J/ψ and Υ left out.
    let candidates = try summary.dataset("lookElsewhere/toys/candidates").doubles()
    let mean = candidates.reduce(0, +) / Double(Self.toys)
    let merged = try search.task(
      "merge/data", inputs: inputs.path, output: "one",
      settings: ["scan.lookElsewhere={toys: 20}"])
    let excluded = [2.85...3.30, 3.50...3.85, 8.90...10.90]
    let inside = try merged.dataset("columns/pairMass").doubles().count { x in
      x > 0.58 && x < 12.9 && !excluded.contains { $0.contains(x) }
    }
    #expect(abs(mean / Double(inside) - 1) < 0.05, "\(mean) \(inside)")
  }

  @Test func moreToysLaterKeepFinishedGroupsAndTheScan() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    func run(_ toys: String) throws -> (done: Int, reused: Int) {
      let settings = [
        "scan.lookElsewhere=\(toys)", "execution.taskSeconds=0.02", "outputs.report.figures=[]",
      ]
      let run = try search.run(
        settings.flatMap { ["--set", $0] } + ["--json"], inputs: inputs.path)
      #expect(run.status == 0, "\(run.errors)")
      let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
      let fields = try #require(object as? [String: Any])
      return (
        try #require(fields["tasksDone"] as? Int), try #require(fields["tasksReused"] as? Int)
      )
    }
    let bound = try run("{upcrossings: true}")
    #expect(bound.reused == 0)
    #expect(try search.checkpoints("lookElsewhere").isEmpty)
    let few = try run("{toys: 10}")
    #expect(few.reused == bound.done)
    let groups = try search.checkpoints("lookElsewhere")
    #expect(groups.count == few.done)
    let more = try run("{toys: 20}")
    #expect(more.reused == bound.done + few.done)
    #expect(more.done == few.done)
    let kept = try search.checkpoints("lookElsewhere")
    #expect(groups.allSatisfy { kept[$0.key] == $0.value })
    // Another confidence level is no matter of toys: the scan alone is done again.
    let scans = try search.checkpoints("scan").count
    let other = try search.run(
      ["--json"]
        + [
          "scan.lookElsewhere={toys: 20}", "execution.taskSeconds=0.02",
          "outputs.report.figures=[]", "scan.limit.level=95 %",
        ].flatMap { ["--set", $0] }, inputs: inputs.path)
    #expect(other.output.contains("\"tasksDone\": \(scans)"))
  }

  @Test func aBlindSearchHasNoToys() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let run = try search.run(
      Self.settings + ["--set", "blind=true"], inputs: inputs.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try search.checkpoints("lookElsewhere").isEmpty)
    #expect(!(try search.summary()).contains("lookElsewhere"))
  }

  @Test func thePlanShowsTheToys() throws {
    let inputs = try DimuonInputs.small.get()
    let plan = try ToolProcess.run(
      [
        "plan", "\(ToolProcess.root)/Pipelines/dimuon/1-simulated.yaml", "--inputs", inputs.path,
        "--set", "scan.lookElsewhere={toys: 1000}",
      ], in: inputs.path)
    #expect(plan.output.contains("lookElsewhere"))
    #expect(plan.output.contains("1000 toys") || plan.output.contains("1,000 toys"))
  }
}
