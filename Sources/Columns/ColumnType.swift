/// The type of one value of a column as it lies in memory (native byte order).
public enum ColumnType: String, Sendable, CaseIterable {
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float32, float64
  /// One byte, zero or one.
  case bool

  /// Size of one value in bytes.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Whether values are whole numbers (`bool` is not).
  public var isInteger: Bool {
    switch self {
    case .float32, .float64, .bool: false
    default: true
    }
  }
}
