import Codecs
import Columns
import Platform

/// Undoes ROOT's compression: blocks of at most 16 MiB, each behind a header of nine bytes.
///
/// Header: two letters for the algorithm, one byte, then the compressed and the uncompressed length
/// in three bytes each, little endian. Source: ROOT `core/zip/src/RZip.cxx`.
package final class BlockDecompressor {
  /// Objects and baskets larger than this are refused.
  package static let limit = 1 << 30
  static let headerByteCount = 9
  /// The three bytes of its length allow no more.
  private static let largestBlock = 1 << 24

  private let codecs = Decompressor()

  /// Creates a decompressor; one a thread.
  package init() {}

  /// Decompresses all blocks of `source` so that they fill `target` exactly.
  ///
  /// - Throws: `unsupportedCompression` (the old "CS" among them), `damaged`.
  package func decompress(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    place: @autoclosure () -> String
  ) throws(ROOTError) {
    var read = 0
    var written = 0
    while written < target.count {
      let block = try Block(source, at: read, most: target.count - written, place())
      try decompress(
        block, of: source,
        into: UnsafeMutableRawBufferPointer(
          rebasing: target[written..<(written + block.contentByteCount)]), place())
      read = block.bytes.upperBound
      written += block.contentByteCount
    }
  }

  /// Decompresses all blocks of `source` to the first `byteCount` bytes of `memory`.
  ///
  /// Memory beyond the first 16 MiB is taken only as blocks turn out to be whole, so that lengths
  /// that a damaged file claims cost nothing.
  /// - Throws: `unsupportedCompression` (the old "CS" among them), `damaged`, `tooLarge`.
  func decompress(
    _ source: UnsafeRawBufferPointer, byteCount: Int, into memory: ScratchMemory,
    place: @autoclosure () -> String
  ) throws(ROOTError) {
    guard byteCount >= 0, byteCount <= Self.limit else {
      throw .tooLarge(place: place(), byteCount: byteCount, limit: Self.limit)
    }
    var room = min(byteCount, Self.largestBlock)
    memory.reserve(room)
    var read = 0
    var written = 0
    while written < byteCount {
      let block = try Block(source, at: read, most: byteCount - written, place())
      let end = written + block.contentByteCount
      if end > room {
        room = min(byteCount, max(2 * room, end))
        memory.reserve(room, keeping: written)
      }
      try decompress(
        block, of: source,
        into: UnsafeMutableRawBufferPointer(
          start: memory.bytes + written, count: block.contentByteCount), place())
      read = block.bytes.upperBound
      written = end
    }
  }

  /// The header of a block with its lengths checked.
  private struct Block {
    /// The compressed bytes behind the header.
    var bytes: Range<Int>
    var contentByteCount: Int
    /// The two letters.
    var algorithm: (UInt8, UInt8)

    init(
      _ source: UnsafeRawBufferPointer, at read: Int, most: Int, _ place: @autoclosure () -> String
    ) throws(ROOTError) {
      guard source.count - read >= BlockDecompressor.headerByteCount else {
        throw .damaged(place: place(), what: "its compressed blocks end \(most) bytes too early")
      }
      func length(_ at: Int) -> Int {
        Int(source[read + at]) | Int(source[read + at + 1]) << 8 | Int(source[read + at + 2]) << 16
      }
      let start = read + BlockDecompressor.headerByteCount
      let compressed = length(3)
      contentByteCount = length(6)
      algorithm = (source[read], source[read + 1])
      guard compressed <= source.count - start, contentByteCount <= most, contentByteCount > 0
      else { throw .damaged(place: place(), what: "the lengths of a compressed block do not fit") }
      bytes = start..<(start + compressed)
    }
  }

  private func decompress(
    _ block: Block, of source: UnsafeRawBufferPointer,
    into target: UnsafeMutableRawBufferPointer, _ place: @autoclosure () -> String
  ) throws(ROOTError) {
    let bytes = UnsafeRawBufferPointer(rebasing: source[block.bytes])
    let isGood: Bool
    switch block.algorithm {
    case (0x5a, 0x4c): isGood = codecs.decompress(.zlib, bytes, into: target)
    case (0x4c, 0x34): isGood = lz4(bytes, into: target)
    case (0x5a, 0x53): isGood = codecs.decompress(.zstd, bytes, into: target)
    case (0x58, 0x5a): isGood = codecs.decompress(.lzma, bytes, into: target)
    case (let a, let b):
      guard [a, b].allSatisfy({ $0 > 32 && $0 < 127 }) else {
        throw .damaged(place: place(), what: "a compressed block begins with bytes \(a) and \(b)")
      }
      throw .unsupportedCompression(place: place(), found: String(decoding: [a, b], as: UTF8.self))
    }
    guard isGood else {
      throw .damaged(place: place(), what: "a compressed block of \(bytes.count) bytes is broken")
    }
  }

  /// LZ4 blocks begin with their own XXH64, big endian.
  private func lz4(
    _ block: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard block.count > 8 else { return false }
    let stored = UInt64(bigEndian: block.loadUnaligned(as: UInt64.self))
    let data = UnsafeRawBufferPointer(rebasing: block[8...])
    return XXH64.digest(data) == stored && codecs.decompress(.lz4, data, into: room)
  }

  /// The content of an object: as it is, or decompressed.
  package func content(
    _ stored: [UInt8], byteCount: Int, place: String
  ) throws(ROOTError) -> [UInt8] {
    if stored.count == byteCount { return stored }
    let memory = ScratchMemory()
    var failure: ROOTError?
    stored.withUnsafeBytes { source in
      do throws(ROOTError) {
        try decompress(source, byteCount: byteCount, into: memory, place: place)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return Array(memory.first(byteCount))
  }
}
