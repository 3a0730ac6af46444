import Columns

/// One readable column of a tree or RNTuple.
package struct ROOTColumn: Sendable, Equatable {
  /// Name: branches inside each other joined with ".", elements of fixed arrays as "x[0]".
  package var name: String
  /// Type of the values in memory.
  package var type: ColumnType
  /// Whether a row holds a list of values.
  package var isList: Bool
  /// Title as written; often empty.
  package var title: String

  /// Describes a column.
  package init(name: String, type: ColumnType, isList: Bool = false, title: String = "") {
    self.name = name
    self.type = type
    self.isList = isList
    self.title = title
  }
}
