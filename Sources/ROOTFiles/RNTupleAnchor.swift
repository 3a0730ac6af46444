import Platform

/// The object of class `ROOT::RNTuple`, big endian: which version, and where header and footer are.
struct RNTupleAnchor: Sendable, Equatable {
  /// Where the header is.
  var header: RNTupleLocator
  /// Length of the header once decompressed.
  var headerByteCount: Int
  /// Where the footer is.
  var footer: RNTupleLocator
  /// Length of the footer once decompressed.
  var footerByteCount: Int
  /// Blobs longer than this are in pieces; uproot writes 0 for no limit.
  var mostOfBlob: Int

  private static let fieldByteCount = 64

  /// Reads an anchor.
  ///
  /// - Throws: `unsupported` for the formats before 1.0, `damaged`.
  init(_ bytes: [UInt8], key: ROOTKey, place: String) throws(ROOTError) {
    guard key.className == "ROOT::RNTuple" else { throw Self.old(place, "of an experiment") }
    var cursor = ByteCursor(bytes, place: place)
    let byteCount = Int(try cursor.integer(UInt32.self) & 0x3fff_ffff)
    let end = cursor.position + byteCount
    _ = try cursor.int16()
    let start = cursor.position
    let epoch = try cursor.int16()
    guard epoch > 0 else { throw Self.old(place, "0") }
    guard epoch == 1 else {
      throw .unsupported(
        place: place, what: "RNTuple format \(epoch)", remedy: "use a newer version of Nightjar")
    }
    guard end <= bytes.count - 8, end - start >= Self.fieldByteCount else {
      throw cursor.damaged("an anchor of \(byteCount) bytes")
    }
    try cursor.skip(6)
    func count() throws(ROOTError) -> Int {
      let value = try cursor.int64()
      guard value >= 0 else { throw cursor.damaged("a count of \(value)") }
      return value
    }
    header = RNTupleLocator(offset: try count(), byteCount: try count())
    headerByteCount = try count()
    footer = RNTupleLocator(offset: try count(), byteCount: try count())
    footerByteCount = try count()
    let most = try count()
    mostOfBlob = most == 0 ? .max : most
    try cursor.move(to: end)
    let stored = try cursor.integer(UInt64.self)
    let found = bytes.withUnsafeBytes { XXH3.digest64(.init(rebasing: $0[start..<end])) }
    guard stored == found else {
      throw .damaged(place: place, what: "its checksum is another than the stored one")
    }
  }

  private static func old(_ place: String, _ version: String) -> ROOTError {
    .unsupported(
      place: place, what: "RNTuple format \(version), older than 1.0,",
      remedy: "write it again with ROOT 6.34 or newer")
  }
}
