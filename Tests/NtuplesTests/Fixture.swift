import Columns
import Glibc
import Ntuples

/// Files of the tests and the formulas of their values.
enum Fixture {
  static func path(_ name: String, file: String = #filePath) -> String {
    file.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Fixtures/" + name
  }

  /// Folder with the large public files, if there is one.
  static var data: String? { getenv("NIGHTJAR_TEST_DATA").map { String(cString: $0) } }

  /// What `make_fixtures.py` calls number(i).
  static func number(_ row: Int, _ type: ColumnType) -> Double {
    let value = 7 * row % 101
    return switch type {
    case .bool: row % 3 == 0 ? 1 : 0
    case .uint8, .uint16, .uint32, .uint64: Double(value)
    case .float32, .float64: Double(value - 50) * 0.25
    default: Double(value - 50)
    }
  }

  /// What `make_fixtures.py` calls noise(i): splitmix64.
  static func noise(_ row: Int) -> UInt64 {
    var z = (UInt64(row) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// All columns read in blocks of `step` rows, widened to double.
  static func read(_ file: NtupleFile, step: Int) throws -> [[Double]] {
    let cursor = try NtupleCursor(file: file, columns: Array(file.columns.indices))
    let buffers = cursor.makeBuffers()
    var values = [[Double]](repeating: [], count: buffers.count)
    for start in stride(from: 0, to: file.rowCount, by: step) {
      let rows = start..<min(file.rowCount, start + step)
      try cursor.read(rows, into: buffers)
      for (index, buffer) in buffers.enumerated() {
        values[index] += (0..<rows.count).map { buffer.double(at: $0) }
      }
    }
    return values
  }
}
