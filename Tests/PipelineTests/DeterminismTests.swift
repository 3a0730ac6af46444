import HDF5Files
import TestSupport
import Testing

/// The same inputs give the same bytes, however the work is cut up.
@Suite struct DeterminismTests {
  private struct Variant {
    var name: String
    var threads: Int
    /// Execution settings; they are recorded in the summary.
    var settings: [String] = []
    var simd: String?
  }

  private static let variants = [
    Variant(name: "baseline", threads: 2, simd: "baseline"),
    Variant(name: "v3", threads: 5, simd: "v3"),
    Variant(
      name: "small", threads: 2,
      settings: ["execution.chunkRows=4096", "execution.taskSeconds=0.005"]),
    Variant(
      name: "middle", threads: 5,
      settings: ["execution.chunkRows=9000", "execution.taskSeconds=0.02"]),
  ]

  @Test func threadsChunksTasksAndInstructionSetsChangeNoByte() throws {
    let inputs = try SyntheticNtuple.folder.get().path
    let search = try SearchRun(fixture: "synthetic.yaml")
    let first = try search.run(["--threads", "1"], inputs: inputs, output: "one")
    #expect(first.status == 0, "\(first.errors)")
    let skims = try search.checkpoints("skim", "one")
    let merges = try search.checkpoints("merge", "one")
    let fits = try search.checkpoints("fit", "one")
    let scans = try search.checkpoints("scan", "one")
    #expect((skims.count, merges.count, fits.count) == (6, 2, 1))
    let reference = try search.summaryBytes("one")
    let content = try search.summaryContent("one")
    #expect(content.count > 50)
    for variant in Self.variants {
      let run = try search.run(
        ["--threads", "\(variant.threads)"] + variant.settings.flatMap { ["--set", $0] },
        inputs: inputs, output: variant.name,
        environment: variant.simd.map { ["NIGHTJAR_SIMD": $0] } ?? [:])
      #expect(run.status == 0, "\(variant.name): \(run.errors)")
      #expect(try search.checkpoints("skim", variant.name) == skims, "\(variant.name)")
      #expect(try search.checkpoints("merge", variant.name) == merges, "\(variant.name)")
      #expect(try search.checkpoints("fit", variant.name) == fits, "\(variant.name)")
      if variant.settings.isEmpty {
        #expect(try search.checkpoints("scan", variant.name) == scans, "\(variant.name)")
        #expect(try search.summaryBytes(variant.name) == reference, "\(variant.name)")
      } else {
        #expect(try search.checkpoints("scan", variant.name).count > scans.count)
        #expect(try search.summaryContent(variant.name) == content, "\(variant.name)")
      }
    }
  }

  @Test(arguments: ["data", "background"])
  func countsAndColumnsAreThoseOfAPlainLoop(sample: String) throws {
    let inputs = try SyntheticNtuple.folder.get().path
    let search = try SearchRun(fixture: "synthetic.yaml")
    let run = try search.run(inputs: inputs)
    #expect(run.status == 0, "\(run.errors)")
    let summary = try search.summary()
    let observer = try observe(sample, summary)

    let flow = "cutFlow/\(sample)"
    func integers(_ name: String) throws -> [Int] {
      try summary.dataset("\(flow)/\(name)").integers().map(Int.init)
    }
    let best = observer.merged.count
    #expect(
      try summary.dataset("\(flow)/step").strings()
        == ["all", "opposite charge", "identification", "vertex", "track", "K", "best candidate"])
    #expect(try integers("candidates") == observer.candidates + [best])
    #expect(try integers("events") == observer.events + [best])
    #expect(try integers("passingOthers") == [-1] + observer.passingOthers + [-1])
    let isWeighted = sample == "background"
    let kept = observer.merged.reduce(into: (sum: 0.0, square: 0.0)) {
      $0.sum += isWeighted ? $1.weight : 1
      $0.square += isWeighted ? $1.weight * $1.weight : 1
    }
    #expect(
      try summary.dataset("\(flow)/sumOfWeights").doubles().map(\.bitPattern)
        == (observer.sums + [kept.sum]).map(\.bitPattern))
    #expect(
      try summary.dataset("\(flow)/sumOfSquares").doubles().map(\.bitPattern)
        == (observer.squares + [kept.square]).map(\.bitPattern))
    let samples = try summary.dataset("samples/sample").strings()
    let place = try #require(samples.firstIndex(of: sample))
    #expect(Int(try summary.dataset("samples/notANumber").integers()[place]) == observer.notANumber)
    #expect(observer.notANumber > 10)

    let merged = try search.task("merge/\(sample)", inputs: inputs)
    func column(_ name: String) throws -> [UInt64] {
      try merged.dataset(name).doubles().map(\.bitPattern)
    }
    #expect(best > 1000)
    #expect(try column("columns/pairMass") == observer.merged.map(\.mass.bitPattern))
    #expect(try column("columns/vertex") == observer.merged.map(\.vertex.bitPattern))
    #expect(try merged.dataset("rules").values(of: UInt64.self) == observer.merged.map(\.rules))
    if isWeighted {
      #expect(try column("weights") == observer.merged.map(\.weight.bitPattern))
      #expect(try column("weights:tracks") == observer.merged.map(\.shifted.bitPattern))
    }
  }

  private func observe(_ sample: String, _ summary: HDF5File) throws -> SelectionObserver {
    let inputs = "provenance/inputs"
    let names = zip(
      try summary.dataset("\(inputs)/sample").strings(),
      try summary.dataset("\(inputs)/path").strings()
    ).filter { $0.0 == sample }.map(\.1)
    let files = names.compactMap { name in SyntheticNtuple.files.first { $0.name == name } }
    try #require(files.count == 3)
    let masses = try summary.dataset("scan/mass").doubles()
    let low = try summary.dataset("scan/windowLow").doubles()
    let high = try summary.dataset("scan/windowHigh").doubles()
    let status = try summary.dataset("scan/status").integers()
    let windows = masses.indices.filter { status[$0] < 20 }.map {
      (mass: masses[$0], range: low[$0]...high[$0])
    }
    #expect(windows.count > 50 && windows.count < masses.count)
    return SelectionObserver(files, isWeighted: sample == "background", windows: windows)
  }
}
