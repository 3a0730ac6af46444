import Codecs

/// Shuffles and deflates chunks of one dataset; one encoder a thread.
public final class ChunkEncoder {
  private let compressor: ZlibCompressor
  private var shuffled: [UInt8] = []

  /// Creates an encoder.
  /// - Parameter level: Deflate level, 1 (fast) to 12 (small).
  public init(level: Int) {
    compressor = ZlibCompressor(level: level)
  }

  /// Returns a zlib stream of the shuffled bytes of `count` values of `width` bytes.
  public func encode(_ bytes: UnsafeRawBufferPointer, width: Int) -> [UInt8] {
    precondition(width > 0 && bytes.count % width == 0)
    if shuffled.count < bytes.count { shuffled = [UInt8](repeating: 0, count: bytes.count) }
    return shuffled.withUnsafeMutableBytes { target in
      Self.shuffle(bytes, width: width, into: target)
      return compressor.compress(UnsafeRawBufferPointer(rebasing: target[..<bytes.count]))
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
