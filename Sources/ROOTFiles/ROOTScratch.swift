/// Memory that grows to what was ever needed; its content is lost then.
struct ROOTScratch: ~Copyable {
  private(set) var start: UnsafeMutableRawPointer?
  private var byteCount = 0

  deinit { start?.deallocate() }

  /// At least as many bytes, with 64 more behind them.
  mutating func reserve(_ count: Int) -> UnsafeMutableRawPointer {
    if let start, count <= byteCount { return start }
    start?.deallocate()
    byteCount = max(count, min(2 * byteCount, 1 << 24))
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: byteCount + 64, alignment: 64)
    start = fresh
    return fresh
  }
}
