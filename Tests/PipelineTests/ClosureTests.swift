import Foundation
import HDF5Files
import TestSupport
import Testing

/// Toys with injected signals, through the tool.
@Suite struct ClosureTests {
  private static let closure = "scan.closure={toys: 60, hypotheses: 3, strengths: [0, 2.5]}"

  private static func start(
    _ search: SearchRun, _ settings: [String] = [closure], threads: Int = 1, output: String = "out"
  ) throws -> (done: Int, reused: Int) {
    let run = try search.run(
      ["--threads", "\(threads)", "--json"] + settings.flatMap { ["--set", $0] },
      inputs: try SyntheticNtuple.folder.get().path, output: output)
    #expect(run.status == 0, "\(run.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let fields = try #require(object as? [String: Any])
    return (
      try #require(fields["tasksDone"] as? Int), try #require(fields["tasksReused"] as? Int)
    )
  }

  @Test func threadsTasksAndInterruptionsChangeNoByte() throws {
    let search = try SearchRun(fixture: "synthetic.yaml")
    let first = try Self.start(search)
    let bytes = try search.summaryBytes()
    let content = try search.summaryContent()
    _ = try Self.start(search, threads: 3, output: "three")
    #expect(try search.summaryBytes("three") == bytes)
    // 40 toys a task: pieces of hypotheses and strengths.
    let small = [Self.closure, "execution.taskSeconds=0.012"]
    _ = try Self.start(search, small, threads: 2, output: "small")
    #expect(try search.checkpoints("closure", "small").count == 9)
    #expect(try search.summaryContent("small") == content)
    // Some tasks lost, as after an interruption.
    for file in search.checkpointFiles("closure", "small").prefix(4) {
      try FileManager.default.removeItem(atPath: file)
    }
    #expect(try Self.start(search, small, threads: 2, output: "small").done == 4)
    #expect(try search.summaryContent("small") == content)
    #expect(try Self.start(search).done == 0)
    #expect(first.reused == 0)
  }

  @Test func toysKnowNothingOfLevelsFlagsAndOtherStrengths() throws {
    let search = try SearchRun(fixture: "synthetic.yaml")
    _ = try Self.start(search)
    func tables() throws -> (pulls: [Double], coverage: [Double], flags: [Int64]) {
      let summary = try search.summary()
      return (
        try summary.dataset("closure/pullMean").doubles(),
        try summary.dataset("closure/coverage").doubles(),
        try summary.dataset("closure/flag/bias").integers()
      )
    }
    let before = try tables()
    let tight =
      "scan.closure={toys: 60, hypotheses: 3, strengths: [0, 2.5], bias: 0.001, confidence: 50 %}"
    #expect(try Self.start(search, [tight]).done == 0)
    #expect(try tables().pulls == before.pulls)
    #expect(try tables().flags.reduce(0, +) > before.flags.reduce(0, +))
    // Another level is another limit of each window, and the same toys.
    let scans = try search.checkpoints("scan").count
    #expect(try Self.start(search, [Self.closure, "scan.limit.level=60 %"]).done == scans)
    let other = try tables()
    #expect(other.pulls == before.pulls)
    #expect(zip(other.coverage, before.coverage).allSatisfy { !($0 > $1) })
    #expect(other.coverage[1] < before.coverage[1])
    // Another strength in between leaves the numbers of the others as they are.
    let more = "scan.closure={toys: 60, hypotheses: 3, strengths: [0, 1, 2.5]}"
    _ = try Self.start(search, [more])
    let three = try tables().pulls
    for point in 0..<3 {
      #expect(three[3 * point] == before.pulls[2 * point])
      #expect(three[3 * point + 2] == before.pulls[2 * point + 1])
    }
  }

