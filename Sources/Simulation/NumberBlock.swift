/// Candidates of many numbers each; an event has one at most.
final class NumberBlock: CandidateBlock, @unchecked Sendable {
  let capacity: Int
  let width: Int
  private(set) var rows = 0
  let events: UnsafeMutablePointer<UInt32>
  private let numbers: UnsafeMutablePointer<Float>

  /// Room for candidates of so many numbers each.
  init(capacity: Int, width: Int) {
    self.capacity = capacity
    self.width = width
    events = .allocate(capacity: capacity)
    numbers = .allocate(capacity: capacity * width)
  }

  deinit {
    events.deallocate()
    numbers.deallocate()
  }

  func removeAll() { rows = 0 }

  func column(_ index: Int) -> UnsafeMutablePointer<Float> { numbers + index * capacity }

  /// Appends the candidate of an event.
  func append(_ values: [Double], event: Int) {
    precondition(values.count == width && rows < capacity)
    for (index, value) in values.enumerated() { column(index)[rows] = Float(value) }
    events[rows] = UInt32(truncatingIfNeeded: event)
    rows += 1
  }
}
