import Columns

/// A tree or an RNTuple: rows of columns of numbers and lists of numbers.
package enum ROOTTable: Sendable {
  case tree(Tree)
  case rntuple(RNTuple)

  /// Rows at most: more is taken for damage.
  package static let mostRows = 1 << 40

  /// Opens the object of a key.
  ///
  /// - Throws: `damaged`, `unsupported`, `tooLarge`, `truncated`.
  package init(_ file: ROOTFile, entry: ROOTFile.Entry) throws(ROOTError) {
    self =
      entry.key.isRNTuple
      ? .rntuple(try RNTuple(file, key: entry.key, path: "\(file.path):/\(entry.path)"))
      : .tree(try Tree(file, key: entry.key, path: entry.path))
    guard rowCount <= Self.mostRows else {
      throw .damaged(place: "\(file.path):/\(entry.path)", what: "it claims \(rowCount) rows")
    }
  }

  /// Whether it is a TTree or TNtuple.
  package var isTree: Bool {
    switch self {
    case .tree: true
    case .rntuple: false
    }
  }

  /// Readable columns.
  package var columns: [ROOTColumn] {
    switch self {
    case .tree(let tree): tree.columns
    case .rntuple(let ntuple): ntuple.columns
    }
  }

  /// What cannot be read, with the reason.
  package var unreadable: [(name: String, reason: String)] {
    switch self {
    case .tree(let tree): tree.unreadable
    case .rntuple(let ntuple): ntuple.unreadable
    }
  }

  /// Number of rows.
  package var rowCount: Int {
    switch self {
    case .tree(let tree): tree.rowCount
    case .rntuple(let ntuple): ntuple.rowCount
    }
  }

  /// Rows of a usual basket or cluster: blocks of many of them waste little at their ends.
  package var typicalBlockRows: Int {
    let rows =
      switch self {
      case .tree(let tree): tree.typicalBasketRows
      case .rntuple(let ntuple): ntuple.typicalPageRows
      }
    return min(max(1, rows), 1 << 18)
  }

  /// All baskets or pages of some columns: what reading them costs at the least.
  package func storedBlocks(ofColumns columns: [Int]) throws(ROOTError) -> [StoredBlock] {
    switch self {
    case .tree(let tree): try tree.storedBlocks(ofColumns: columns)
    case .rntuple(let ntuple): try ntuple.storedBlocks(ofColumns: columns)
    }
  }
}

/// Reads blocks of rows of some columns of a tree or RNTuple; one a thread.
package enum ROOTTableCursor {
  case tree(TreeCursor)
  case rntuple(RNTupleCursor)

  /// Prepares for reading columns by their index.
  package init(_ table: ROOTTable, columns: [Int]) throws(ROOTError) {
    switch table {
    case .tree(let tree): self = .tree(try TreeCursor(tree, columns: columns))
    case .rntuple(let ntuple): self = .rntuple(try RNTupleCursor(ntuple, columns: columns))
    }
  }

  /// Reads rows, as `TreeCursor.read` says.
  package func read(
    _ rows: Range<Int>, into buffers: [ColumnBuffer], offsets: [ColumnBuffer?]
  ) throws(ROOTError) {
    switch self {
    case .tree(let cursor): try cursor.read(rows, into: buffers, offsets: offsets)
    case .rntuple(let cursor): try cursor.read(rows, into: buffers, offsets: offsets)
    }
  }
}
