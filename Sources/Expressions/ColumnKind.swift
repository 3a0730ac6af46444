/// The storage type of one input column; the raw values are those of `Columns.ColumnType`.
public enum ColumnKind: String, Sendable, CaseIterable {
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
}

/// The type of an expression: a number (double precision) or a truth value.
public enum ValueType: String, Sendable {
  case number, boolean
}
