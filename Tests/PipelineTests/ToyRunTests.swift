import Foundation
import HDF5Files
import TestSupport
import Testing

/// Limits by toys and toys as data, through the tool.
@Suite struct ToyRunTests {
  private static let hypotheses = [
    "--set", "outputs.report.figures=[]",
    "--set", "scan.hypotheses={range: {mass: [5.0, 12.4]}, step: {in: mass, size: 3.5 GeV}}",
  ]
  private static let toys = [
    "--set", "scan.limit.method=CLs auto",
    "--set",
    "scan.limit.toys={error: 20 %, absolute: 0.3, most: 2000, belowBackground: 50}",
  ]

  @Test func limitsByToysSayHowTheyWereMade() throws {
    let inputs = try DimuonInputs.small.get().path
    let search = try SearchRun("dimuon/1-simulated.yaml")
    for threads in ["1", "2"] {
      let run = try search.run(
        Self.hypotheses + Self.toys + ["--threads", threads], inputs: inputs, output: threads)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try search.summaryBytes("1") == search.summaryBytes("2"))
    let summary = try search.summary("1")
    let background = try summary.dataset("scan/backgroundUnderPeak").doubles()
    let counts = try summary.dataset("scan/limitToys").integers()
    let limits = try summary.dataset("scan/observedLimit").doubles()
    let errors = try summary.dataset("scan/observedLimitError").doubles()
    let status = try summary.dataset("scan/limitStatus").integers()
    let bands = try summary.dataset("scan/expectedLimitErrors").doubles()
    let fitted = background.indices.filter { background[$0].isFinite }
    #expect(fitted.contains { background[$0] < 50 })
    #expect(fitted.contains { background[$0] >= 50 })
    for i in fitted {
      let usesToys = background[i] < 50
      #expect((counts[i] > 0) == usesToys)
      #expect(counts[i] <= 2000)
      #expect(errors[i].isFinite == (usesToys && limits[i].isFinite))
      #expect(usesToys || status[i] == 0)
      #expect(usesToys || bands[5 * i + 2].isNaN)
    }
    #expect(
      try summary.attribute("/scan", "limitToySeed") == .string("20261123"))
    #expect(try summary.attribute("/scan", "limitIsAsymptotic") == .int(0))
    let page = try String(contentsOfFile: "\(search.folder.path)/1/report.html", encoding: .utf8)
    #expect(page.contains("Construction: CLs from toys"))
    #expect(page.contains("Toys were used at"))
  }

  @Test func piecesOfToysMergeToTheBytesOfOneRun() throws {
    let inputs = try DimuonInputs.small.get().path
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let run = try search.run(Self.hypotheses, inputs: inputs)
    #expect(run.status == 0, "\(run.errors)")
    #expect(!(try search.summary().contains("scan/limitToys")))
    func tool(_ arguments: [String]) throws -> ToolProcess {
      try ToolProcess.run(["toys"] + arguments, in: search.folder.path)
    }
    func draw(_ range: String, _ file: String, _ more: [String] = []) throws -> ToolProcess {
      try tool(
        [search.pipeline, "--inputs", inputs, "--run", "out", "--mass", "8.5", "--toys", range]
          + ["--tested", "3", "--tested", "1", "--output", file, "--quiet"] + Self.hypotheses
          + more)
    }
    for (range, file, threads) in [
      ("0..<700", "whole.h5", "2"), ("0..<40", "a.h5", "1"), ("20..<400", "b.h5", "1"),
      ("400..<700", "c.h5", "2"), ("500..<700", "d.h5", "1"),
    ] {
      let drawn = try draw(range, file, ["--threads", threads])
      #expect(drawn.status == 0, "\(drawn.errors)")
    }
    for (order, name) in [(["c", "a", "b"], "1.h5"), (["b", "c", "a", "b"], "2.h5")] {
      let merged = try tool(["merge"] + order.map { "\($0).h5" } + ["--output", name])
      #expect(merged.status == 0, "\(merged.errors)")
      #expect(merged.errors == "toys: 700 written to \(name)\n")
      #expect(try search.folder.bytes(name) == search.folder.bytes("whole.h5"))
    }
    let gap = try tool(["merge", "d.h5", "a.h5", "--output", "gap.h5"])
    #expect(gap.status == 0)
    #expect(gap.errors.hasPrefix("gap.h5: toys 40..<500 are missing\n"))

    let other = try draw("0..<10", "s.h5", ["--strength", "2"])
    #expect(other.status == 0, "\(other.errors)")
    let refused = try tool(["merge", "a.h5", "s.h5", "--output", "no.h5"])
    #expect(refused.status == 2)
    #expect(
      refused.errors
        == "s.h5: 'strength' is 2.0, in a.h5 it is 0.0; only toys of one hypothesis and seed can be merged\n"
    )
    let foreign = try tool(["merge", "a.h5", "out/summary.h5", "--output", "no.h5"])
    #expect(foreign.status == 2)
    #expect(foreign.errors.contains("is not a file of toys"))

    let file = try HDF5File(path: "\(search.folder.path)/whole.h5")
    #expect(try file.dataset("testedStrength").doubles() == [1, 3])
    #expect(try file.dataset("toy").integers() == Array(0..<700))
    // Background-only toys: the mean of the fitted strength lies within its error of zero.
    let values = try file.dataset("parameter").doubles()
    let spread = try file.dataset("parameterError").doubles().filter(\.isFinite)
    let mean = values.reduce(0, +) / 700, error = spread.reduce(0, +) / Double(spread.count)
    #expect(abs(mean) < 0.3 * error)
  }

  @Test func toysWithoutAFinishedRunAreRefused() throws {
    let inputs = try DimuonInputs.small.get().path
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let drawn = try ToolProcess.run(
      [
        "toys", search.pipeline, "--inputs", inputs, "--mass", "8.5", "--toys", "0..<5",
        "--output", "a.h5", "--run", "out",
      ], in: search.folder.path)
    #expect(drawn.status == 2)
    #expect(drawn.errors.contains("run 'nightjar run' first"))
  }
}
