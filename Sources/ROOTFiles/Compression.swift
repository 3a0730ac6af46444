import Codecs
import Platform

/// Undoes ROOT's compression: blocks of at most 16 MiB, each behind a header of nine bytes.
///
/// Header: two letters for the algorithm, one byte, then the compressed and the uncompressed length
/// in three bytes each, little endian. Source: ROOT `core/zip/src/RZip.cxx`.
package final class BlockDecompressor {
  /// Objects and baskets larger than this are refused.
  package static let limit = 1 << 30
  static let headerByteCount = 9

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
      guard source.count - read >= Self.headerByteCount else {
        throw .damaged(
          place: place(), what: "\(written) bytes of \(target.count) in its compressed blocks")
      }
      func length(_ at: Int) -> Int {
        Int(source[read + at]) | Int(source[read + at + 1]) << 8 | Int(source[read + at + 2]) << 16
      }
      let (compressed, uncompressed) = (length(3), length(6))
      let start = read + Self.headerByteCount
      guard compressed <= source.count - start, uncompressed <= target.count - written,
        uncompressed > 0
      else { throw .damaged(place: place(), what: "the lengths of a compressed block do not fit") }
      let block = UnsafeRawBufferPointer(rebasing: source[start..<(start + compressed)])
      let room = UnsafeMutableRawBufferPointer(
        rebasing: target[written..<(written + uncompressed)])
      let isGood: Bool
      switch (source[read], source[read + 1]) {
      case (0x5a, 0x4c): isGood = codecs.decompress(.zlib, block, into: room)
      case (0x4c, 0x34): isGood = lz4(block, into: room)
      case (0x5a, 0x53): isGood = codecs.decompress(.zstd, block, into: room)
      case (0x58, 0x5a): isGood = codecs.decompress(.lzma, block, into: room)
      case (let a, let b):
        throw .unsupportedCompression(
          place: place(), found: String(decoding: [a, b], as: UTF8.self))
      }
      guard isGood else {
        throw .damaged(place: place(), what: "a compressed block of \(compressed) bytes is broken")
      }
      read = start + compressed
      written += uncompressed
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
    guard byteCount >= 0, byteCount <= Self.limit else {
      throw .tooLarge(place: place, byteCount: byteCount, limit: Self.limit)
    }
    if stored.count == byteCount { return stored }
    // No codec makes more than about 16 MiB of the 9 + 20 bytes of a block.
    guard byteCount / (1 << 24) <= stored.count / Self.headerByteCount else {
      throw .damaged(place: place, what: "\(stored.count) bytes cannot hold \(byteCount)")
    }
    var failure: ROOTError?
    let result = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
      stored.withUnsafeBytes { source in
        do throws(ROOTError) {
          try decompress(source, into: .init(start: buffer.baseAddress, count: byteCount), place: place)
          initialized = byteCount
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    return result
  }
}
