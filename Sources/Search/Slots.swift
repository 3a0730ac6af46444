import Synchronization

/// Places for results that threads fill by index; the order of filling leaves no trace.
final class Slots<Element: Sendable>: Sendable {
  private let storage: Mutex<[Element?]>

  init(count: Int) { storage = Mutex([Element?](repeating: nil, count: count)) }

  /// Puts a result into its place.
  func set(_ index: Int, _ element: Element) { storage.withLock { $0[index] = element } }

  /// What is in a place.
  func get(_ index: Int) -> Element? { storage.withLock { $0[index] } }

  /// All results in order; places never filled are left out.
  func all() -> [Element] { storage.withLock { $0.compactMap { $0 } } }

  /// The results before the first place that was never filled.
  func prefix() -> [Element] {
    storage.withLock { storage in
      storage.prefix { $0 != nil }.compactMap { $0 }
    }
  }
}
