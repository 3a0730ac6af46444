import Kernels

/// The pages of one part in one cluster.
struct RNTuplePages: Sendable {
  /// One page.
  struct Page: Sendable {
    var firstElement: Int
    var elementCount: Int
    var offset: Int
    /// Bytes in the file.
    var storedByteCount: Int
    /// Bytes once decompressed.
    var byteCount: Int
    /// Whether a checksum of 8 bytes is behind it.
    var hasChecksum: Bool

    /// Elements from its first on.
    var elements: Range<Int> { firstElement..<(firstElement + elementCount) }
  }

  /// Largest page in memory, before and after it is decoded.
  static let limit = 1 << 28

  /// How its elements are decoded.
  let form: nj_page_form
  /// Ascending and without gaps from element `zeroCount` on.
  let pages: [Page]
  /// Elements before the first page, all zero: the column came later.
  let zeroCount: Int
  /// All elements.
  let elementCount: Int

  /// The first page with elements from `element` on.
  func index(ofElement element: Int) -> Int {
    var (low, high) = (0, pages.count)
    while low < high {
      let middle = (low + high) / 2
      if pages[middle].elements.upperBound <= element { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Reads the pages of some parts in a cluster.
  ///
  /// - Parameters:
  ///   - parts: Parts with the place that is named in errors.
  ///   - cluster: Which cluster.
  ///   - ntuple: The table.
  /// - Returns: The pages of each part.
  /// - Throws: `damaged`, where the elements do not agree with the cluster's rows among others.
  static func load(
    _ parts: [(part: RNTupleLayout.Part, place: String)], cluster: Int, of ntuple: RNTuple
  ) throws(ROOTError) -> [RNTuplePages] {
    var wanted: [Int: StoredColumn] = [:]
    for (part, place) in parts {
      for column in part.columns where wanted[column] == nil {
        wanted[column] = StoredColumn(
          encoding: ntuple.schema.columns[column].encoding, width: part.type.byteCount,
          place: place)
      }
    }
    var envelope = ntuple.clusters.columns(of: cluster)
    var (list, count) = try envelope.list(smallest: 20)
    guard count <= ntuple.schema.columns.count else {
      throw list.damaged("pages of \(count) columns")
    }
    for column in 0..<count {
      var (pages, pageCount) = try list.list(smallest: 16)
      guard wanted[column] != nil else { continue }
      try wanted[column]?.read(&pages, pageCount, of: ntuple)
    }
    var result: [RNTuplePages] = []
    result.reserveCapacity(parts.count)
    for (part, place) in parts {
      result.append(
        try RNTuplePages(
          part, wanted, ntuple.clusters.clusters[cluster], ntuple.schema,
          place: "\(place): cluster \(cluster)"))
    }
    return result
  }

  /// Chooses the stored representation and checks its elements.
  private init(
    _ part: RNTupleLayout.Part, _ stored: [Int: StoredColumn], _ cluster: RNTupleClusters.Cluster,
    _ schema: RNTupleSchema, place: String
  ) throws(ROOTError) {
    let active = part.columns.filter { stored[$0]?.isActive == true }
    guard active.count <= 1 else {
      throw .damaged(place: place, what: "\(active.count) of its representations are stored")
    }
    let column = active.first ?? part.columns[0]
    guard let found = stored[column], let form = found.encoding.form(to: part.type) else {
      throw .damaged(place: place, what: "column \(column) cannot be decoded")
    }
    self.form = form
    guard part.list == nil else {
      pages = found.pages
      zeroCount = 0
      elementCount = found.elementCount
      return
    }
    let expected = cluster.rowCount.multipliedReportingOverflow(by: part.repetition)
    let before = cluster.firstRow.multipliedReportingOverflow(by: part.repetition)
    guard !expected.overflow, !before.overflow else {
      throw .damaged(place: place, what: "\(cluster.rowCount) rows of \(part.repetition) elements")
    }
    let late = schema.columns[column].firstElement - before.partialValue
    let zeroes = max(0, min(late, expected.partialValue))
    guard found.elementCount == expected.partialValue - zeroes else {
      throw .damaged(
        place: place,
        what: "\(found.elementCount) elements in its pages, \(zeroes) before them, for "
          + "\(cluster.rowCount) rows of \(part.repetition)")
    }
    zeroCount = zeroes
    elementCount = expected.partialValue
    var moved = found.pages
    if zeroes > 0 {
      for i in moved.indices { moved[i].firstElement += zeroes }
    }
    pages = moved
  }

  /// Pages of one column as the page list has them.
  private struct StoredColumn {
    let encoding: RNTupleEncoding
    /// Bytes of an element in memory.
    let width: Int
    let place: String
    var pages: [Page] = []
    var elementCount = 0
    var isActive = false

    mutating func read(
      _ list: inout RNTupleEnvelope, _ count: Int, of ntuple: RNTuple
    ) throws(ROOTError) {
      pages.reserveCapacity(count)
      for _ in 0..<count {
        let marked = try list.integer(Int32.self)
        let elements = Int(marked.magnitude)
        let locator = try list.locator()
        guard let byteCount = encoding.byteCount(of: elements), byteCount <= RNTuplePages.limit,
          elements <= RNTuplePages.limit / width
        else {
          throw .tooLarge(
            place: place, byteCount: elements * width, limit: RNTuplePages.limit)
        }
        let page = Page(
          firstElement: elementCount, elementCount: elements, offset: locator.offset,
          storedByteCount: locator.byteCount, byteCount: byteCount, hasChecksum: marked < 0)
        try check(page, ntuple)
        if elements > 0 { pages.append(page) }
        elementCount += elements
      }
      let first = try list.integer(Int64.self)
      isActive = first >= 0
      guard isActive || count == 0 else { throw list.damaged("a suppressed column has pages") }
    }

    private func check(_ page: Page, _ ntuple: RNTuple) throws(ROOTError) {
      guard page.storedByteCount <= page.byteCount,
        page.byteCount >> 24 <= page.storedByteCount / BlockDecompressor.headerByteCount
      else {
        throw .damaged(
          place: place,
          what: "\(page.storedByteCount) bytes for a page of \(page.elementCount) elements")
      }
      let length = page.storedByteCount + (page.hasChecksum ? 8 : 0)
      let end = page.offset.addingReportingOverflow(length)
      guard !end.overflow, end.partialValue <= ntuple.file.source.byteCount else {
        throw .truncated(
          place: place, needed: end.overflow ? .max : end.partialValue,
          found: ntuple.file.source.byteCount)
      }
      guard page.storedByteCount <= ntuple.mostOfBlob else {
        throw .unsupported(
          place: place, what: "a page in pieces of \(ntuple.mostOfBlob) bytes",
          remedy: "write it again with the default options of ROOT")
      }
    }
  }
}
