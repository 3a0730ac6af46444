import Columns
import PipelineSpec
import Settings

/// Weights of the rows of a piece: the weight expression times the values of all tables.
///
/// Beside it, for each systematic, the same with its tables moved up by their errors.
final class CandidateWeights {
  /// Where the coordinates of a correction are, shape [factors][axes].
  typealias Coordinates = [[UnsafeMutablePointer<Double>]]

  private let corrections: [LookupTable]
  private let weight = ColumnBuffer(type: .float64)
  private let shifted: [ColumnBuffer]
  private let bins = ColumnBuffer(type: .int32)

  init(_ corrections: [Named<CorrectionSettings>]) {
    let systematics = corrections.systematics
    self.corrections = corrections.map { LookupTable($0, systematics: systematics) }
    shifted = systematics.map { _ in ColumnBuffer(type: .float64) }
  }

  /// The weights, shape [rows of the last piece].
  var weights: UnsafeMutablePointer<Double> {
    weight.bytes.assumingMemoryBound(to: Double.self)
  }

  /// The weights with the tables of each systematic moved up, shape [systematics][rows].
  var shiftedWeights: [UnsafeMutablePointer<Double>] {
    shifted.map { $0.bytes.assumingMemoryBound(to: Double.self) }
  }

  /// Computes the weights of a piece.
  ///
  /// - Parameters:
  ///   - count: Number of rows.
  ///   - expression: The weight expression's values; nil: one.
  ///   - coordinates: For each correction its coordinates, shape [corrections][factors][axes].
  /// - Returns: The first row outside a table whose correction allows none, or nil.
  func evaluate(
    _ count: Int, expression: UnsafeMutablePointer<Double>?, coordinates: [Coordinates]
  ) -> (row: Int, correction: Int)? {
    for buffer in [weight, bins] + shifted { buffer.resize(to: count) }
    let weights = self.weights
    if let expression {
      weights.update(from: expression, count: count)
    } else {
      weights.update(repeating: 1, count: count)
    }
    let others = shiftedWeights
    for other in others { other.update(from: weights, count: count) }
    let cells = bins.bytes.assumingMemoryBound(to: Int32.self)
    var outside: (row: Int, correction: Int)?
    for (index, table) in corrections.enumerated() {
      for factor in coordinates[index] {
        if let row = table.find(factor, count, cells), row < outside?.row ?? .max {
          outside = (row, index)
        }
        table.multiply(weights, by: cells, count, moved: false)
        for (systematic, other) in others.enumerated() {
          table.multiply(other, by: cells, count, moved: systematic == table.systematic)
        }
      }
    }
    return outside
  }
}

/// A binned table laid out for looking rows up.
private struct LookupTable {
  let edges: [[Double]]
  /// Values and, as the last one, what holds outside.
  let values: [Double]
  /// The same moved up by the errors.
  let moved: [Double]
  let outside: CorrectionSettings.Outside
  /// Position among the systematics; nil: its errors move nothing.
  let systematic: Int?

  init(_ correction: Named<CorrectionSettings>, systematics: [String]) {
    guard let table = correction.value.table else {
      preconditionFailure("a checked pipeline has read its tables")
    }
    edges = table.edges
    values = table.values + [1]
    moved = zip(table.values, table.errors).map { $0 + $1 } + [1]
    outside = correction.value.outside
    systematic = correction.value.systematic.flatMap { systematics.firstIndex(of: $0) }
  }

  /// Finds the bin of each row; returns the first row outside where that is an error.
  func find(
    _ coordinates: [UnsafeMutablePointer<Double>], _ count: Int,
    _ cells: UnsafeMutablePointer<Int32>
  ) -> Int? {
    let none = Int32(values.count - 1)
    for row in 0..<count { cells[row] = 0 }
    var failed: Int?
    for (axis, x) in coordinates.enumerated() {
      let bins = Int32(edges[axis].count - 1)
      let isClamped = outside == .nearest
      edges[axis].withUnsafeBufferPointer { edges in
        let low = edges[0]
        let high = edges[edges.count - 1]
        for row in 0..<count {
          let value = x[row]
          let isInside = value >= low && value <= high
          if isInside || (isClamped && !value.isNaN) {
            if cells[row] != none { cells[row] = cells[row] * bins + Self.bin(value, edges) }
          } else {
            cells[row] = none
            failed = min(failed ?? row, row)
          }
        }
      }
    }
    return outside == .one ? nil : failed
  }

  /// The bin that holds a value, the nearest one for a value outside.
  @inline(__always)
  private static func bin(_ value: Double, _ edges: UnsafeBufferPointer<Double>) -> Int32 {
    var first = 0
    var length = edges.count - 1
    while length > 1 {
      let half = length >> 1
      first = value >= edges[first + half] ? first + half : first
      length -= half
    }
    return Int32(truncatingIfNeeded: first)
  }

  func multiply(
    _ weights: UnsafeMutablePointer<Double>, by cells: UnsafeMutablePointer<Int32>, _ count: Int,
    moved isMoved: Bool
  ) {
    (isMoved ? moved : values).withUnsafeBufferPointer { factors in
      for row in 0..<count { weights[row] *= factors[Int(cells[row])] }
    }
  }
}
