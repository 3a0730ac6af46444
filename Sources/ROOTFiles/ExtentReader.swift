import Columns

/// Reads many pieces of a file in few calls: neighbours are fetched together.
///
/// Baskets of 1600 bytes would else cost a call each.
final class ExtentReader {
  /// A piece that is wanted.
  struct Piece {
    var offset: Int
    var count: Int
    /// What the user of the piece knows it by.
    var tag: Int
  }

  /// Bytes between two pieces that are fetched rather than stepped over: copying more costs more
  /// than a call.
  private static let largestGap = 1 << 13
  /// Bytes of a call, if one piece is not longer: they stay in the second cache.
  private static let largestExtent = 1 << 19

  private let source: ROOTSource
  private let memory = ScratchMemory()

  init(_ source: ROOTSource) { self.source = source }

  /// Fetches pieces in their order and hands each to `use`.
  ///
  /// - Throws: what reading throws, and what `use` throws.
  func read(
    _ pieces: [Piece], place: String,
    _ use: (Piece, UnsafeRawBufferPointer) throws(ROOTError) -> Void
  ) throws(ROOTError) {
    var next = 0
    while next < pieces.count {
      let start = pieces[next].offset
      var end = start + pieces[next].count
      var last = next + 1
      while last < pieces.count {
        let piece = pieces[last]
        guard piece.offset >= start, piece.offset <= end + Self.largestGap,
          max(end, piece.offset + piece.count) - start <= Self.largestExtent
        else { break }
        end = max(end, piece.offset + piece.count)
        last += 1
      }
      guard start >= 0, start <= end else {
        throw .truncated(place: place, needed: end, found: source.byteCount)
      }
      let extent = pieces[next..<last]
      try source.withBytes(start..<end, memory: memory, place) { (bytes) throws(ROOTError) in
        for piece in extent {
          let from = piece.offset - start
          try use(piece, UnsafeRawBufferPointer(rebasing: bytes[from..<(from + piece.count)]))
        }
      }
      next = last
    }
  }
}
