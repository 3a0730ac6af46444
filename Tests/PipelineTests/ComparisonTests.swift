import Foundation
import HDF5Files
import TestSupport
import Testing

/// Distributions of data beside simulation, and weights by binned tables, through the tool.
@Suite struct ComparisonTests {
  private static func start(_ settings: [String] = []) throws -> SearchRun {
    let search = try SearchRun(fixture: "synthetic.yaml")
    let run = try search.run(
      settings.flatMap { ["--set", $0] }, inputs: try SyntheticNtuple.folder.get().path)
    #expect(run.status == 0, "\(run.errors)")
    return search
  }

  /// The candidates of a sample with their weights.
  private static func rows(_ sample: String) -> [(row: SyntheticNtuple.Row, weight: Double)] {
    SyntheticNtuple.files.filter { $0.name.hasPrefix(sample) }.flatMap(\.rows).map {
      ($0, sample == "data" ? 1 : SelectionObserver.weight($0))
    }
  }

  @Test func binsHoldWhatAPlainLoopFindsInThem() throws {
    let summary = try Self.start().summary()
    let group = "comparisons/mass before cuts"
    let sums = try summary.dataset("\(group)/sums").doubles()
    let variances = try summary.dataset("\(group)/variances").doubles()
    let bins = 37
    #expect(try summary.dataset("\(group)/sums").shape == [2, bins])
    // Background has twice the luminosity of data.
    for (index, (sample, scale)) in [("data", 1.0), ("background", 0.5)].enumerated() {
      var expected = [Double](repeating: 0, count: bins + 3)
      var squares = expected
      for (row, weight) in Self.rows(sample) {
        let mass = row.m2.squareRoot()
        let bin =
          mass.isNaN
          ? bins + 2
          : mass < 0.5 ? 0 : mass > 9 ? bins + 1 : min(bins, Int((mass - 0.5) * (37 / 8.5)) + 1)
        expected[bin] += weight * scale
        squares[bin] += weight * weight * scale * scale
      }
      for bin in 0..<bins {
        // A few thousand weights of one sign or the other over twelve decades, added in two orders.
        let allowed = 1e-13 * squares[bin + 1].squareRoot() * 1e3
        #expect(abs(sums[index * bins + bin] - expected[bin + 1]) <= allowed)
        #expect(abs(variances[index * bins + bin] / squares[bin + 1] - 1) < 1e-12)
      }
      for (name, place) in [("underflow", 0), ("overflow", bins + 1), ("notANumber", bins + 2)] {
        let found = try summary.dataset("\(group)/\(name)").doubles()[index]
        #expect(abs(found - expected[place]) <= 1e-10 * squares[place].squareRoot(), "\(name)")
      }
      #expect(squares[bins + 2] > 0 && squares[0] > 0)
    }
    let edges = try summary.dataset("\(group)/binHigh").doubles()
    #expect(edges.last == 9)
  }

