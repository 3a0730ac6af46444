import Foundation
import HDF5Files
import TestSupport
import Testing

/// The selection of the peers' benchmark gives the peers' numbers in every layout.
@Suite struct PeerSelectionTests {
  struct Reference: Decodable {
    struct Histogram: Decodable {
      var bins: Int
      var underflow, overflow: Int
      var counts: [Int]
    }

    var rows: Int
    var cutflow: [String: Int]
    var histogram: Histogram
  }

  private static let fixtures = "\(ToolProcess.root)/Tests/NtuplesTests/Fixtures"

  @Test(
    arguments: [
      "ntuple_columns.h5", "ntuple_table_blosc.h5", "ntuple_table_zlib.h5", "contiguous.h5",
      "ntuple_zlib.root", "ntuple_lz4.root", "ntuple_zstd.root", "ntuple_uproot.root",
      "ntuple_rntuple.root",
    ])
  func cutFlowAndHistogramAreThoseOfThePeers(layout: String) throws {
    let search = try SearchRun(fixture: "peers.yaml")
    var inputs = Self.fixtures
    if layout == "contiguous.h5" {
      inputs = search.folder.path
      try writeContiguous("\(inputs)/\(layout)")
    }
    let run = try search.run(["--set", "samples.data.files=\(layout)"], inputs: inputs)
    #expect(run.status == 0, "\(run.errors)")
    let reference = try JSONDecoder().decode(
      Reference.self,
      from: Data(contentsOf: URL(fileURLWithPath: "\(SearchRun.fixtures)/selection_2000.json")))
    let summary = try search.summary()
    let steps = try summary.dataset("cutFlow/data/step").strings()
    let counts = try summary.dataset("cutFlow/data/candidates").integers().map(Int.init)
    #expect(steps == ["all", "muonID", "charge", "M4mu", "roe", "drdz"])
    #expect(counts == steps.map { reference.cutflow[$0] })

    let merged = try search.task(
      "merge/data", inputs: inputs, settings: ["samples.data.files=\(layout)"])
    var histogram = [Int](repeating: 0, count: reference.histogram.bins)
    var outside = 0
    for value in try merged.dataset("columns/redM").doubles() {
      let bin = (1000 * value / 10).rounded(.down)
      if bin >= 0, bin < 1000 { histogram[Int(bin)] += 1 } else { outside += 1 }
    }
    #expect(histogram == reference.histogram.counts)
    #expect(outside == reference.histogram.underflow + reference.histogram.overflow)
  }

  /// Trees in three compressions, an RNTuple and HDF5 columns: the same bytes of every column.
  @Test func theSkimHasTheSameBytesInEveryLayout() throws {
    let search = try SearchRun(fixture: "peers.yaml")
    func columns(_ layout: String) throws -> [String: [UInt64]] {
      let settings = ["samples.data.files=\(layout)"]
      let run = try search.run(
        settings.flatMap { ["--set", $0] }, inputs: Self.fixtures, output: layout)
      #expect(run.status == 0, "\(run.errors)")
      let merged = try search.task(
        "merge/data", inputs: Self.fixtures, output: layout, settings: settings)
      var content: [String: [UInt64]] = [:]
      for object in try merged.walk() where object.kind == .dataset {
        let dataset = try merged.dataset(object.path)
        guard !object.path.hasSuffix("file"), case .number = dataset.type else { continue }
        content[object.path] = try dataset.doubles().map(\.bitPattern)
      }
      return content
    }
    let first = try columns("ntuple_columns.h5")
    #expect(first["/columns/redM"]?.isEmpty == false)
    for layout in [
      "ntuple_table_blosc.h5", "ntuple_zlib.root", "ntuple_lz4.root", "ntuple_zstd.root",
      "ntuple_rntuple.root",
    ] {
      #expect(try columns(layout) == first, "\(layout)")
    }
  }

  /// The columns again, unchunked and big-endian.
  private func writeContiguous(_ path: String) throws {
    let source = try HDF5File(path: "\(Self.fixtures)/ntuple_columns.h5")
    let writer = try HDF5Writer()
    let storage = HDF5Writer.Storage(bigEndian: true)
    for object in try source.walk() where object.kind == .dataset {
      let dataset = try source.dataset(object.path)
      switch try dataset.numberType() {
      case .int32:
        try writer.write(object.path, try dataset.values(of: Int32.self), storage: storage)
      case .float32:
        try writer.write(object.path, try dataset.values(of: Float.self), storage: storage)
      default: try writer.write(object.path, try dataset.doubles(), storage: storage)
      }
    }
    try Data(try writer.finish()).write(to: URL(fileURLWithPath: path))
  }
}
