import Columns
import Ntuples
import Platform

/// What a column's values look like.
///
/// `missing` counts the value -999 (how many ntuples write a missing number); it and NaN enter
/// neither the range nor the mean.
struct ColumnSummary: Sendable, Equatable {
  var values = 0
  var nan = 0
  var missing = 0
  var minimum = Double.infinity
  var maximum = -Double.infinity
  var sum = 0.0

  var mean: Double { values > 0 ? sum / Double(values) : .nan }

  mutating func add(_ other: ColumnSummary) {
    values += other.values
    nan += other.nan
    missing += other.missing
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    sum += other.sum
  }

  mutating func add(_ value: Double) {
    if value.isNaN {
      nan += 1
    } else if value == -999 {
      missing += 1
    } else {
      values += 1
      minimum = value < minimum ? value : minimum
      maximum = value > maximum ? value : maximum
      sum += value
    }
  }

  /// Summarises all values of a buffer.
  static func of(_ buffer: ColumnBuffer) -> ColumnSummary {
    var summary = ColumnSummary()
    forEachValue(of: buffer) { summary.add($0) }
    return summary
  }

  /// Calls `body` with each value widened to double.
  @inline(__always)
  static func forEachValue(of buffer: ColumnBuffer, _ body: (Double) -> Void) {
    let (bytes, count) = (UnsafeRawPointer(buffer.bytes), buffer.count)
    switch buffer.type {
    case .int8: visit(bytes.assumingMemoryBound(to: Int8.self), count, Double.init, body)
    case .int16: visit(bytes.assumingMemoryBound(to: Int16.self), count, Double.init, body)
    case .int32: visit(bytes.assumingMemoryBound(to: Int32.self), count, Double.init, body)
    case .int64: visit(bytes.assumingMemoryBound(to: Int64.self), count, Double.init, body)
    case .uint8: visit(bytes.assumingMemoryBound(to: UInt8.self), count, Double.init, body)
    case .uint16: visit(bytes.assumingMemoryBound(to: UInt16.self), count, Double.init, body)
    case .uint32: visit(bytes.assumingMemoryBound(to: UInt32.self), count, Double.init, body)
    case .uint64: visit(bytes.assumingMemoryBound(to: UInt64.self), count, Double.init, body)
    case .float32: visit(bytes.assumingMemoryBound(to: Float.self), count, Double.init, body)
    case .float64: visit(bytes.assumingMemoryBound(to: Double.self), count, { $0 }, body)
    case .bool:
      visit(bytes.assumingMemoryBound(to: UInt8.self), count, { $0 == 0 ? 0 : 1 }, body)
    }
  }

  @inline(__always)
  private static func visit<T>(
    _ values: UnsafePointer<T>, _ count: Int, _ widen: (T) -> Double, _ body: (Double) -> Void
  ) {
    for index in 0..<count { body(widen(values[index])) }
  }
}

/// Reads whole columns of an ntuple on all cores.
struct ColumnScan {
  let file: NtupleFile
  let pool: WorkerPool
  static let approximateRows = 65_536

  /// Maps the buffers of each row range; results come in the order of rows.
  func map<Result: Sendable>(
    columns: [Int], _ body: @Sendable ([ColumnBuffer]) -> Result
  ) throws -> [Result] {
    let ranges = file.ranges(approximateRows: Self.approximateRows)
    let slots = ResultSlots<Result>(count: ranges.count)
    let readers = try (0..<pool.threads).map { _ in try Reader(file, columns) }
    try pool.forEach(count: ranges.count) { worker, index in
      let reader = readers[worker]
      try reader.cursor.read(ranges[index], into: reader.buffers, offsets: reader.offsets)
      slots.set(index, body(reader.buffers))
    }
    return slots.all
  }

  private final class Reader: @unchecked Sendable {
    let cursor: NtupleCursor
    let buffers: [ColumnBuffer]
    let offsets: [ColumnBuffer?]

    init(_ file: NtupleFile, _ columns: [Int]) throws {
      cursor = try NtupleCursor(file: file, columns: columns)
      buffers = cursor.makeBuffers()
      offsets = cursor.makeOffsets()
    }
  }

  private final class ResultSlots<Value: Sendable>: @unchecked Sendable {
    private let slots: UnsafeMutableBufferPointer<Value?>

    init(count: Int) {
      slots = .allocate(capacity: count)
      slots.initialize(repeating: nil)
    }

    deinit {
      slots.deinitialize()
      slots.deallocate()
    }

    func set(_ index: Int, _ value: Value) { slots[index] = value }

    var all: [Value] { slots.compactMap { $0 } }
  }
}
