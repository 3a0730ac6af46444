/// A growable array of doubles, aligned to 64 bytes, zero when made.
final class AlignedArray {
  // Behind a pointer: a hot path reads the base without exclusivity checks.
  private let storage: UnsafeMutablePointer<(base: UnsafeMutablePointer<Double>, capacity: Int)>

  init(capacity: Int) {
    storage = .allocate(capacity: 1)
    storage.initialize(to: (Self.make(capacity), capacity))
  }

  deinit {
    UnsafeMutableRawPointer(storage.pointee.base).deallocate()
    storage.deallocate()
  }

  var base: UnsafeMutablePointer<Double> { storage.pointee.base }

  /// Makes room for at least `count` values; the content is lost when it grows.
  func reserve(_ count: Int) {
    guard count > storage.pointee.capacity else { return }
    UnsafeMutableRawPointer(storage.pointee.base).deallocate()
    let capacity = (count + count / 2 + 63) / 16 * 16
    storage.pointee = (Self.make(capacity), capacity)
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
  let signal = AlignedArray(capacity: 4096)
  let position = AlignedArray(capacity: 4096)
  let weight = AlignedArray(capacity: 4096)
  let nodes = AlignedArray(capacity: 2048)
  let nodeShare = AlignedArray(capacity: 2048)
  let nodeSignal = AlignedArray(capacity: 2048)
  let nodePosition = AlignedArray(capacity: 2048)
  let nodeWeight = AlignedArray(capacity: 2048)

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
