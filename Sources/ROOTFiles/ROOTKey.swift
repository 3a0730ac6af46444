/// The header of a record: what it is, how long, and where.
package struct ROOTKey: Sendable, Equatable {
  /// Where the record starts in the file.
  package var offset: Int
  /// Bytes of the record with its header.
  package var byteCount: Int
  /// Bytes of the object once decompressed.
  package var objectByteCount: Int
  /// Bytes of the header.
  package var headerByteCount: Int
  /// Number of this version of the object; the highest is the newest.
  package var cycle: Int
  /// Class of the object.
  package var className: String
  /// Name of the object.
  package var name: String
  /// Title of the object.
  package var title: String

  /// Reads a header; `TKey::Streamer` in ROOT's `io/io/src/TKey.cxx`.
  ///
  /// A basket inside of a tree's record has no record of its own, and lengths that mean nothing.
  init(_ cursor: inout ByteCursor, isEmbedded: Bool = false) throws(ROOTError) {
    byteCount = try cursor.int32()
    let version = try cursor.int16()
    objectByteCount = try cursor.int32()
    try cursor.skip(4)
    headerByteCount = try cursor.int16()
    cycle = try cursor.int16()
    let isLong = version > 1000
    offset = try cursor.offset(isLong: isLong)
    _ = try cursor.offset(isLong: isLong)
    className = try cursor.string()
    name = try cursor.string()
    title = try cursor.string()
    // Far beyond any file, so that no sum with a length overflows.
    guard offset < 1 << 60, isEmbedded ? headerByteCount > 0 : byteCount >= headerByteCount,
      headerByteCount > 0,
      isEmbedded || objectByteCount >= 0, isEmbedded || offset >= 0
    else { throw cursor.damaged("lengths of key '\(name)' contradict each other") }
  }

  /// Whether the object is a folder.
  package var isDirectory: Bool { className == "TDirectory" || className == "TDirectoryFile" }
  /// Whether the object is a tree of rows.
  package var isTree: Bool { ["TTree", "TNtuple", "TNtupleD", "TChain"].contains(className) }
  /// Whether the object is an RNTuple.
  package var isRNTuple: Bool {
    className == "ROOT::RNTuple" || className == "ROOT::Experimental::RNTuple"
  }
}
