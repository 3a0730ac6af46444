/// Contiguous values of one column, 64-byte aligned, reused from block to block.
///
/// One owner at a time: a worker fills it, evaluates from it and refills it. The memory behind
/// `count` values is padded to a multiple of 64 bytes and zero there after `resize`.
public final class ColumnBuffer: @unchecked Sendable {
  /// Type of the values.
  public let type: ColumnType
  /// Number of values in use.
  public private(set) var count = 0
  /// The values; valid until the next `resize` or `reserve`.
  public private(set) var bytes: UnsafeMutableRawPointer
  private var capacity: Int

  /// Creates an empty buffer for values of one type.
  public init(type: ColumnType, capacity: Int = 0) {
    self.type = type
    self.capacity = Self.padded(capacity * type.byteCount)
    self.bytes = .allocate(byteCount: self.capacity, alignment: 64)
  }

  deinit { bytes.deallocate() }

  private static func padded(_ byteCount: Int) -> Int { max(64, (byteCount + 63) & ~63) }

  /// Sets the number of values; keeps what was there up to the smaller count.
  public func resize(to newCount: Int) {
    let used = newCount * type.byteCount
    let needed = Self.padded(used)
    if needed > capacity {
      let grown = max(needed, Self.padded(capacity + capacity / 2))
      let fresh = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 64)
      fresh.copyMemory(from: bytes, byteCount: min(used, count * type.byteCount))
      bytes.deallocate()
      bytes = fresh
      capacity = grown
    }
    (bytes + used).initializeMemory(as: UInt8.self, repeating: 0, count: needed - used)
    count = newCount
  }

  /// The values as doubles' storage; only for `float64` columns.
  public var doubles: UnsafeMutableBufferPointer<Double> {
    precondition(type == .float64)
    return UnsafeMutableBufferPointer(
      start: bytes.assumingMemoryBound(to: Double.self), count: count)
  }

  /// Returns one value widened to double, for listings and tests, not for hot loops.
  ///
  /// A bool is 0 or 1.
  public func double(at index: Int) -> Double {
    precondition(index >= 0 && index < count)
    return switch type {
    case .int8: Double(bytes.load(fromByteOffset: index, as: Int8.self))
    case .int16: Double(bytes.load(fromByteOffset: index * 2, as: Int16.self))
    case .int32: Double(bytes.load(fromByteOffset: index * 4, as: Int32.self))
    case .int64: Double(bytes.load(fromByteOffset: index * 8, as: Int64.self))
    case .uint8: Double(bytes.load(fromByteOffset: index, as: UInt8.self))
    case .uint16: Double(bytes.load(fromByteOffset: index * 2, as: UInt16.self))
    case .uint32: Double(bytes.load(fromByteOffset: index * 4, as: UInt32.self))
    case .uint64: Double(bytes.load(fromByteOffset: index * 8, as: UInt64.self))
    case .float32: Double(bytes.load(fromByteOffset: index * 4, as: Float.self))
    case .float64: bytes.load(fromByteOffset: index * 8, as: Double.self)
    case .bool: bytes.load(fromByteOffset: index, as: UInt8.self) == 0 ? 0 : 1
    }
  }
}
