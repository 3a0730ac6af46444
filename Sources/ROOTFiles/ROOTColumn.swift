import Columns

/// One readable column of a tree or RNTuple.
package struct ROOTColumn: Sendable, Equatable {
  /// Name, with the members of records and the indices of arrays: "hits.x", "p[2]".
  package let name: String
  /// Type of one value in memory.
  package let type: ColumnType
  /// Whether a row holds a list of values instead of one.
  package let isList: Bool
  /// What the writer says about it.
  package let title: String

  /// Describes a column.
  package init(name: String, type: ColumnType, isList: Bool, title: String) {
    self.name = name
    self.type = type
    self.isList = isList
    self.title = title
  }
}
