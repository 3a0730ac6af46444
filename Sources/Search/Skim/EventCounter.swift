/// Counts events by how many cuts their best candidate passes, block by block in row order.
///
/// Rows of one event stand side by side; blocks may cut an event in two, so the first and the last
/// event of a block stay open until the blocks are joined.
package struct EventCounter: Sendable, Equatable {
  /// An event: its hash and the largest number of steps one of its candidates passes.
  package struct Event: Sendable, Equatable {
    package var hash: UInt64
    package var depth: Int

    package init(hash: UInt64, depth: Int) {
      self.hash = hash
      self.depth = depth
    }
  }

  /// Events that are complete, by depth, shape [steps + 1].
  package private(set) var closed: [Int]
  /// The first event, if any.
  package private(set) var first: Event?
  /// The last event, if it is another one than the first.
  package private(set) var last: Event?

  package init(steps: Int) { closed = [Int](repeating: 0, count: steps + 1) }

  package init(closed: [Int], first: Event?, last: Event?) {
    self.closed = closed
    self.first = first
    self.last = last
  }

  /// Adds the next run of rows of one event.
  package mutating func append(_ event: Event) { append(event, mayContinue: true) }

  /// Adds the block that follows.
  package mutating func append(_ next: EventCounter) {
    guard let nextFirst = next.first else { return }
    append(nextFirst)
    for depth in closed.indices { closed[depth] += next.closed[depth] }
    if let nextLast = next.last { append(nextLast, mayContinue: false) }
  }

  /// Events by depth, all of them, shape [steps + 1].
  package var depths: [Int] {
    var all = closed
    for event in [first, last] { if let event { all[event.depth] += 1 } }
    return all
  }

  private mutating func append(_ event: Event, mayContinue: Bool) {
    guard var before = last ?? first else {
      first = event
      return
    }
    if mayContinue, before.hash == event.hash {
      before.depth = max(before.depth, event.depth)
      if last == nil { first = before } else { last = before }
      return
    }
    if let ended = last { closed[ended.depth] += 1 }
    last = event
  }
}
