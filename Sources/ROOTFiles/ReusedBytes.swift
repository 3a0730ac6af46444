/// Memory that grows and is reused, 64-byte aligned.
final class ReusedBytes {
  private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 64)

  deinit { bytes.deallocate() }

  /// Makes room for `count` bytes; the first `keeping` stay as they are.
  func reserve(_ count: Int, keeping: Int = 0) -> UnsafeMutableRawBufferPointer {
    if count > bytes.count {
      let grown = UnsafeMutableRawBufferPointer.allocate(
        byteCount: (count + 63) & ~63, alignment: 64)
      if keeping > 0 {
        grown.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<keeping]))
      }
      bytes.deallocate()
      bytes = grown
    }
    return used(count)
  }

  /// The first bytes.
  func used(_ count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
  }
}
