/// Compressed bytes of a file that become some bytes of columns: a basket or page without headers.
package struct StoredBlock: Sendable, Equatable {
  /// Where the bytes lie in the file.
  package var offset: Int
  /// How many there are.
  package var byteCount: Int
  /// How many they become.
  package var contentByteCount: Int

  /// Describes a block.
  package init(offset: Int, byteCount: Int, contentByteCount: Int) {
    self.offset = offset
    self.byteCount = byteCount
    self.contentByteCount = contentByteCount
  }
}

extension Tree {
  /// All baskets on disk of some columns: what reading them costs at the least.
  package func storedBlocks(ofColumns columns: [Int]) throws(ROOTError) -> [StoredBlock] {
    var blocks: [StoredBlock] = []
    for index in Set(columns.map { sources[$0].branch }).sorted() {
      let branch = branches[index]
      guard let seeks = branch.seeks, let bytes = branch.bytes else { continue }
      for basket in 0..<branch.written {
        let stored = try file.source.bytes(
          at: seeks[basket], count: bytes[basket], branch.place)
        var result: Result<Basket.Header, ROOTError>?
        stored.withUnsafeBytes { raw in
          do throws(ROOTError) {
            result = .success(try Basket.Header(raw, place: branch.place))
          } catch {
            result = .failure(error)
          }
        }
        guard let header = try result?.get() else { continue }
        blocks.append(
          StoredBlock(
            offset: seeks[basket] + header.headerByteCount,
            byteCount: bytes[basket] - header.headerByteCount,
            contentByteCount: header.contentByteCount))
      }
    }
    return blocks
  }
}

extension RNTuple {
  /// Rows of the largest page of the first cluster.
  package var typicalPageRows: Int {
    guard rowCount > 0, let pages = try? pages(ofColumns: Array(columns.indices), cluster: 0)
    else { return rowCount }
    let most = pages.filter { !$0.isList }.flatMap(\.pages.pages).map(\.elementCount).max()
    return most ?? rowCount
  }

  /// All pages of some columns: what reading them costs at the least.
  package func storedBlocks(ofColumns columns: [Int]) throws(ROOTError) -> [StoredBlock] {
    var blocks: [StoredBlock] = []
    for cluster in 0..<max(0, clusterRows.count - 1) {
      for (_, pages) in try pages(ofColumns: columns, cluster: cluster) {
        blocks += pages.pages.map {
          StoredBlock(
            offset: $0.offset, byteCount: $0.storedByteCount, contentByteCount: $0.byteCount)
        }
      }
    }
    return blocks
  }

  /// The pages of the values of columns in a cluster.
  private func pages(
    ofColumns columns: [Int], cluster: Int
  ) throws(ROOTError) -> [(isList: Bool, pages: RNTuplePages)] {
    let parts = Set(columns.map { layout.leaves[$0].part }).sorted()
    let loaded = try RNTuplePages.load(
      parts.map { (part: layout.parts[$0], place: place) }, cluster: cluster, of: self)
    return zip(parts, loaded).map { (layout.parts[$0].list != nil, $1) }
  }
}
