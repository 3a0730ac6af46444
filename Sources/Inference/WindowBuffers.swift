/// Growable 64-byte aligned arrays of doubles, zero padded to a multiple of 16.
struct AlignedArray: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Double>
  private(set) var capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    base = Self.make(capacity)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  /// Makes room for at least `count` values; the content is lost when it grows.
  mutating func reserve(_ count: Int) {
    guard count > capacity else { return }
    UnsafeMutableRawPointer(base).deallocate()
    capacity = (count + count / 2 + 63) / 16 * 16
    base = Self.make(capacity)
  }

  private static func make(_ count: Int) -> UnsafeMutablePointer<Double> {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: count * 8, alignment: 64)
    let typed = raw.bindMemory(to: Double.self, capacity: count)
    typed.initialize(repeating: 0, count: count)
    return typed
  }
}

/// The arrays of one window: signal, u and weights at the events and at the Asimov nodes.
final class WindowBuffers {
  var signal = AlignedArray(capacity: 4096)
  var position = AlignedArray(capacity: 4096)
  var weight = AlignedArray(capacity: 4096)
  var nodes = AlignedArray(capacity: 2048)
  var nodeShare = AlignedArray(capacity: 2048)
  var nodeSignal = AlignedArray(capacity: 2048)
  var nodePosition = AlignedArray(capacity: 2048)
  var nodeWeight = AlignedArray(capacity: 2048)

  func reserve(events: Int) {
    signal.reserve(events + 32)
    position.reserve(events + 32)
    weight.reserve(events + 32)
  }

  func reserve(nodes count: Int) {
    nodes.reserve(count + 32)
    nodeShare.reserve(count + 32)
    nodeSignal.reserve(count + 32)
    nodePosition.reserve(count + 32)
    nodeWeight.reserve(count + 32)
  }
}
