import Columns

/// Reads blocks of rows of some columns of a tree; one a thread, its buffers are reused.
///
/// The baskets of all columns are fetched in the order of the file, neighbours together, and
/// decompressed once each. A basket that a block covers in part stays decoded for the next block.
package final class TreeCursor {
  private let tree: Tree
  private let columns: [Int]
  private let readers: [BranchReader]
  private let extents: ExtentReader
  private let decompressor = BlockDecompressor()
  private var pieces: [ExtentReader.Piece] = []
  private var targets: [(reader: BranchReader, basket: Int)] = []

  /// Prepares for reading columns by their index in `tree.columns`.
  package init(_ tree: Tree, columns: [Int]) throws(ROOTError) {
    self.tree = tree
    self.columns = columns
    extents = ExtentReader(tree.file.source)
    var slots: [Int: [Int]] = [:]
    var order: [Int] = []
    for (slot, column) in columns.enumerated() {
      let branch = tree.sources[column].branch
      if slots[branch] == nil { order.append(branch) }
      slots[branch, default: []].append(slot)
    }
    var readers: [BranchReader] = []
    for branch in order {
      readers.append(
        try BranchReader(
          tree, branch: branch,
          slots: (slots[branch] ?? []).map { (slot: $0, column: columns[$0]) }))
    }
    self.readers = readers
  }

  /// Reads rows: values behind each other, for lists also where each row's begin.
  ///
  /// - Parameters:
  ///   - rows: Rows of the tree.
  ///   - buffers: One a column, of its type; resized to the number of values.
  ///   - offsets: One a column that is a list (int64, shape [rows + 1]), nil for the others.
  /// - Throws: `outOfRange`, `truncated`, `damaged`, `tooLarge`, `unsupportedCompression`; the buffers
  ///   are undefined then.
  package func read(
    _ rows: Range<Int>, into buffers: [ColumnBuffer], offsets: [ColumnBuffer?]
  ) throws(ROOTError) {
    guard rows.lowerBound >= 0, rows.upperBound <= tree.rowCount else {
      throw .outOfRange(place: tree.place, rows: rows, count: tree.rowCount)
    }
    for (slot, column) in columns.enumerated() {
      let isList = tree.columns[column].isList
      buffers[slot].resize(to: isList || rows.isEmpty ? 0 : rows.count)
      guard let offset = offsets[slot] else { continue }
      offset.resize(to: rows.count + 1)
      offset.bytes.storeBytes(of: 0, as: Int64.self)
    }
    if rows.isEmpty { return }
    let block = RowBlock(rows: rows, buffers: buffers, offsets: offsets)
    pieces.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    for reader in readers {
      let baskets = reader.writtenBaskets(holding: rows)
      for basket in baskets {
        // Lists come in the order of rows: one that is still decoded must be the first.
        if basket == reader.decoded, basket == baskets.lowerBound || !reader.hasLists {
          try reader.use(basket, block)
        } else {
          pieces.append(reader.piece(basket, tag: targets.count))
          targets.append((reader, basket))
        }
      }
    }
    sortPieces()
    try extents.read(pieces, place: tree.place) { (piece, bytes) throws(ROOTError) in
      let (reader, basket) = targets[piece.tag]
      try reader.decode(basket, bytes, decompressor)
      try reader.use(basket, block)
    }
    for reader in readers where reader.hasEmbedded {
      try reader.useEmbedded(block)
    }
  }

  /// File order; where lists are not in file order they keep that of the rows.
  private func sortPieces() {
    pieces.sort { $0.offset < $1.offset }
    for reader in readers { reader.last = -1 }
    for piece in pieces {
      let (reader, basket) = targets[piece.tag]
      if reader.hasLists, basket < reader.last {
        pieces.sort { $0.tag < $1.tag }
        return
      }
      reader.last = basket
    }
  }
}
