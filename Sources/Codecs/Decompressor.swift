import CDeflate
import CLZ4
import CLZMA
import CZstd

/// Undoes compression of whole buffers by the usual libraries; one a thread, its state is reused.
///
/// The length of the result is known before: nothing is allocated for what a stream claims.
package final class Decompressor {
  /// The formats that are understood.
  package enum Codec: String, Sendable, CaseIterable {
    /// A zlib stream (RFC 1950), by libdeflate.
    case zlib
    /// One LZ4 block without a frame.
    case lz4
    /// One Zstandard frame (RFC 8878).
    case zstd
    /// An .xz stream.
    case lzma
  }

  /// Deflate cannot make more than this of one byte.
  private static let deflateRatio = 1_040
  /// Memory that an .xz stream may ask for.
  private static let lzmaMemory: UInt64 = 256 << 20

  private let inflater: OpaquePointer?
  private var zstd: OpaquePointer?

  /// The longest content that a zlib stream of this length can have.
  package static func mostOfZlib(_ byteCount: Int) -> Int {
    byteCount.multipliedReportingOverflow(by: deflateRatio).partialValue
  }

  /// Creates a decompressor.
  package init() { inflater = libdeflate_alloc_decompressor() }

  deinit {
    libdeflate_free_decompressor(inflater)
    ZSTD_freeDCtx(zstd)
  }

  /// Decompresses `source` so that it fills `target` exactly.
  ///
  /// - Returns: Whether the stream is whole and has exactly the length of `target`.
  package func decompress(
    _ codec: Codec, _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let bytes = source.baseAddress, let out = target.baseAddress else { return false }
    switch codec {
    case .zlib:
      guard target.count <= Self.mostOfZlib(source.count) else { return false }
      var written = 0
      let result = libdeflate_zlib_decompress(
        inflater, bytes, source.count, out, target.count, &written)
      return result == LIBDEFLATE_SUCCESS && written == target.count
    case .lz4:
      guard let length = Int32(exactly: source.count), let room = Int32(exactly: target.count)
      else { return false }
      return LZ4_decompress_safe(
        bytes.assumingMemoryBound(to: CChar.self), out.assumingMemoryBound(to: CChar.self), length,
        room) == room
    case .zstd:
      if zstd == nil { zstd = ZSTD_createDCtx() }
      return ZSTD_decompressDCtx(zstd, out, target.count, bytes, source.count) == target.count
    case .lzma:
      var memory = Self.lzmaMemory
      var (read, written) = (0, 0)
      let result = lzma_stream_buffer_decode(
        &memory, 0, nil, bytes.assumingMemoryBound(to: UInt8.self), &read, source.count,
        out.assumingMemoryBound(to: UInt8.self), &written, target.count)
      return result == LZMA_OK && written == target.count
    }
  }
}
