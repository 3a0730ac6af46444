/// Runs of rows that are stored together, and where the lists of their pages are.
///
/// Source: "RNTuple Binary Format Specification" 1.0, sections Footer and Page List Envelope.
struct RNTupleClusters: Sendable {
  /// One run of rows.
  struct Cluster: Sendable {
    var firstRow: Int
    var rowCount: Int
    /// Which page list describes it.
    var group: Int
    /// The part of the page list with its columns.
    var range: Range<Int>
  }

  /// Page lists together at most.
  private static let limit = 1 << 29

  /// By ascending rows, without gaps and without empty ones.
  private(set) var clusters: [Cluster] = []
  /// Rows of all clusters.
  private(set) var rowCount = 0
  private var lists: [[UInt8]] = []
  private let place: String

  /// Reads the cluster groups that are next in a footer.
  ///
  /// - Throws: `damaged`, where rows are missing or counted twice among others.
  init(
    _ footer: inout RNTupleEnvelope, headerChecksum: UInt64, of file: ROOTFile, place: String
  ) throws(ROOTError) {
    self.place = place
    let groups = try footer.records { (record) throws(ROOTError) -> Group in
      try Group(&record)
    }
    var byteCount = 0
    for (number, group) in groups.enumerated() {
      byteCount += group.byteCount
      guard byteCount <= Self.limit else {
        throw .tooLarge(place: place, byteCount: byteCount, limit: Self.limit)
      }
      var (list, _) = try RNTupleEnvelope.read(
        .pageList, at: group.locator, byteCount: group.byteCount, of: file,
        place: "\(place): page list \(number)")
      guard try list.checksum() == headerChecksum else {
        throw list.damaged("it belongs to another header")
      }
      try add(group, number, &list)
    }
    clusters.sort { $0.firstRow < $1.firstRow }
    for cluster in clusters {
      let end = rowCount.addingReportingOverflow(cluster.rowCount)
      guard cluster.firstRow == rowCount, !end.overflow else {
        throw .damaged(
          place: place, what: "a cluster starts at row \(cluster.firstRow) instead of \(rowCount)")
      }
      rowCount = end.partialValue
    }
  }

  /// What a footer says about a page list.
  private struct Group {
    var clusterCount: Int
    var byteCount: Int
    var locator: RNTupleLocator

    init(_ record: inout RNTupleEnvelope) throws(ROOTError) {
      _ = try record.count()
      _ = try record.count()
      clusterCount = try record.int32()
      byteCount = try record.count()
      locator = try record.locator()
      guard byteCount <= RNTupleEnvelope.limit else {
        throw record.damaged("a page list of \(byteCount) bytes")
      }
    }
  }

  private mutating func add(
    _ group: Group, _ number: Int, _ list: inout RNTupleEnvelope
  ) throws(ROOTError) {
    let summaries = try list.records { (record) throws(ROOTError) -> (first: Int, count: Int) in
      let first = try record.count()
      let word = try record.integer(UInt64.self)
      guard word >> 56 & 1 == 0 else {
        throw .unsupported(
          place: record.cursor.place, what: "clusters in shards",
          remedy: "write it again without shards")
      }
      return (first, Int(word & 0xff_ffff_ffff_ffff))
    }
    guard summaries.count == group.clusterCount else {
      throw list.damaged("\(summaries.count) clusters instead of \(group.clusterCount)")
    }
    var (nested, count) = try list.list(smallest: 12)
    guard count == summaries.count else {
      throw list.damaged("pages of \(count) clusters instead of \(summaries.count)")
    }
    for summary in summaries {
      let start = nested.position
      _ = try nested.list(smallest: 20)
      if summary.count == 0 { continue }
      clusters.append(
        Cluster(
          firstRow: summary.first, rowCount: summary.count, group: lists.count,
          range: start..<nested.position))
    }
    lists.append(list.cursor.bytes)
  }

  /// The list of the columns of a cluster.
  func columns(of cluster: Int) -> RNTupleEnvelope {
    let found = clusters[cluster]
    return RNTupleEnvelope(
      lists[found.group], range: found.range, place: "\(place): cluster \(cluster)")
  }

  /// The cluster with a row.
  func index(ofRow row: Int) -> Int {
    var (low, high) = (0, clusters.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if clusters[middle].firstRow <= row { low = middle } else { high = middle }
    }
    return low
  }
}
