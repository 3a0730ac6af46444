import Columns

/// A Swift type that HDF5 datasets hold element by element.
public protocol HDF5Element: BitwiseCopyable, Sendable {
  /// How the element lies in memory.
  static var number: ColumnType { get }
}

extension Int8: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .int8 }
}
extension Int16: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .int16 }
}
extension Int32: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .int32 }
}
extension Int64: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .int64 }
}
extension UInt8: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .uint8 }
}
extension UInt16: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .uint16 }
}
extension UInt32: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .uint32 }
}
extension UInt64: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .uint64 }
}
extension Float: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .float32 }
}
extension Double: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .float64 }
}
extension Bool: HDF5Element {
  /// How the element lies in memory.
  public static var number: ColumnType { .bool }
}
