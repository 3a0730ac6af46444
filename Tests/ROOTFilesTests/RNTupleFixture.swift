import Columns
import Glibc
import ROOTFiles

/// RNTuples of the tests, and what was read of them as doubles.
enum RNTupleFixture {
  /// One column: its values and, for lists, where each row's values start.
  struct Values: Equatable {
    var values: [Double] = []
    var offsets: [Int] = [0]
    var isList = false

    /// Values of one row.
    subscript(row row: Int) -> [Double] {
      isList ? Array(values[offsets[row]..<offsets[row + 1]]) : [values[row]]
    }
  }

  static let small = [
    "test_1jag_int_float_rntuple_v1-0-0-0.root", "test_bit_rntuple_v1-0-0-0.root",
    "test_float_types_rntuple_v1-0-0-0.root", "test_int_float_rntuple_v1-0-0-0.root",
    "late.root", "late_raw.root", "kinds.root", "kinds_raw.root",
    "uproot_zlib.root", "uproot_lz4.root", "uproot_lzma.root", "uproot_none.root",
  ]

  static func path(_ name: String, file: String = #filePath) -> String {
    file.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Fixtures/" + name
  }

  /// Folder with the large public files, if there is one.
  static var data: String? { getenv("NIGHTJAR_TEST_DATA").map { String(cString: $0) } }

  /// The first RNTuple of a file.
  static func open(_ path: String) throws -> RNTuple {
    let file = try ROOTFile(path: path)
    guard let entry = file.entries.first(where: { $0.key.isRNTuple }) else {
      throw ROOTError.missing(place: path, name: "RNTuple", nearest: nil)
    }
    return try RNTuple(file, key: entry.key, path: "\(path):/\(entry.path)")
  }

  /// Buffers for some columns.
  static func buffers(
    _ ntuple: RNTuple, _ columns: [Int]
  ) -> (values: [ColumnBuffer], offsets: [ColumnBuffer?]) {
    (
      columns.map { ColumnBuffer(type: ntuple.columns[$0].type) },
      columns.map { ntuple.columns[$0].isList ? ColumnBuffer(type: .int64) : nil }
    )
  }

  /// Rows of all columns or some, read in blocks.
  static func read(
    _ ntuple: RNTuple, columns: [Int]? = nil, rows: Range<Int>? = nil, step: Int = .max,
    cursor: RNTupleCursor? = nil
  ) throws -> [String: Values] {
    let columns = columns ?? Array(ntuple.columns.indices)
    let cursor = try cursor ?? RNTupleCursor(ntuple, columns: columns)
    let (buffers, offsets) = buffers(ntuple, columns)
    let rows = rows ?? 0..<ntuple.rowCount
    var result: [String: Values] = [:]
    for column in columns { result[ntuple.columns[column].name] = Values() }
    var row = rows.lowerBound
    while row < rows.upperBound {
      let end = row + min(step, rows.upperBound - row)
      try cursor.read(row..<end, into: buffers, offsets: offsets)
      for (i, column) in columns.enumerated() {
        let name = ntuple.columns[column].name
        var found = result[name] ?? Values()
        let base = found.values.count
        found.values += (0..<buffers[i].count).map { buffers[i].double(at: $0) }
        if let offsets = offsets[i] {
          found.isList = true
          found.offsets += (1..<offsets.count).map { base + Int(offsets.double(at: $0)) }
        }
        result[name] = found
      }
      row = end
    }
    return result
  }
}

/// Numbers from a seed, for tests.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
