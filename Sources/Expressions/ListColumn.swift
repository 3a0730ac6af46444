/// A column with a list a row, in memory: all elements behind one another, cut by offsets.
///
/// Row r of a block holds the elements offsets[r] - offsets[0] up to, not including, offsets[r + 1]
/// - offsets[0] of `values`, so that offsets may be those of a whole file.
public struct ListColumn {
  /// The element of `offsets[0]`, then all others of the block, of the column's storage type.
  public var values: UnsafeRawPointer
  /// Where rows start, ascending, shape [rows + 1].
  public var offsets: UnsafePointer<Int64>

  /// Creates a column from the addresses of its elements and offsets.
  public init(values: UnsafeRawPointer, offsets: UnsafePointer<Int64>) {
    self.values = values
    self.offsets = offsets
  }

  /// The same from a later row on, for elements of so many bytes.
  func advanced(by rows: Int, elementBytes: Int) -> ListColumn {
    let elements = Int(offsets[rows] - offsets[0])
    return ListColumn(values: values + elements * elementBytes, offsets: offsets + rows)
  }
}

/// Two lists that meet in one expression differ in their number of elements.
public struct ListMismatch: Error, Equatable, Sendable, CustomStringConvertible {
  /// Names of the two columns.
  public var first, second: String
  /// The first such row, from 0 within the block.
  public var row: Int
  /// Numbers of elements of the two in that row.
  public var firstCount, secondCount: Int

  /// Creates the error from the columns, the row and the numbers of elements.
  public init(first: String, second: String, row: Int, firstCount: Int, secondCount: Int) {
    self.first = first
    self.second = second
    self.row = row
    self.firstCount = firstCount
    self.secondCount = secondCount
  }

  /// What is wrong and the remedy.
  public var description: String {
    "row \(row): lists '\(first)' and '\(second)' have \(firstCount) and \(secondCount) elements; "
      + "only lists of equal length meet in one expression; reduce one of them first"
  }
}
