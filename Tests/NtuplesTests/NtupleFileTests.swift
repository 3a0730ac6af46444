import Columns
import Foundation
import HDF5Files
import Ntuples
import Testing

@Suite struct NtupleFileTests {
  @Test(arguments: [
    "contiguous", "chunked", "deflate", "deflate_shuffle", "all", "fletcher_shuffle", "one_chunk",
    "single_rows", "scale_offset",
  ])
  func everyStorageGivesTheValuesWritten(storage: String) throws {
    let file = try NtupleFile.open(path: Fixture.path("layouts.h5"), table: storage)
    #expect(file.rowCount == 100)
    #expect(file.unreadable.isEmpty)
    for step in [100, 30, 7, 1000] {
      let values = try Fixture.read(file, step: step)
      for (column, found) in zip(file.columns, values) {
        let expected = (0..<100).map { Fixture.number($0, column.type) }
        #expect(found == expected, "\(storage)/\(column.name) in blocks of \(step)")
      }
    }
  }

  @Test func everyWidthAndByteOrderHasItsType() throws {
    let file = try NtupleFile.open(path: Fixture.path("layouts.h5"), table: "deflate_shuffle")
    let types = Dictionary(uniqueKeysWithValues: file.columns.map { ($0.name, $0.type) })
    #expect(
      types == [
        "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8, "u2": .uint16,
        "u4": .uint32, "u8": .uint64, "f2": .float32, "f4": .float32, "f8": .float64,
        "bool": .bool, "big_i2": .int16, "big_i4": .int32, "big_u8": .uint64,
        "big_f4": .float32, "big_f8": .float64, "big_f2": .float32,
      ])
    let mass = try file.columns[file.column(named: "f8")]
    #expect(mass.unit == "GeV")
    #expect(mass.longName == "mass")
  }

  @Test(arguments: ["chunked", "deflate_shuffle", "one_chunk"])
  func newObjectFormatsAreRead(storage: String) throws {
    let file = try NtupleFile.open(path: Fixture.path("latest.h5"), table: storage)
    for (column, found) in zip(file.columns, try Fixture.read(file, step: 33)) {
      #expect(found == (0..<100).map { Fixture.number($0, column.type) }, "\(column.name)")
    }
  }

  @Test(arguments: [
    "lz4", "lz4_bits", "blosclz", "zlib", "zstd", "lz4hc", "deflate", "plain", "pi+:gen",
  ])
  func pyTablesTablesGiveTheValuesWritten(table: String) throws {
    let file = try NtupleFile.open(path: Fixture.path("tables.h5"), table: table)
    #expect(file.layout == .table)
    let noise = try file.column(named: "noise")
    for step in [1000, 70, 33] {
      let values = try Fixture.read(file, step: step)
      for (index, column) in file.columns.enumerated() {
        let expected = (0..<file.rowCount).map { row in
          index == noise ? Double(Fixture.noise(row)) : Fixture.number(row, column.type)
        }
        #expect(values[index] == expected, "\(column.name)")
      }
    }
  }

  @Test func chunksThatSkipTheFilterAreReadAsTheyAre() throws {
    let file = try NtupleFile.open(path: Fixture.path("tables.h5"), table: "incompressible")
    let values = try Fixture.read(file, step: 300)
    #expect(values == [(0..<300).map { Double(Fixture.noise($0)) }])
  }

  @Test(arguments: ["big_table", "plain_table"])
  func compoundsOfBothByteOrdersAreRead(table: String) throws {
    let file = try NtupleFile.open(path: Fixture.path("layouts.h5"), table: table)
    #expect(file.columns.map(\.name) == ["a", "b", "c", "half"])
    #expect(file.unreadable.map(\.name) == ["vector", "name"])
    #expect(file.unreadable.map(\.reason) == ["found array [3] of float32", "found text"])
    for (column, found) in zip(file.columns, try Fixture.read(file, step: 41)) {
      #expect(found == (0..<100).map { Fixture.number($0, column.type) }, "\(column.name)")
    }
    let cursor = try NtupleCursor(file: file, columns: [2, 0])
    let buffers = cursor.makeBuffers()
    try cursor.read(5..<95, into: buffers)
    #expect(buffers[0].double(at: 1) == Fixture.number(6, .int32))
    #expect(buffers[1].double(at: 89) == Fixture.number(94, .float64))
  }

  @Test func chunksNeverWrittenHoldTheFillValue() throws {
    let file = try NtupleFile.open(path: Fixture.path("layouts.h5"), table: "holes")
    let expected = (0..<100).map { 30..<60 ~= $0 ? Fixture.number($0, .float64) : -999 }
    #expect(try Fixture.read(file, step: 100) == [expected])
    #expect(try Fixture.read(file, step: 17) == [expected])
  }

  @Test func zeroRowsAreRead() throws {
    let file = try NtupleFile.open(path: Fixture.path("layouts.h5"), table: "zero")
    #expect(file.rowCount == 0)
    #expect(file.ranges(approximateRows: 10).isEmpty)
    let cursor = try NtupleCursor(file: file, columns: [0, 1])
    try cursor.read(0..<0, into: cursor.makeBuffers())
  }

  @Test func rangesAreWholeChunks() throws {
    let file = try NtupleFile.open(path: Fixture.path("layouts.h5"), table: "deflate")
    #expect(file.ranges(approximateRows: 31) == [0..<60, 60..<100])
    #expect(file.ranges(approximateRows: 1) == [0..<30, 30..<60, 60..<90, 90..<100])
    let contiguous = try NtupleFile.open(path: Fixture.path("layouts.h5"), table: "contiguous")
    #expect(contiguous.ranges(approximateRows: 64) == [0..<64, 64..<100])
  }

  @Test(arguments: ["ntuple_columns.h5", "ntuple_table_blosc.h5", "ntuple_table_zlib.h5"])
  func publishedColumnChecksHold(name: String) throws {
    struct Check: Decodable {
      var dtype: String
      var first: [Double]
      var last: Double
      var min: Double
      var max: Double
      var sum: Double
    }
    struct Checks: Decodable {
      var rows: Int
      var columns: [String: Check]
    }
    let json = try Data(contentsOf: URL(filePath: Fixture.path("columns_2000.json")))
    let checks = try JSONDecoder().decode(Checks.self, from: json)
    let file = try NtupleFile.open(path: Fixture.path(name))
    #expect(file.rowCount == checks.rows)
    #expect(Set(file.columns.map(\.name)) == Set(checks.columns.keys))
    let values = try Fixture.read(file, step: 999)
    for (column, found) in zip(file.columns, values) {
      guard let check = checks.columns[column.name] else { continue }
      let type: ColumnType =
        check.dtype == "<f4" ? .float32 : check.dtype == "<f8" ? .float64 : .int32
      #expect(column.type == type)
      #expect(Array(found.prefix(3)) == check.first, "\(column.name)")
      #expect(found.last == check.last && found.min() == check.min && found.max() == check.max)
      // numpy sums pairwise: another order of 2,000 roundings.
      let sum = found.reduce(0, +)
      let scale = found.reduce(0) { $0 + $1.magnitude }
      #expect((sum - check.sum).magnitude <= 2000 * scale.ulp, "\(column.name)")
    }
  }

  @Test func severalCursorsReadTheSameFileAtOnce() async throws {
    let file = try NtupleFile.open(path: Fixture.path("ntuple_table_blosc.h5"))
    let whole = try Fixture.read(file, step: 2000)
    await withTaskGroup(of: Bool.self) { group in
      for step in [61, 100, 348, 701] {
        group.addTask { (try? Fixture.read(file, step: step)) == whole }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }

  @Test(.enabled(if: Fixture.data != nil, "NIGHTJAR_TEST_DATA is not set"))
  func bothLayoutsOfRealEventsAgree() throws {
    let folder = (Fixture.data ?? "") + "/data/dimuon/"
    let columns = try NtupleFile.open(path: folder + "MuRun2010B_0.h5")
    let table = try NtupleFile.open(path: folder + "MuRun2010B_0_pytables.h5")
    #expect(columns.table == "/events" && table.table == "/dimuon")
    #expect(columns.rowCount == 10_000 && table.rowCount == 10_000)
    let first = try Fixture.read(columns, step: 4096)
    let second = try Fixture.read(table, step: 3000)
    for (index, column) in columns.columns.enumerated() {
      let twin = try table.column(named: column.name)
      #expect(table.columns[twin].type == column.type)
      #expect(first[index] == second[twin], "\(column.name)")
    }
  }
}
