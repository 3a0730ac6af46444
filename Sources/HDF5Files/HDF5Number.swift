/// The type of one number as it lies in memory after reading, in native byte order.
///
/// Raw values are the names of `ColumnType`.
public enum HDF5Number: String, Sendable, CaseIterable {
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float32, float64
  /// One byte, zero or one (h5py's enum and PyTables' bit field).
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

/// A Swift type that HDF5 datasets hold element by element.
public protocol HDF5Element: BitwiseCopyable, Sendable {
  /// How the element lies in memory.
  static var number: HDF5Number { get }
}

extension Int8: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .int8 }
}
extension Int16: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .int16 }
}
extension Int32: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .int32 }
}
extension Int64: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .int64 }
}
extension UInt8: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .uint8 }
}
extension UInt16: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .uint16 }
}
extension UInt32: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .uint32 }
}
extension UInt64: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .uint64 }
}
extension Float: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .float32 }
}
extension Double: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .float64 }
}
extension Bool: HDF5Element {
  /// How the element lies in memory.
  public static var number: HDF5Number { .bool }
}
