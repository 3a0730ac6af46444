import Columns
import HDF5Files

/// One column of an ntuple file.
public struct NtupleColumn: Equatable, Sendable {
  /// Name as written in the file.
  public var name: String
  /// Type of the values after reading.
  public var type: ColumnType
  /// Attribute `units`, where there is one.
  public var unit: String?
  /// Attribute `long_name`, where there is one.
  public var longName: String?

  /// Describes a column.
  public init(name: String, type: ColumnType, unit: String? = nil, longName: String? = nil) {
    self.name = name
    self.type = type
    self.unit = unit
    self.longName = longName
  }
}

extension ColumnType {
  /// The column type of a number in an HDF5 file.
  public init(_ number: HDF5Number) {
    self =
      switch number {
      case .int8: .int8
      case .int16: .int16
      case .int32: .int32
      case .int64: .int64
      case .uint8: .uint8
      case .uint16: .uint16
      case .uint32: .uint32
      case .uint64: .uint64
      case .float32: .float32
      case .float64: .float64
      case .bool: .bool
      }
  }
}

extension HDF5Number {
  /// How a column of this type is stored in an HDF5 file.
  public init(_ type: ColumnType) {
    self =
      switch type {
      case .int8: .int8
      case .int16: .int16
      case .int32: .int32
      case .int64: .int64
      case .uint8: .uint8
      case .uint16: .uint16
      case .uint32: .uint32
      case .uint64: .uint64
      case .float32: .float32
      case .float64: .float64
      case .bool: .bool
      }
  }
}
