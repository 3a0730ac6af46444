import CDeflate

/// Makes zlib streams by libdeflate; one a thread.
package final class ZlibCompressor {
  private let compressor: OpaquePointer

  /// Creates a compressor.
  /// - Parameter level: Deflate level, 1 (fast) to 12 (small).
  package init(level: Int) {
    guard let compressor = libdeflate_alloc_compressor(Int32(max(1, min(12, level)))) else {
      preconditionFailure("no memory for a deflate compressor")
    }
    self.compressor = compressor
  }

  deinit { libdeflate_free_compressor(compressor) }

  /// Returns the zlib stream of bytes.
  package func compress(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let bound = libdeflate_zlib_compress_bound(compressor, bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { output, used in
      used = libdeflate_zlib_compress(
        compressor, bytes.baseAddress, bytes.count, output.baseAddress, bound)
    }
  }
}
