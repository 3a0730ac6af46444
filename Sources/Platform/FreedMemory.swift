import CMalloc

/// What becomes of memory that the process frees.
public enum FreedMemory {
  /// Blocks up to this are reused rather than given back: the most that glibc allows.
  private static let largestBlock: Int32 = 32 << 20
  /// Free bytes at the end of a heap that are kept.
  private static let most: Int32 = 64 << 20

  /// Keeps freed buffers for the next file: else the kernel clears their pages again for each, which
  /// costs as much as reading them.
  ///
  /// Call it before the first thread starts.
  public static func keep() {
    mallopt(M_MMAP_THRESHOLD, largestBlock)
    mallopt(M_TRIM_THRESHOLD, most)
  }
}
