import Columns
import Foundation
import Platform
import ROOTFiles
import TestSupport
import Testing

/// Public files and a table of the project, against what uproot 5.7 and NumPy have for them.
@Suite(.enabled(if: RNTupleFixture.data != nil, "NIGHTJAR_TEST_DATA is not set"))
struct RNTupleReferenceTests {
  @Test func publicFilesAreReadAsUprootDoes() throws {
    let folder = (RNTupleFixture.data ?? "") + "/data/"
    let json = try Data(contentsOf: URL(filePath: folder + "root_expected.json"))
    let all = try JSONDecoder().decode([String: UprootFile].self, from: json)
    var compared = 0
    for (name, file) in all where name.contains("rntuple") {
      let ntuple = try RNTupleFixture.open(folder + name)
      let found = try RNTupleFixture.read(ntuple)
      #expect(ntuple.rowCount == file.keys[0].entries)
      for (column, expected) in file.keys[0].branches ?? [:] where expected.type != "" {
        guard let sum = expected.sum else {
          #expect(ntuple.unreadable.contains { $0.name == column }, "\(name): \(column)")
          continue
        }
        let values = found[column]?.values ?? []
        let scale = values.reduce(0) { $0 + abs($1) }
        #expect(values.count == expected.n, "\(name): \(column)")
        #expect(values.first == expected.first, "\(name): \(column)")
        #expect(values.last == expected.last, "\(name): \(column)")
        #expect(values.min() == expected.min, "\(name): \(column)")
        #expect(values.max() == expected.max, "\(name): \(column)")
        // The order of the sums differs.
        #expect(abs(values.reduce(0, +) - sum) <= 1e-12 * scale, "\(name): \(column)")
        compared += 1
      }
    }
    #expect(compared >= 40)
  }

  @Test(arguments: [
    "Run2012BC_DoubleMuParked_Muons_1000evts", "ntpl001_staff", "test_int_5e4", "test_split_3e4",
  ])
  func blocksEqualTheWhole(_ name: String) throws {
    let path = (RNTupleFixture.data ?? "") + "/data/root/\(name)_rntuple_v1-0-0-0.root"
    let ntuple = try RNTupleFixture.open(path)
    let whole = try RNTupleFixture.read(ntuple)
    #expect(try RNTupleFixture.read(ntuple, step: 1 + ntuple.rowCount / 77) == whole)
  }

  @Test func tableOfTheProjectHasTheSameBytes() throws {
    struct Reference: Decodable {
      struct Column: Decodable {
        var dtype: String
        var sha256: String
      }
      var rows: Int
      var columns: [String: Column]
    }
    let folder = (RNTupleFixture.data ?? "") + "/peers/"
    let expected = try JSONDecoder().decode(
      Reference.self,
      from: try Data(contentsOf: URL(filePath: folder + "reference/columns_2000.json")))
    let ntuple = try RNTupleFixture.open(folder + "fixtures/ntuple_rntuple.root")
    #expect(ntuple.rowCount == expected.rows)
    let columns = Array(ntuple.columns.indices)
    let cursor = try RNTupleCursor(ntuple, columns: columns)
    let (buffers, offsets) = RNTupleFixture.buffers(ntuple, columns)
    try cursor.read(0..<ntuple.rowCount, into: buffers, offsets: offsets)
    #expect(ntuple.columns.count == expected.columns.count)
    for (column, buffer) in zip(ntuple.columns, buffers) {
      let digest = SHA256Digest.of(
        UnsafeRawBufferPointer(
          start: buffer.bytes, count: buffer.count * buffer.type.byteCount))
      #expect(digest.description == expected.columns[column.name]?.sha256, "\(column.name)")
    }
  }
}