  @Test func theSummarySaysWhatTheToysDid() throws {
    let search = try SearchRun(fixture: "synthetic.yaml")
    _ = try Self.start(search)
    let summary = try search.summary()
    let status = try summary.dataset("scan/status").integers()
    let fitted = status.indices.filter { status[$0] < 20 }
    let places = try summary.dataset("closure/hypothesis").integers().map { Int($0) }
    // Evenly spread over those that are fitted, the first and the last among them.
    #expect(places.first == fitted.first && places.last == fitted.last && places.count == 3)
    let middle = try #require(fitted.firstIndex(of: places[1]))
    #expect(abs(2 * middle - fitted.count + 1) <= 1)
    let unit = try summary.dataset("closure/expectedError").doubles()
    let injected = try summary.dataset("closure/injected").doubles()
    let masses = try summary.dataset("scan/mass").doubles()
    let expected = try summary.dataset("scan/expectedLimits").doubles()
    let background = try summary.dataset("scan/backgroundUnderPeak").doubles()
    let under = try summary.dataset("closure/backgroundUnderPeak").doubles()
    for point in 0..<3 {
      #expect(injected[2 * point] == 0 && injected[2 * point + 1] == 2.5 * unit[point])
      #expect(try summary.dataset("closure/mass").doubles()[point] == masses[places[point]])
      #expect(under[point] == background[places[point]])
      // The median 90 % limit is 1.64 errors where errors do not grow with the signal; they do, a little.
      let median = expected[3 * places[point] + 1]
      #expect((1.6...2.1).contains(median / unit[point]), "\(median / unit[point])")
    }
    #expect(try summary.dataset("closure/toysDone").integers().allSatisfy { $0 == 60 })
    #expect(try summary.dataset("closure/failed").integers().allSatisfy { $0 == 0 })
    // 60 toys a set: a mean pull of ±0.13, a width of 1 ± 0.09; four deviations of either.
    for value in try summary.dataset("closure/pullMean").doubles() { #expect(abs(value) < 0.55) }
    for value in try summary.dataset("closure/pullWidth").doubles() {
      #expect((0.6...1.4).contains(value))
    }
    let coverage = try summary.dataset("closure/coverage").doubles()
    for point in 0..<3 {
      #expect(coverage[2 * point].isNaN)
      #expect(coverage[2 * point + 1] > 0.75)
    }
    // CLs by the toys' own tails covers at least as often as it should.
    let byToys = try summary.dataset("closure/coverageToys").doubles()
    for point in 0..<3 { #expect(byToys[2 * point + 1] >= 0.9) }
    let counts = try summary.dataset("closure/pValues/counts").integers()
    #expect(counts.count == 60 && counts.reduce(0, +) == 180)
    #expect(try summary.dataset("closure/uniformPValue").doubles().allSatisfy { $0 > 1e-3 })
  }

  @Test func namedMassesTakeTheNearestHypotheses() throws {
    let search = try SearchRun(fixture: "small.yaml")
    let settings = ["scan.closure={toys: 20, masses: [2.78, 2.04, 2.02], strengths: [0]}"]
    _ = try Self.start(search, settings)
    #expect(try search.summary().dataset("closure/hypothesis").integers() == [0, 8])
    // Without a signal nothing can be covered.
    #expect(
      try search.summary().dataset("closure/coverage").doubles().allSatisfy(\.isNaN))
    let plan = try ToolProcess.run(
      ["plan", search.pipeline, "--inputs", try SyntheticNtuple.folder.get().path]
        + ["--output", "out", "--set", settings[0]], in: search.folder.path)
    #expect(
      plan.output.contains(#/closure +1 task +40 toys .* finished\n/#),
      "\(plan.output)")
  }

  @Test func aBlindSearchHasNoToys() throws {
    let search = try SearchRun(fixture: "synthetic.yaml")
    _ = try Self.start(
      search, [Self.closure, "blind=true", "regions={low: {cut: pairMass < 1.5}}"])
    #expect(try search.summary().dataset("closure/mass").count == 0)
  }
}