  @Test func cutsDecideWhoIsThere() throws {
    let summary = try Self.start().summary()
    for (name, depth, value) in [
      ("vertex", 3, { Double($0.vertex) }), ("selected mass", 5, { $0.m2.squareRoot() }),
    ] as [(String, Int, (SyntheticNtuple.Row) -> Double)] {
      let group = "comparisons/\(name)"
      let low = try summary.dataset("\(group)/binLow").doubles()[0]
      let high = try #require(try summary.dataset("\(group)/binHigh").doubles().last)
      let all = try summary.dataset("\(group)/sums").doubles()
      let found = all.prefix(all.count / 2).reduce(0, +)
      let expected = Self.rows("data").count {
        SelectionObserver.depth($0.row) >= depth && value($0.row) >= low && value($0.row) <= high
      }
      #expect(found == Double(expected) && expected > 1000, "\(name)")
    }
    #expect(
      try summary.attribute("/comparisons/selected mass", "after") == .string("K"))
  }

  @Test func foundRangesHoldTheBulkOfTheValues() throws {
    let summary = try Self.start().summary()
    let group = "comparisons/distance"
    let sums = try summary.dataset("\(group)/sums").doubles()
    let low = try summary.dataset("\(group)/binLow").doubles()
    let high = try summary.dataset("\(group)/binHigh").doubles()
    #expect(sums.count == 2 * low.count && (15...30).contains(low.count))
    let width = high[0] - low[0]
    #expect(width.significand == 1)
    for bin in low.indices {
      let expected = Self.rows("data").count {
        $0.row.q1 * $0.row.q2 < 0 && $0.row.distance != -999
          && Double($0.row.distance) >= low[bin] && Double($0.row.distance) < high[bin]
      }
      #expect(sums[bin] == Double(expected))
    }
    // Values are uniform from 0 to 3.
    #expect(low[0] == 0 && high[high.count - 1] >= 2.99)
  }

  @Test func theErrorsOfTablesBecomeARelativeChange() throws {
    let search = try Self.start()
    let summary = try search.summary()
    let merged = try search.task(
      "merge/background", inputs: try SyntheticNtuple.folder.get().path)
    let nominal = try merged.dataset("weights").doubles()
    let shifted = try merged.dataset("weights:tracks").doubles()
    let group = "corrections/background"
    #expect(try summary.dataset("\(group)/systematic").strings() == ["tracks"])
    let change = try summary.dataset("\(group)/relativeChange").doubles()[0]
    let expected = shifted.reduce(0, +) / nominal.reduce(0, +) - 1
    #expect(abs(change - expected) < 1e-9 * max(1, abs(expected)))
    // Both tracks move up by 0.8 % to 7 %.
    #expect(zip(nominal, shifted).allSatisfy { $0 == 0 || (1.016...1.15).contains($1 / $0) })
    #expect(!summary.contains("corrections/data"))
  }

  @Test func blindedRowsAreInNoHistogram() throws {
    let search = try Self.start([
      "blind=true", "regions={low: {cut: pairMass < 1.5}, high: {cut: pairMass > 8}}",
    ])
    let summary = try search.summary()
    for (index, sample) in ["data", "background"].enumerated() {
      func isHidden(_ row: SyntheticNtuple.Row) -> Bool {
        let mass = row.m2.squareRoot()
        return SelectionObserver.depth(row) == SelectionObserver.steps && !(mass < 1.5 || mass > 8)
      }
      let low = try summary.dataset("comparisons/selected mass/binLow").doubles()
      let selected = try summary.dataset("comparisons/selected mass/sums").doubles()
      #expect(selected[(index * low.count)..<((index + 1) * low.count)].allSatisfy { $0 == 0 })
      let before = try summary.dataset("comparisons/vertex/sums").doubles()
      let bins = before.count / 2
      let found = before[(index * bins)..<((index + 1) * bins)].reduce(0, +)
      let rows = Self.rows(sample).filter {
        SelectionObserver.depth($0.row) >= 3 && !isHidden($0.row)
      }
      let expected = rows.reduce(0) { $0 + $1.weight } * (index == 0 ? 1 : 0.5)
      #expect(abs(found - expected) <= 1e-9 * abs(expected), "\(sample)")
    }
    #expect(try summary.attribute("/comparisons/vertex", "blinded") == .int(1))
  }

  @Test func keysFollowContentsNotWords() throws {
    let inputs = try SyntheticNtuple.folder.get().path
    let folder = try TemporaryFolder()
    for name in ["synthetic.yaml", "synthetic.ntuple.yaml", "quality.csv", "hits.csv"] {
      try FileManager.default.copyItem(
        atPath: "\(SearchRun.fixtures)/\(name)", toPath: "\(folder.path)/\(name)")
    }
    func keys(_ settings: [String] = []) throws -> [String: String] {
      let plan = try ToolProcess.run(
        ["plan", "\(folder.path)/synthetic.yaml", "--inputs", inputs, "--output", "out", "--json"]
          + settings.flatMap { ["--set", $0] }, in: folder.path)
      let object = try JSONSerialization.jsonObject(with: Data(plan.output.utf8))
      var found: [String: String] = [:]
      for task in try #require(object as? [[String: Any]]) {
        found[try #require(task["task"] as? String)] = try #require(task["key"] as? String)
      }
      return found
    }
    func change(_ name: String, _ old: String, _ new: String) throws {
      let path = "\(folder.path)/\(name)"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains(old))
      try text.replacingOccurrences(of: old, with: new)
        .write(toFile: path, atomically: true, encoding: .utf8)
    }
    let first = try keys()
    try change(
      "hits.csv", "0, 10, 0.9, 0.1\n10, 20, 1.05, 0.1\n", "10,20,1.050,0.1\n# x\n0,10,.9,.1\n")
    try change("synthetic.yaml", "unit: GeV", "unit: MeV")
    #expect(try keys() == first)
    try change("hits.csv", ".9,.1", ".9,.2")
    let other = try keys()
    #expect(other["skim/background/0000.0"] != first["skim/background/0000.0"])
    #expect(other["skim/data/0000.0"] == first["skim/data/0000.0"])
    let binned = try keys(["skim.comparisons.vertex.bins=21"])
    #expect(binned["skim/data/0000.0"] != first["skim/data/0000.0"])
  }

  @Test func aCandidateOutsideATableIsNamed() throws {
    let inputs = try SyntheticNtuple.folder.get().path
    let search = try SearchRun(fixture: "synthetic.yaml")
    let run = try search.run(
      ["--set", "samples.background.corrections.hits.outside=error", "--threads", "1"],
      inputs: inputs)
    #expect(run.status == 2)
    let file = try #require(
      SyntheticNtuple.files.first { run.errors.contains("/\($0.name): row ") })
    let row = try #require(file.rows.firstIndex { !(0...20).contains($0.hits) })
    let found = file.rows[row].hits == -999 ? "nan" : "\(Double(file.rows[row].hits))"
    #expect(
      run.errors
        == "\(inputs)/\(file.name): row \(row) lies outside the table of correction 'hits', found "
        + "(\(found)); the table covers [0, 20]; extend it, or set 'outside' to 'nearest' or "
        + "'one'\n")
    #expect(!FileManager.default.fileExists(atPath: "\(search.folder.path)/out/summary.h5"))
  }
}
