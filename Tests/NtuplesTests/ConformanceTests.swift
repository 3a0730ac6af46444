import Columns
import Foundation
import HDF5Files
import Ntuples
import Testing

/// Files of the HDF5 Group, jHDF, PyTables and h5py, against what h5py 3.16 reads in them.
@Suite(.enabled(if: Fixture.data != nil, "NIGHTJAR_TEST_DATA is not set")) struct ConformanceTests {
  struct Field: Decodable {
    var n: Int?
    var sum: Double?
    var min: Double?
    var max: Double?

    private enum Key: String, CodingKey { case n, sum, min, max }

    /// Members that are not numbers stand as the text of their type.
    init(from decoder: any Decoder) throws {
      let single = try decoder.singleValueContainer()
      if (try? single.decode(String.self)) != nil { return }
      let values = try decoder.container(keyedBy: Key.self)
      n = try values.decodeIfPresent(Int.self, forKey: .n)
      sum = try values.decodeIfPresent(Double.self, forKey: .sum)
      min = try values.decodeIfPresent(Double.self, forKey: .min)
      max = try values.decodeIfPresent(Double.self, forKey: .max)
    }
  }
  struct Dataset: Decodable {
    var shape: [Int]?
    var n: Int?
    var sum: Double?
    var min: Double?
    var max: Double?
    var nonfinite: Int?
    var fields: [String: Field]?
  }
  struct File: Decodable {
    var datasets: [String: Dataset]?
    var open_error: String?
  }

  /// What one file gave.
  struct Outcome {
    var compared = 0
    var refused: [String] = []
    var wrong: [String] = []
  }

  @Test func everyFileIsReadRightOrNamed() throws {
    let folder = (Fixture.data ?? "") + "/data/"
    let json = try Data(contentsOf: URL(filePath: folder + "hdf5_expected.json"))
    let expected = try JSONDecoder().decode([String: File].self, from: json)
    var compared = 0
    var refused: [String] = []
    for (name, file) in expected.sorted(by: { $0.key < $1.key }) {
      let outcome = check(folder + name, file)
      compared += outcome.compared
      refused += outcome.refused
      #expect(outcome.wrong.isEmpty, "\(name): \(outcome.wrong)")
    }
    // Columns and datasets of numbers that both can read; what libhdf5 1.10 cannot is refused by name.
    #expect(compared >= 680, "\(compared) compared; refused: \(refused)")
  }

  private func check(_ path: String, _ expected: File) -> Outcome {
    var outcome = Outcome()
    do throws(HDF5Error) {
      let file = try HDF5File(path: path)
      let objects = try file.walk()
      for object in objects where object.kind == .dataset {
        // Every attribute is read or described.
        do throws(HDF5Error) {
          for name in try file.attributeNames(object.path) {
            _ = try file.attribute(object.path, name)
          }
        } catch {
          outcome.refused.append(error.description)
        }
      }
      for (path, dataset) in (expected.datasets ?? [:]).sorted(by: { $0.key < $1.key }) {
        do throws(HDF5Error) {
          try compare(try file.dataset(path), dataset, &outcome)
        } catch {
          outcome.refused.append(error.description)
        }
      }
      outcome.refused += tryAsNtuple(path)
    } catch {
      outcome.refused.append(error.description)
    }
    return outcome
  }

  private func compare(
    _ dataset: HDF5Dataset, _ expected: Dataset, _ outcome: inout Outcome
  ) throws(HDF5Error) {
    let name = "\(dataset.file.name):\(dataset.path)"
    if let shape = expected.shape, shape != dataset.shape, dataset.count != 0 {
      outcome.wrong.append("\(name): shape \(dataset.shape), expected \(shape)")
    }
    switch dataset.type {
    case .number:
      guard let n = expected.n, expected.nonfinite == nil else { return }
      let values = try dataset.doubles()
      if values.count != n { outcome.wrong.append("\(name): \(values.count) values") }
      if let fault = fault(values, expected.sum, expected.min, expected.max) {
        outcome.wrong.append("\(name): \(fault)")
      }
      outcome.compared += 1
    case .compound:
      guard dataset.shape.count == 1, let fields = expected.fields else { return }
      try compareFields(dataset, fields, &outcome)
    case .text:
      _ = try dataset.strings()
    default: break
    }
  }

  private func compareFields(
    _ dataset: HDF5Dataset, _ expected: [String: Field], _ outcome: inout Outcome
  ) throws(HDF5Error) {
    let name = "\(dataset.file.name):\(dataset.path)"
    do throws(NtupleError) {
      let file = try NtupleFile.open(path: dataset.file.name, table: dataset.path)
      let cursor = try NtupleCursor(file: file, columns: Array(file.columns.indices))
      let buffers = cursor.makeBuffers()
      try cursor.read(0..<file.rowCount, into: buffers)
      for (column, buffer) in zip(file.columns, buffers) {
        guard let field = expected[column.name], field.n == buffer.count else { continue }
        let values = (0..<buffer.count).map { buffer.double(at: $0) }
        if let fault = fault(values, field.sum, field.min, field.max) {
          outcome.wrong.append("\(name).\(column.name): \(fault)")
        }
        outcome.compared += 1
      }
    } catch {
      outcome.refused.append(error.description)
    }
  }

  /// Extremes are exact; a sum may differ by the order of its roundings.
  private func fault(_ values: [Double], _ sum: Double?, _ low: Double?, _ high: Double?) -> String?
  {
    let finite = values.filter(\.isFinite)
    if let low, finite.min() != low { return "minimum \(finite.min() ?? 0), expected \(low)" }
    if let high, finite.max() != high { return "maximum \(finite.max() ?? 0), expected \(high)" }
    guard let sum else { return nil }
    let found = finite.reduce(0, +)
    let scale = finite.reduce(0) { $0 + $1.magnitude }
    // The reference adds float32 values in float32.
    let close = (found - sum).magnitude <= max(1e-4 * scale, Double(finite.count) * scale.ulp)
    return close ? nil : "sum \(found), expected \(sum)"
  }

  /// Opening as an ntuple reads all rows or gives a named error.
  private func tryAsNtuple(_ path: String) -> [String] {
    do throws(NtupleError) {
      let file = try NtupleFile.open(path: path)
      let cursor = try NtupleCursor(file: file, columns: Array(file.columns.indices))
      try cursor.read(0..<min(file.rowCount, 100_000), into: cursor.makeBuffers())
      return []
    } catch {
      return [error.description]
    }
  }
}
