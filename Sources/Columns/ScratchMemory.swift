/// Memory that grows to what was ever needed and is reused, 64-byte aligned; one owner at a time.
package final class ScratchMemory {
  /// Growth by doubling ends here: more is taken as it is needed.
  private static let largestDoubling = 1 << 24
  /// Bytes behind the end that vector kernels may touch.
  private static let slack = 64

  /// Its start; valid until it grows.
  package private(set) var bytes: UnsafeMutableRawPointer
  private var capacity = 0

  /// Creates memory without room.
  package init() { bytes = .allocate(byteCount: Self.slack, alignment: 64) }

  deinit { bytes.deallocate() }

  /// Makes room for `count` bytes; beyond the first `keeping`, what was there is lost when it grows.
  @discardableResult
  package func reserve(_ count: Int, keeping: Int = 0) -> UnsafeMutableRawPointer {
    guard count > capacity else { return bytes }
    capacity = max(count, min(2 * capacity, Self.largestDoubling))
    let grown = UnsafeMutableRawPointer.allocate(
      byteCount: (capacity + Self.slack + 63) & ~63, alignment: 64)
    if keeping > 0 { grown.copyMemory(from: bytes, byteCount: keeping) }
    bytes.deallocate()
    bytes = grown
    return grown
  }

  /// The first bytes of what was reserved.
  package func first(_ count: Int) -> UnsafeMutableRawBufferPointer {
    precondition(count <= capacity || count == 0)
    return UnsafeMutableRawBufferPointer(start: bytes, count: count)
  }
}
