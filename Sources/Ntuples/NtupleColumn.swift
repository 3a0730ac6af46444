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
  /// Whether a row holds a list of values.
  public var isList: Bool

  /// Describes a column.
  public init(
    name: String, type: ColumnType, unit: String? = nil, longName: String? = nil,
    isList: Bool = false
  ) {
    self.isList = isList
    self.name = name
    self.type = type
    self.unit = unit
    self.longName = longName
  }
}
