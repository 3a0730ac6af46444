import Columns
import Kernels

/// Reads blocks of rows of some columns of a tree; one a thread, its buffers are reused.
///
/// The baskets of all columns are fetched in the order of the file, neighbours together, and
/// decompressed once each. A basket that a block covers in part stays decoded for the next block.
package final class TreeCursor {
  private let tree: Tree
  private let columns: [Int]
  /// Branches that are read, with the columns (places in `columns`) that lie in each.
  private var readers: [BranchReader]
  private let extents: ExtentReader
  private let decompressor = BlockDecompressor()
  private var counts: [Int: TreeCursor] = [:]

  private struct BranchReader {
    var branch: Int
    var slots: [Int]
    var hasLists: Bool
    /// The basket whose content is in `content`; -1: none.
    var decoded = -1
    var header: Basket.Header?
    let content = ReusedBytes()
  }

  /// Prepares for reading columns by their index in `tree.columns`.
  package init(_ tree: Tree, columns: [Int]) throws(ROOTError) {
    self.tree = tree
    self.columns = columns
    extents = ExtentReader(tree.file.source)
    readers = []
    var places: [Int: Int] = [:]
    for (slot, column) in columns.enumerated() {
      let source = tree.sources[column]
      let isList = source.column.isList
      if let place = places[source.branch] {
        readers[place].slots.append(slot)
        readers[place].hasLists = readers[place].hasLists || isList
      } else {
        places[source.branch] = readers.count
        readers.append(BranchReader(branch: source.branch, slots: [slot], hasLists: isList))
      }
      if let count = source.counts, counts[column] == nil, !tree.columns[count].isList {
        counts[column] = try TreeCursor(tree, columns: [count])
      }
    }
  }

  /// Reads rows: values behind each other, for lists also where each row's begin.
  ///
  /// - Parameters:
  ///   - rows: Rows of the tree.
  ///   - buffers: One a column, of its type; resized to the number of values.
  ///   - offsets: One a column that is a list (int64, shape [rows + 1]), nil for the others.
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
    var pieces: [ExtentReader.Piece] = []
    var targets: [(reader: Int, basket: Int)] = []
    for (index, reader) in readers.enumerated() {
      let branch = tree.branches[reader.branch]
      let first = branch.basket(holding: rows.lowerBound)
      if first < branch.written {
        for basket in first..<branch.written where branch.firstRow(basket) < rows.upperBound {
          if basket == reader.decoded {
            try use(index, basket, rows, buffers, offsets)
            continue
          }
          guard let seeks = branch.seeks, let bytes = branch.bytes else { continue }
          pieces.append(
            ExtentReader.Piece(
              offset: seeks[basket], count: bytes[basket], tag: targets.count))
          targets.append((index, basket))
        }
      }
    }
    try order(&pieces, targets)
    try extents.read(pieces, place: tree.place) { (piece, bytes) throws(ROOTError) in
      let (index, basket) = targets[piece.tag]
      try decode(index, basket, bytes)
      try use(index, basket, rows, buffers, offsets)
    }
    for (index, reader) in readers.enumerated() {
      let branch = tree.branches[reader.branch]
      guard !branch.embedded.isEmpty else { continue }
      for basket in branch.written..<branch.basketCount
      where branch.firstRow(basket) < rows.upperBound
        && branch.firstRow(basket + 1) > rows.lowerBound
      {
        try useEmbedded(index, basket, rows, buffers, offsets)
      }
    }
  }

  /// File order; lists whose baskets are not in file order keep that of the rows.
  private func order(
    _ pieces: inout [ExtentReader.Piece], _ targets: [(reader: Int, basket: Int)]
  ) throws(ROOTError) {
    pieces.sort { $0.offset < $1.offset }
    var last = [Int](repeating: -1, count: readers.count)
    for piece in pieces {
      let (index, basket) = targets[piece.tag]
      if readers[index].hasLists, basket < last[index] {
        pieces.sort { $0.tag < $1.tag }
        return
      }
      last[index] = basket
    }
  }

  /// Decompresses a basket into the reader's memory.
  private func decode(
    _ index: Int, _ basket: Int, _ bytes: UnsafeRawBufferPointer
  ) throws(ROOTError) {
    let branch = tree.branches[readers[index].branch]
    let header = try Basket.Header(bytes, place: branch.place)
    readers[index].decoded = -1
    let stored = UnsafeRawBufferPointer(rebasing: bytes[header.headerByteCount...])
    let target = readers[index].content.reserve(header.contentByteCount)
    if stored.count == header.contentByteCount {
      target.copyMemory(from: stored)
    } else {
      try decompressor.decompress(stored, into: target, place: branch.place)
    }
    readers[index].header = header
    readers[index].decoded = basket
  }

  private func use(
    _ index: Int, _ basket: Int, _ rows: Range<Int>, _ buffers: [ColumnBuffer],
    _ offsets: [ColumnBuffer?]
  ) throws(ROOTError) {
    guard let header = readers[index].header else { return }
    let content = UnsafeRawBufferPointer(readers[index].content.used(header.contentByteCount))
    try take(
      Basket(content, header: header), index, basket, rows, buffers, offsets)
  }

  private func useEmbedded(
    _ index: Int, _ basket: Int, _ rows: Range<Int>, _ buffers: [ColumnBuffer],
    _ offsets: [ColumnBuffer?]
  ) throws(ROOTError) {
    let branch = tree.branches[readers[index].branch]
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
          index, basket, rows, buffers, offsets)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Copies the wanted rows of a basket to all columns that lie in it.
  private func take(
    _ basket: Basket, _ index: Int, _ number: Int, _ rows: Range<Int>,
    _ buffers: [ColumnBuffer], _ offsets: [ColumnBuffer?]
  ) throws(ROOTError) {
    let branch = tree.branches[readers[index].branch]
    let first = branch.firstRow(number)
    let count = branch.firstRow(number + 1) - first
    guard basket.rows == count else {
      throw .damaged(
        place: branch.place, what: "a basket holds \(basket.rows) rows, its table says \(count)")
    }
    let part = rows.clamped(to: first..<(first + count))
    if part.isEmpty { return }
    let inside = (part.lowerBound - first)..<(part.upperBound - first)
    for slot in readers[index].slots {
      let source = tree.sources[columns[slot]]
      if case .fixed(let entryBytes, let offset) = source.shape {
        guard basket.data.count == count * entryBytes, let bytes = basket.data.baseAddress else {
          throw .damaged(
            place: branch.place,
            what: "a basket of \(count) rows holds \(basket.data.count) bytes, \(entryBytes) a row")
        }
        source.number.copy(
          bytes + inside.lowerBound * entryBytes + offset, stride: entryBytes, count: inside.count,
          to: buffers[slot].bytes
            + (part.lowerBound - rows.lowerBound) * source.number.type.byteCount)
        try checkBools(source, buffers[slot], branch.place)
      } else if let offsets = offsets[slot] {
        let lists = ListBasket(
          basket: basket, source: source, rows: inside, place: branch.place)
        let lengths =
          basket.offsets == nil ? try lengths(columns[slot], first..<part.upperBound) : nil
        try lists.append(
          to: buffers[slot], offsets: offsets, row: part.lowerBound - rows.lowerBound,
          lengths: lengths)
        try checkBools(source, buffers[slot], branch.place)
      }
    }
  }

  private func checkBools(
    _ source: TreeColumnSource, _ buffer: ColumnBuffer, _ place: String
  ) throws(ROOTError) {
    guard source.number.type == .bool, nj_are_bools(buffer.bytes, buffer.count) == 0 else { return }
    // Any byte but zero is true, as C++ reads it.
    let bytes = buffer.bytes.assumingMemoryBound(to: UInt8.self)
    for index in 0..<buffer.count where bytes[index] > 1 { bytes[index] = 1 }
  }

  /// Lengths of the lists of rows by the column that counts them.
  private func lengths(_ column: Int, _ rows: Range<Int>) throws(ROOTError) -> [Int]? {
    guard let cursor = counts[column], let count = tree.sources[column].counts else { return nil }
    let buffer = ColumnBuffer(type: tree.columns[count].type)
    try cursor.read(rows, into: [buffer], offsets: [nil])
    return (0..<buffer.count).map { Int(exactly: buffer.double(at: $0)) ?? -1 }
  }
}

/// Memory that grows and is reused.
final class ReusedBytes {
  private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 64)

  deinit { bytes.deallocate() }

  /// Makes room; what was there is lost when it grows.
  func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if count > bytes.count {
      bytes.deallocate()
      bytes = .allocate(byteCount: (count + 63) & ~63, alignment: 64)
    }
    return used(count)
  }

  /// The first bytes.
  func used(_ count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
  }
}
