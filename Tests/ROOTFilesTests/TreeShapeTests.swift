import Columns
import Foundation
import ROOTFiles
import Testing

/// Every type in every shape and compression, in small baskets, as `Fixtures/make_trees.py` says.
@Suite struct TreeShapeTests {
  static let types: [ColumnType] = [
    .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
  ]
  static let codecs = ["none", "zlib", "lzma", "lz4", "zstd"]

  static func path(_ name: String) -> String {
    ROOTFileTests.fixtures.appending(path: "\(name).root").path
  }

  /// Element k of row i.
  static func value(_ type: ColumnType, _ i: Int, _ k: Int) -> Double {
    switch type {
    case .bool: Double((i + k) % 2)
    case .uint8, .uint16, .uint32, .uint64: Double(3 * i + k)
    case .float32, .float64: Double(3 * i + k) * 0.25 - 5
    case .int8: Double(Int8(truncatingIfNeeded: 3 * i + k - 20))
    case .int16, .int32, .int64: Double(3 * i + k - 20)
    }
  }

  static func open(_ name: String, tree: String = "all") throws -> ROOTTable {
    let file = try ROOTFile(path: path(name))
    return try ROOTTable(file, entry: try #require(file.table(named: tree)))
  }

  /// Values and offsets of a column.
  static func read(
    _ table: ROOTTable, _ name: String, rows: Range<Int>? = nil
  ) throws -> (type: ColumnType, values: [Double], offsets: [Int]?) {
    let index = try #require(table.columns.firstIndex { $0.name == name }, "\(name)")
    let column = table.columns[index]
    let cursor = try ROOTTableCursor(table, columns: [index])
    let buffer = ColumnBuffer(type: column.type)
    let offsets = column.isList ? ColumnBuffer(type: .int64) : nil
    try cursor.read(rows ?? 0..<table.rowCount, into: [buffer], offsets: [offsets])
    return (
      column.type, (0..<buffer.count).map(buffer.double(at:)),
      offsets.map { offsets in (0..<offsets.count).map { Int(offsets.double(at: $0)) } }
    )
  }

  @Test(arguments: codecs)
  func everyTypeAndShapeHasItsValues(codec: String) throws {
    let table = try Self.open("trees_\(codec)")
    #expect(table.rowCount == 50)
    #expect(table.unreadable.isEmpty)
    let lengths = (0..<50).map { $0 % 4 }
    let starts = lengths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    for type in Self.types {
      let one = try Self.read(table, type.rawValue)
      #expect(one.type == type)
      #expect(one.values == (0..<50).map { Self.value(type, $0, 0) }, "\(type)")
      for k in 0..<3 {
        let element = try Self.read(table, "\(type.rawValue)_a[\(k)]")
        #expect(element.values == (0..<50).map { Self.value(type, $0, k) }, "\(type)")
      }
      let expected = (0..<50).flatMap { i in
        (0..<lengths[i]).map { Self.value(type, i, $0) }
      }
      for suffix in ["_l", "_v"] {
        let list = try Self.read(table, type.rawValue + suffix)
        #expect(list.type == type)
        #expect(list.values == expected, "\(type)\(suffix)")
        #expect(list.offsets == starts, "\(type)\(suffix)")
      }
    }
  }

  /// [-64, 64] in 16 and 20 bits: half a step at most.
  @Test(arguments: codecs)
  func packedNumbersAreWithinHalfAStep(codec: String) throws {
    let table = try Self.open("trees_\(codec)")
    for (name, type, bits) in [("float16", ColumnType.float32, 16.0), ("double32", .float64, 20)] {
      let step = 128 / Foundation.pow(2, bits)
      for suffix in ["", "_a[2]", "_l"] {
        let found = try Self.read(table, name + suffix)
        #expect(found.type == type)
        let expected = (0..<50).flatMap { i -> [Double] in
          switch suffix {
          case "": [Self.value(.float64, i, 0)]
          case "_l": (0..<(i % 4)).map { Self.value(.float64, i, $0) }
          default: [Self.value(.float64, i, 2)]
          }
        }
        #expect(found.values.count == expected.count)
        for (value, truth) in zip(found.values, expected) {
          #expect(abs(value - truth) <= 0.5 * step + 1e-12)
        }
      }
    }
  }

  @Test(arguments: ["float64", "int16_l", "uint8_v", "bool_a[1]"])
  func partsOfRowsAreThoseOfTheWhole(name: String) throws {
    let table = try Self.open("trees_zstd")
    let whole = try Self.read(table, name)
    for rows in [0..<1, 7..<8, 3..<50, 21..<43, 49..<50, 10..<10] {
      let part = try Self.read(table, name, rows: rows)
      let from = whole.offsets?[rows.lowerBound] ?? rows.lowerBound
      let to = whole.offsets?[rows.upperBound] ?? rows.upperBound
      #expect(part.values == Array(whole.values[from..<to]))
      #expect(
        part.offsets == whole.offsets?[rows.lowerBound...rows.upperBound].map { $0 - from })
    }
    #expect(
      throws: ROOTError.outOfRange(
        place: "\(Self.path("trees_zstd")):/all", rows: 40..<51, count: 50)
    ) {
      try Self.read(table, name, rows: 40..<51)
    }
  }

  /// A basket that is still decoded from a later block is not taken for an earlier place.
  @Test(arguments: ["trees_zstd", "ntuple_zstd"])
  func aCursorMayGoBack(name: String) throws {
    let table = try Self.open(name)
    let index = try #require(table.columns.firstIndex { $0.name == "int32_v" })
    let cursor = try ROOTTableCursor(table, columns: [index])
    let (buffer, offsets) = (ColumnBuffer(type: .int32), ColumnBuffer(type: .int64))
    for rows in [45..<50, 0..<50, 30..<32, 10..<31, 31..<50] {
      try cursor.read(rows, into: [buffer], offsets: [offsets])
      let expected = rows.flatMap { i in (0..<(i % 4)).map { Self.value(.int32, i, $0) } }
      #expect((0..<buffer.count).map(buffer.double(at:)) == expected, "\(rows)")
    }
  }

  @Test func friendsAreRefusedByName() throws {
    let table = try Self.open("friends", tree: "main")
    #expect(table.columns.map(\.name) == ["x"])
    #expect(
      table.unreadable.map { "\($0.name): \($0.reason)" }
        == ["other: a friend tree; join the rows before, or read it on its own"])
  }

  /// basf2 writes what it knows of a job into a tree of one row.
  @Test(arguments: ["split", "whole"])
  func metadataOfAJobAreText(kind: String) throws {
    let file = try ROOTFile(path: Self.path("metadata_\(kind)"))
    let found = Dictionary(
      file.metadata().map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
    #expect(found["FileMetaData.m_release"] == "light-2604-jellyfish")
    #expect(found["FileMetaData.m_nFullEvents"] == "1234")
    #expect(found["FileMetaData.m_mcEvents"] == "5000000")
    #expect(found["FileMetaData.m_parentLfns"] == "/belle/a.root, /belle/b.root")
    if kind == "whole" {
      #expect(found["FileMetaData.m_dataDescription"] == "channel: bks, isNtupleMetaData: True")
    } else {
      #expect(found["FileMetaData.m_dataDescription.first"] == "channel, isNtupleMetaData")
      #expect(found["FileMetaData.m_dataDescription.second"] == "bks, True")
    }
  }

  @Test(arguments: codecs)
  func everyTypeAndShapeOfAnRNTupleHasItsValues(codec: String) throws {
    let table = try Self.open("ntuple_\(codec)")
    #expect(table.rowCount == 50)
    #expect(table.unreadable.isEmpty)
    for type in Self.types {
      let one = try Self.read(table, type.rawValue)
      #expect(one.type == type)
      #expect(one.values == (0..<50).map { Self.value(type, $0, 0) }, "\(type)")
      for k in 0..<3 {
        let element = try Self.read(table, "\(type.rawValue)_a[\(k)]")
        #expect(element.values == (0..<50).map { Self.value(type, $0, k) }, "\(type)")
      }
      let list = try Self.read(table, type.rawValue + "_v")
      #expect(list.type == type)
      let expected = (0..<50).flatMap { i in (0..<(i % 4)).map { Self.value(type, i, $0) } }
      #expect(list.values == expected, "\(type)")
      #expect(list.offsets == (0..<50).reduce(into: [0]) { $0.append(($0.last ?? 0) + $1 % 4) })
    }
  }

  /// Each "yes" of the support matrix stands for columns that the tests above read; a type, shape
  /// or codec that is added to one must be added to the other.
  @Test func theSupportMatrixSaysWhatIsTested() throws {
    let readme = try String(
      contentsOf: ROOTFileTests.fixtures.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/ROOTFiles/README.md"),
      encoding: .utf8)
    let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `") }
      .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    let tree = try Self.open("trees_zlib")
    let ntuple = try Self.open("ntuple_zlib")
    let shapes = [
      (tree, ""), (tree, "_a[0]"), (tree, "_l"), (tree, "_v"), (ntuple, ""), (ntuple, "_a[0]"),
      (ntuple, "_v"),
    ]
    var types: [String] = []
    for row in rows where row.count == shapes.count + 1 {
      let type = row[0].trimmingCharacters(in: ["`"])
      types.append(type)
      for (cell, (table, suffix)) in zip(row.dropFirst(), shapes) {
        let isThere = table.columns.contains { $0.name == type + suffix }
        #expect((cell == "yes") == isThere, "\(type)\(suffix)")
      }
    }
    #expect(types == Self.types.map(\.rawValue) + ["float16", "double32"])
    for codec in ["ZLIB", "LZMA", "LZ4", "ZSTD"] {
      #expect(Self.codecs.contains(codec.lowercased()) && readme.contains("| \(codec) |"))
    }
  }
}
