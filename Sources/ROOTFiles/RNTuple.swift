/// A table of ROOT's RNTuple format 1.0: its columns and clusters.
package final class RNTuple: Sendable {
  /// Number of rows.
  package let rowCount: Int
  /// All columns that can be read, in the order of the file.
  package let columns: [ROOTColumn]
  /// All others, with why not.
  package let unreadable: [(name: String, reason: String)]

  /// "file:/name".
  package let place: String

  let file: ROOTFile
  let schema: RNTupleSchema
  let layout: RNTupleLayout
  let clusters: RNTupleClusters
  let mostOfBlob: Int

  /// Reads the description of a table, none of its pages.
  ///
  /// - Parameters:
  ///   - file: The open file.
  ///   - key: Key of class `ROOT::RNTuple`.
  ///   - path: "file:/name", for messages.
  /// - Throws: `unsupported` for formats before 1.0 and unknown features; `damaged`, `truncated`,
  ///   `tooLarge`, `unsupportedCompression`.
  package init(_ file: ROOTFile, key: ROOTKey, path: String) throws(ROOTError) {
    let anchor = try RNTupleAnchor(try file.object(key, place: path), key: key, place: path)
    for locator in [anchor.header, anchor.footer] where locator.byteCount > anchor.mostOfBlob {
      throw .unsupported(
        place: path, what: "metadata in pieces of \(anchor.mostOfBlob) bytes",
        remedy: "write it again with the default options of ROOT")
    }
    var (header, headerChecksum) = try RNTupleEnvelope.read(
      .header, at: anchor.header, byteCount: anchor.headerByteCount, of: file,
      place: "\(path): header")
    try header.featureFlags()
    for _ in 0..<3 { _ = try header.string() }
    var schema = RNTupleSchema()
    try schema.append(&header)
    var (footer, _) = try RNTupleEnvelope.read(
      .footer, at: anchor.footer, byteCount: anchor.footerByteCount, of: file,
      place: "\(path): footer")
    try footer.featureFlags()
    guard try footer.checksum() == headerChecksum else {
      throw footer.damaged("it belongs to another header")
    }
    var extra = try footer.record()
    if extra.rest > 0 { try schema.append(&extra) }
    clusters = try RNTupleClusters(
      &footer, headerChecksum: headerChecksum, of: file, place: path)
    layout = try RNTupleLayout(schema, place: path)
    self.file = file
    self.schema = schema
    place = path
    mostOfBlob = anchor.mostOfBlob
    rowCount = clusters.rowCount
    columns = layout.leaves.map(\.column)
    unreadable = layout.unreadable
  }

  /// The first rows of all clusters, ascending, then the number of rows.
  package var clusterRows: [Int] { clusters.clusters.map(\.firstRow) + [rowCount] }
}
