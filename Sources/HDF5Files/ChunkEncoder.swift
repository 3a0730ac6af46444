import CDeflate

/// Shuffles and deflates chunks of one dataset; one encoder a thread.
public final class ChunkEncoder {
  private let compressor: OpaquePointer
  private var shuffled: [UInt8] = []

  /// Creates an encoder.
  /// - Parameter level: Deflate level, 1 (fast) to 12 (small).
  public init(level: Int) {
    guard let compressor = libdeflate_alloc_compressor(Int32(max(1, min(12, level)))) else {
      preconditionFailure("no memory for a deflate compressor")
    }
    self.compressor = compressor
  }

  deinit { libdeflate_free_compressor(compressor) }

  /// Returns a zlib stream of the shuffled bytes of `count` values of `width` bytes.
  public func encode(_ bytes: UnsafeRawBufferPointer, width: Int) -> [UInt8] {
    precondition(width > 0 && bytes.count % width == 0)
    if shuffled.count < bytes.count { shuffled = [UInt8](repeating: 0, count: bytes.count) }
    return shuffled.withUnsafeMutableBytes { target in
      Self.shuffle(bytes, width: width, into: target)
      let bound = libdeflate_zlib_compress_bound(compressor, bytes.count)
      return [UInt8](unsafeUninitializedCapacity: bound) { output, used in
        used = libdeflate_zlib_compress(
          compressor, target.baseAddress, bytes.count, output.baseAddress, bound)
      }
    }
  }

  /// Puts the first bytes of all values first, then the second ones, and so on.
  static func shuffle(
    _ source: UnsafeRawBufferPointer, width: Int, into target: UnsafeMutableRawBufferPointer
  ) {
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    let count = source.count / width
    for byte in 0..<width {
      let plane = (to + byte * count).assumingMemoryBound(to: UInt8.self)
      let first = (from + byte).assumingMemoryBound(to: UInt8.self)
      for index in 0..<count { plane[index] = first[index * width] }
    }
  }
}
