import Columns
import Kernels

/// Rows that are read at once, and where they go.
struct RowBlock {
  let rows: Range<Int>
  let buffers: [ColumnBuffer]
  let offsets: [ColumnBuffer?]
}

/// Decodes the baskets of one branch for the columns that lie in it.
final class BranchReader {
  private let branch: TreeBranch
  /// The columns, with their places among the wanted ones.
  private let slots: [(slot: Int, source: TreeColumnSource)]
  /// Reads the lengths of lists, by place, for baskets that do not hold them.
  private var lengthCursors: [Int: (cursor: TreeCursor, buffer: ColumnBuffer)] = [:]
  /// Whether a column is a list: its baskets must come in the order of rows.
  let hasLists: Bool
  /// The basket whose content is in `content`; -1: none.
  private(set) var decoded = -1
  private var decodedRows = 0..<0
  /// The last basket that was sorted in.
  var last = -1
  private var header: Basket.Header?
  private let content = ScratchMemory()

  init(
    _ tree: Tree, branch: Int, slots: [(slot: Int, column: Int)]
  ) throws(ROOTError) {
    self.branch = tree.branches[branch]
    self.slots = slots.map { ($0.slot, tree.sources[$0.column]) }
    hasLists = slots.contains { tree.columns[$0.column].isList }
    for (slot, column) in slots {
      guard let counts = tree.sources[column].counts, !tree.columns[counts].isList else { continue }
      lengthCursors[slot] = (
        try TreeCursor(tree, columns: [counts]), ColumnBuffer(type: tree.columns[counts].type)
      )
    }
  }

  /// Whether rows lie inside the tree's own record.
  var hasEmbedded: Bool { !branch.embedded.isEmpty }

  /// Baskets on disk that hold some of the rows.
  func writtenBaskets(holding rows: Range<Int>) -> Range<Int> {
    if decoded >= 0, decodedRows.lowerBound <= rows.lowerBound,
      rows.upperBound <= decodedRows.upperBound
    {
      return decoded..<(decoded + 1)
    }
    let first = branch.basket(holding: rows.lowerBound)
    guard first < branch.written else { return 0..<0 }
    let last = branch.basket(holding: rows.upperBound - 1)
    return first..<min(branch.written, last + 1)
  }

  /// Where a basket lies in the file.
  func piece(_ basket: Int, tag: Int) -> ExtentReader.Piece {
    guard let seeks = branch.seeks, let bytes = branch.bytes else {
      preconditionFailure("baskets on disk have tables")
    }
    return ExtentReader.Piece(offset: seeks[basket], count: bytes[basket], tag: tag)
  }

  /// Decompresses a basket into the reader's memory.
  func decode(
    _ basket: Int, _ bytes: UnsafeRawBufferPointer, _ decompressor: BlockDecompressor
  ) throws(ROOTError) {
    decoded = -1
    let header = try Basket.Header(bytes, place: branch.place)
    let stored = UnsafeRawBufferPointer(rebasing: bytes[header.headerByteCount...])
    if stored.count == header.contentByteCount {
      content.reserve(stored.count)
      content.first(stored.count).copyMemory(from: stored)
    } else {
      try decompressor.decompress(
        stored, byteCount: header.contentByteCount, into: content, place: branch.place)
    }
    self.header = header
    let first = branch.firstRow(basket)
    decodedRows = first..<max(first, branch.firstRow(basket + 1))
    decoded = basket
  }

  /// Copies the wanted rows of the decoded basket.
  func use(_ basket: Int, _ block: RowBlock) throws(ROOTError) {
    guard let header else { return }
    let bytes = UnsafeRawBufferPointer(content.first(header.contentByteCount))
    try take(Basket(bytes, header: header), basket, block)
  }

  /// Copies the wanted rows that lie inside the tree's own record.
  func useEmbedded(_ block: RowBlock) throws(ROOTError) {
    for basket in branch.written..<branch.basketCount
    where branch.firstRow(basket) < block.rows.upperBound
      && branch.firstRow(basket + 1) > block.rows.lowerBound
    {
      let embedded = branch.embedded[basket - branch.written]
      var failure: ROOTError?
      embedded.data.bytes.withUnsafeBytes { all in
        let data = UnsafeRawBufferPointer(
          rebasing: all[embedded.data.position..<(embedded.data.position + embedded.data.count)])
        // The starts lie in the same bytes, those of the tree's record.
        let starts = embedded.offsets.flatMap { offsets in
          offsets.count >= embedded.rows
            ? all.baseAddress.map { UnsafeRawPointer($0) + offsets.position } : nil
        }
        do throws(ROOTError) {
          try take(
            Basket(
              data: data, rows: embedded.rows, offsets: starts, origin: embedded.headerByteCount),
            basket, block)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
    }
  }

  /// Copies the wanted rows of a basket to all columns that lie in it.
  private func take(_ basket: Basket, _ number: Int, _ block: RowBlock) throws(ROOTError) {
    let first = branch.firstRow(number)
    let count = branch.firstRow(number + 1) - first
    guard basket.rows == count else {
      throw .damaged(
        place: branch.place, what: "a basket holds \(basket.rows) rows, its table says \(count)")
    }
    let part = block.rows.clamped(to: first..<(first + count))
    if part.isEmpty { return }
    let inside = (part.lowerBound - first)..<(part.upperBound - first)
    let row = part.lowerBound - block.rows.lowerBound
    for index in slots.indices {
      let slot = slots[index].slot
      switch slots[index].source.shape {
      case .fixed(let entryBytes, let offset):
        guard basket.data.count == count * entryBytes, let bytes = basket.data.baseAddress else {
          throw .damaged(
            place: branch.place,
            what: "a basket of \(count) rows holds \(basket.data.count) bytes, \(entryBytes) a row")
        }
        let number = slots[index].source.number
        let target = block.buffers[slot].bytes + row * number.type.byteCount
        number.copy(
          bytes + inside.lowerBound * entryBytes + offset, stride: entryBytes,
          count: inside.count, to: target)
        if number.type == .bool { Self.makeBools(target, inside.count) }
      case .counted, .headed:
        guard let offsets = block.offsets[slot] else { continue }
        let lengths =
          basket.offsets == nil ? try lengths(slot, first..<part.upperBound) : nil
        let buffer = block.buffers[slot]
        let before = buffer.count
        try ListBasket(
          basket: basket, source: slots[index].source, rows: inside, place: branch.place
        ).append(to: buffer, offsets: offsets, row: row, lengths: lengths)
        if buffer.type == .bool { Self.makeBools(buffer.bytes + before, buffer.count - before) }
      }
    }
  }

  /// Any byte but zero is true, as C++ reads it.
  private static func makeBools(_ bytes: UnsafeMutableRawPointer, _ count: Int) {
    guard nj_are_bools(bytes, count) == 0 else { return }
    let values = bytes.assumingMemoryBound(to: UInt8.self)
    for index in 0..<count where values[index] > 1 { values[index] = 1 }
  }

  /// Lengths of the lists of rows by the column that counts them.
  private func lengths(_ slot: Int, _ rows: Range<Int>) throws(ROOTError) -> [Int]? {
    guard let (cursor, buffer) = lengthCursors[slot] else { return nil }
    try cursor.read(rows, into: [buffer], offsets: [nil])
    return (0..<buffer.count).map { Int(exactly: buffer.double(at: $0)) ?? -1 }
  }
}
