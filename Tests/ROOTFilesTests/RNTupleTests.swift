import Columns
import Foundation
import Platform
import ROOTFiles
import Testing

/// RNTuples of ROOT 6.40, of which every value is known by a formula: `make_rntuples.py`.
@Suite struct RNTupleTests {
  typealias Fixture = RNTupleFixture

  @Test(arguments: ["kinds.root", "kinds_raw.root"])
  func everyKindOfFieldIsReadOrNamed(_ name: String) throws {
    let ntuple = try Fixture.open(Fixture.path(name))
    #expect(ntuple.rowCount == 100)
    #expect(ntuple.clusterRows == [0, 33, 66, 99, 100])
    let found = try Fixture.read(ntuple)
    func expect(_ name: String, _ value: (Int) -> [Double]) {
      for row in 0..<100 { #expect(found[name]?[row: row] == value(row), "\(name) \(row)") }
    }
    expect("flag") { [$0 % 3 == 0 ? 1 : 0] }
    expect("i8") { [Double($0 - 50)] }
    expect("u16") { [Double(600 * $0)] }
    expect("i16") { [Double(300 * ($0 - 50))] }
    expect("i32") { [Double(-70_000 * $0)] }
    expect("i64") { [-Double($0) * Double(1 << 40)] }
    expect("u64") { [Double((1 << 62) + $0)] }
    expect("d") { [Double($0) * 0.1] }
    expect("half") { [Double($0 - 50) * 0.5] }
    expect("trunc") { [Double(($0 - 50) * 2)].map { Double(Float($0).kept(13)) } }
    expect("d32") { [Double($0) * 0.25] }
    for j in 0..<6 { expect("matrix[\(j / 3)][\(j % 3)]") { [Double(10 * $0 + j)] } }
    for j in 0..<3 { expect("bits[\(j)]") { [Double($0 >> j & 1)] } }
    expect("pair._0") { [Double($0)] }
    expect("pair._1") { [Double($0) * 0.5] }
    expect("jag") { row in (0..<(row % 4)).map { Double(row) + 0.25 * Double($0) } }
    expect("alias") { row in (0..<(row % 4)).map { Double(row) + 0.25 * Double($0) } }
    expect("njag") { [Double($0 % 4)] }
    expect("pairs._0") { row in (0..<(row % 4)).map { _ in Double(row) } }
    expect("pairs._1") { row in (0..<(row % 4)).map(Double.init) }
    expect("points[0]") { row in (0..<(row % 4)).map { _ in Double(row) } }
    expect("points[1]") { row in (0..<(row % 4)).map { -Double($0) } }
    expect("maybe") { $0 % 2 == 1 ? [Double($0)] : [] }
    for row in 0..<100 {
      // 2047 steps between -1 and 3.
      #expect(abs((found["quant"]?[row: row][0] ?? .nan) - Double(row % 5 - 1)) < 4.0 / 2047)
    }
    #expect(
      ntuple.unreadable.map { "\($0.name): \($0.reason)" } == [
        "text: texts are not supported", "deep: lists of lists are not supported",
        "either: variants are not supported",
        "lists[0]: arrays of lists are not supported",
        "lists[1]: arrays of lists are not supported",
      ])
    func column(_ name: String) -> ROOTColumn? { ntuple.columns.first { $0.name == name } }
    #expect(
      column("i8")
        == ROOTColumn(name: "i8", type: .int8, isList: false, title: "a small number"))
    #expect(column("d32")?.type == .float64)
    #expect(column("trunc")?.type == .float64)
    #expect(column("njag")?.type == .uint64)
    #expect(column("bits[1]")?.type == .bool)
    #expect(column("jag") == ROOTColumn(name: "jag", type: .float64, isList: true, title: ""))
  }

  @Test(arguments: ["late.root", "late_raw.root"])
  func laterColumnsAndOtherRepresentationsAreRead(_ name: String) throws {
    let ntuple = try Fixture.open(Fixture.path(name))
    #expect(ntuple.clusterRows == [0, 40, 80, 120, 160])
    for step in [1, 7, 160] {
      let found = try Fixture.read(ntuple, step: step)
      for row in 0..<160 {
        let isThere = row >= 60
        #expect(found["x"]?[row: row] == [Double(row) * 0.5])
        #expect(found["y"]?[row: row] == [isThere ? Double(row) * 0.25 : 0])
        #expect(found["a[0]"]?[row: row] == [isThere ? Double(row) : 0])
        #expect(found["a[1]"]?[row: row] == [isThere ? -Double(row) : 0])
        #expect(
          found["z"]?[row: row] == [Double](repeating: Double(row), count: isThere ? row % 3 : 0))
      }
    }
  }

  @Test(arguments: ["zlib", "lz4", "lzma", "none"])
  func filesOfUprootAreRead(_ compression: String) throws {
    let ntuple = try Fixture.open(Fixture.path("uproot_\(compression).root"))
    #expect(ntuple.clusterRows == [0, 50, 100])
    #expect(ntuple.unreadable.isEmpty)
    for step in [3, 50, 100] {
      let found = try Fixture.read(ntuple, step: step)
      for row in 0..<100 {
        let items = (0..<(row % 4)).map(Double.init)
        #expect(found["x"]?[row: row] == [0.5 * Double(row)])
        #expect(found["flag"]?[row: row] == [row % 3 == 0 ? 1 : 0])
        #expect(found["jag"]?[row: row] == items.map { Double(row) + 0.25 * $0 })
        #expect(found["array[0]"]?[row: row] == [Double(row)])
        #expect(found["array[1]"]?[row: row] == [-Double(row)])
        #expect(found["array[2]"]?[row: row] == [2 * Double(row)])
        #expect(found["record.a"]?[row: row] == [Double(row)])
        #expect(found["record.b"]?[row: row] == [0.1 * Double(row)])
        #expect(found["hits.p"]?[row: row] == items.map { Double(row) + 0.25 * $0 })
        #expect(found["hits.q"]?[row: row] == items)
      }
    }
  }

  @Test func tableWithoutRowsIsRead() throws {
    let ntuple = try Fixture.open(Fixture.path("empty.root"))
    #expect(ntuple.rowCount == 0)
    #expect(ntuple.clusterRows == [0])
    #expect(ntuple.columns.map(\.name) == ["x", "list"])
    let cursor = try RNTupleCursor(ntuple, columns: [0, 1])
    let (buffers, offsets) = Fixture.buffers(ntuple, [0, 1])
    try cursor.read(0..<0, into: buffers, offsets: offsets)
    #expect(buffers[1].count == 0)
    #expect(offsets[1]?.count == 1)
  }

  @Test(arguments: RNTupleFixture.small)
  func anyRowsEqualThoseOfTheWhole(_ name: String) throws {
    let ntuple = try Fixture.open(Fixture.path(name))
    try compareRanges(ntuple, seed: 1)
  }

  /// Random rows of random columns by one cursor, against the whole.
  private func compareRanges(_ ntuple: RNTuple, seed: UInt64) throws {
    let whole = try Fixture.read(ntuple)
    #expect(try Fixture.read(ntuple, step: 1 + ntuple.rowCount / 50) == whole)
    var random = SplitMix(state: seed)
    for _ in 0..<10 {
      let columns = ntuple.columns.indices.filter { _ in Bool.random(using: &random) }
      let cursor = try RNTupleCursor(ntuple, columns: columns)
      for _ in 0..<20 {
        let start = Int.random(in: 0...ntuple.rowCount, using: &random)
        let end = Int.random(in: start...ntuple.rowCount, using: &random)
        let found = try Fixture.read(
          ntuple, columns: columns, rows: start..<end, cursor: cursor)
        for (name, values) in found {
          for row in start..<end {
            guard values[row: row - start] != whole[name]?[row: row] else { continue }
            Issue.record("\(name): row \(row) of \(start)..<\(end)")
            return
          }
        }
      }
    }
  }

  @Test func sameColumnTwiceIsFilledTwice() throws {
    let ntuple = try Fixture.open(Fixture.path("kinds.root"))
    let jag = try #require(ntuple.columns.firstIndex { $0.name == "jag" })
    let d = try #require(ntuple.columns.firstIndex { $0.name == "d" })
    let cursor = try RNTupleCursor(ntuple, columns: [jag, d, jag, d])
    let (buffers, offsets) = Fixture.buffers(ntuple, [jag, d, jag, d])
    try cursor.read(10..<90, into: buffers, offsets: offsets)
    for (a, b) in [(0, 2), (1, 3)] {
      #expect(buffers[a].count == buffers[b].count)
      for i in 0..<buffers[a].count {
        #expect(buffers[a].double(at: i) == buffers[b].double(at: i))
      }
    }
    #expect(offsets[2]?.double(at: 80) == Double(buffers[2].count))
  }

  @Test func rowsBeyondTheEndAreNamed() throws {
    let ntuple = try Fixture.open(Fixture.path("kinds.root"))
    let cursor = try RNTupleCursor(ntuple, columns: [0])
    let (buffers, offsets) = Fixture.buffers(ntuple, [0])
    #expect(throws: ROOTError.outOfRange(place: ntuple.place, rows: 90..<101, count: 100)) {
      try cursor.read(90..<101, into: buffers, offsets: offsets)
    }
    #expect(throws: ROOTError.missing(place: ntuple.place, name: "column 99", nearest: nil)) {
      _ = try RNTupleCursor(ntuple, columns: [99])
    }
    try cursor.read(100..<100, into: buffers, offsets: offsets)
    #expect(buffers[0].count == 0)
  }
}

extension Float {
  /// The number with only its upper bits.
  fileprivate func kept(_ bits: UInt32) -> Float {
    Float(bitPattern: (bitPattern >> (32 - bits)) << (32 - bits))
  }
}
