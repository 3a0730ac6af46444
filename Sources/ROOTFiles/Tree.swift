import Columns

/// A TTree or TNtuple: its branches of numbers as columns, and where their baskets lie.
package final class Tree: Sendable {
  /// The file.
  package let file: ROOTFile
  /// Name for messages: `file:/path`.
  package let place: String
  /// Number of rows.
  package let rowCount: Int
  /// Readable columns in the order of the tree.
  package let columns: [ROOTColumn]
  /// What cannot be read, with the reason.
  package let unreadable: [(name: String, reason: String)]

  let branches: [TreeBranch]
  let sources: [TreeColumnSource]
  /// Text and whole objects, where the tree has one row.
  let texts: [TreeText]

  /// Reads the description of a tree.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - key: The key of the tree.
  ///   - path: Folders and name, for messages.
  /// - Throws: `damaged`, `unsupported`, `tooLarge`, `truncated`.
  package init(_ file: ROOTFile, key: ROOTKey, path: String) throws(ROOTError) {
    self.file = file
    place = "\(file.path):/\(path)"
    let bytes = try file.object(key, place: place)
    let layouts = ClassLayouts(file)
    var reader = ObjectReader(
      ByteCursor(bytes, place: place), headerByteCount: key.headerByteCount, layouts: layouts)
    let object = try reader.object(key.className)
    guard let rows = object.integer("fEntries"), rows >= 0, rows <= ROOTTable.mostRows else {
      throw .damaged(place: place, what: "the number of rows is missing or out of range")
    }
    var builder = TreeBuilder(layouts: layouts, rowCount: rows, place: place)
    for branch in object.list("fBranches") {
      if let branch { builder.add(branch, prefix: "", parent: "", depth: 0) }
    }
    builder.linkCounts()
    for friend in object.object("fFriends")?.list("items") ?? [] {
      builder.unreadable.append(
        (
          friend?.text("name") ?? "friend",
          "a friend tree; join the rows before, or read it on its own"
        ))
    }
    rowCount = rows
    branches = builder.branches
    sources = builder.columns
    texts = builder.texts
    columns = sources.map(\.column)
    unreadable = builder.unreadable
  }

  /// Longest common block that is looked for.
  private static let mostRows = 1 << 18

  /// Rows after which a basket of every branch begins, where writers flushed all together; else those
  /// of the largest first basket.
  package var typicalBasketRows: Int {
    let own = branches.filter { $0.basketCount > 0 }
    guard let first = own.first else { return rowCount }
    for basket in 1...first.basketCount {
      let row = first.firstRow(basket)
      if row > Self.mostRows { break }
      let isCommon = own.allSatisfy { branch in
        row == branch.rowCount || branch.firstRow(branch.basket(holding: row)) == row
      }
      if row > 0, isCommon { return row }
    }
    return own.map { $0.firstRow(1) }.max() ?? rowCount
  }
}

/// Where a column lies inside the entries of its branch.
struct TreeColumnSource: Sendable {
  /// How entries of the branch are laid out.
  enum Shape: Sendable, Equatable {
    /// Every entry has the same length; the value lies at an offset.
    case fixed(entryBytes: Int, offset: Int)
    /// Lists without headers: element `index` of each `inner`.
    case counted(inner: Int, index: Int)
    /// Lists behind a header of so many bytes in each entry.
    case headed(byteCount: Int)
  }

  var column: ROOTColumn
  var branch: Int
  var number: StoredNumber
  var shape: Shape
  /// Column that holds the lengths of lists, for baskets without offsets.
  var counts: Int?
}

/// The baskets of one branch.
struct TreeBranch: Sendable {
  /// Rows that lie inside the tree's own record.
  struct Embedded: Sendable {
    var rows: Int
    var data: StreamedArray
    var offsets: StreamedArray?
    var headerByteCount: Int
  }

  /// Name for messages: `file:/tree/branch`.
  var place: String
  var name: String
  /// Bytes, first rows and file offsets of the baskets on disk, shape [baskets] or longer.
  var bytes: StreamedArray?
  var firstRows: StreamedArray?
  var seeks: StreamedArray?
  /// Baskets on disk.
  var written: Int
  var embedded: [Embedded]
  /// Rows of the baskets on disk.
  var writtenRows: Int
  /// Rows of all baskets.
  var rowCount: Int

  /// Number of baskets.
  var basketCount: Int { written + embedded.count }

  /// First row of a basket; the number of rows for the one behind the last.
  func firstRow(_ basket: Int) -> Int {
    if basket < written, let firstRows { return firstRows[basket] }
    return embedded.prefix(max(0, basket - written)).reduce(writtenRows) { $0 + $1.rows }
  }

  /// The basket that holds a row.
  func basket(holding row: Int) -> Int {
    if row >= writtenRows {
      var basket = written
      while basket < basketCount, firstRow(basket + 1) <= row { basket += 1 }
      return basket
    }
    guard let firstRows else { return 0 }
    var (low, high) = (0, written)
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstRows[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }
}
