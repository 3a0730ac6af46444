/// Candidates of one set of pseudo-data, ascending in the observable; buffers of one thread.
package final class ToyCandidates {
  /// One candidate.
  struct Entry {
    /// The observable.
    var x: Double
    /// The copy's uniform number times its rate.
    var mark: Double
    /// Fine bin.
    var bin: Int32
    /// Place in the data, or −1 − (set of cuts) where drawn by itself.
    var source: Int32
  }

  /// The candidates, ascending.
  private(set) var entries: [Entry] = []
  /// First candidate of each bin, shape [bins + 1].
  private var offsets: [Int32] = []
  /// Where the next candidate of each bin goes, shape [bins + 1].
  private var ends: [Int32] = []
  private var unsorted: [Entry] = []

  package init() {}

  /// Number of candidates.
  package var count: Int { entries.count }

  /// Takes and sorts what `make` appends in any order.
  ///
  /// By bin with counts, inside a bin by insertion; equal values keep their order.
  func fill(bins: Int, _ make: (inout [Entry]) -> Void) {
    var drawn: [Entry] = []
    swap(&drawn, &unsorted)
    drawn.removeAll(keepingCapacity: true)
    make(&drawn)
    var sorted: [Entry] = []
    swap(&sorted, &entries)
    if sorted.count > drawn.count { sorted.removeLast(sorted.count - drawn.count) }
    if sorted.count < drawn.count { sorted.append(contentsOf: drawn[sorted.count...]) }
    offsets.removeAll(keepingCapacity: true)
    offsets.append(contentsOf: repeatElement(0, count: bins + 1))
    offsets.withUnsafeMutableBufferPointer { offsets in
      for entry in drawn { offsets[Int(entry.bin) + 1] += 1 }
      for bin in 0..<bins { offsets[bin + 1] += offsets[bin] }
    }
    ends = offsets
    ends.withUnsafeMutableBufferPointer { ends in
      offsets.withUnsafeBufferPointer { offsets in
        sorted.withUnsafeMutableBufferPointer { sorted in
          for entry in drawn {
            let own = Int(entry.bin)
            let first = Int(offsets[own])
            var place = Int(ends[own])
            ends[own] += 1
            while place > first, sorted[place - 1].x > entry.x {
              sorted[place] = sorted[place - 1]
              place -= 1
            }
            sorted[place] = entry
          }
        }
      }
    }
    swap(&sorted, &entries)
    swap(&drawn, &unsorted)
  }

  /// The candidates of some bins.
  func range(of bins: Range<Int>) -> Range<Int> {
    Int(offsets[bins.lowerBound])..<Int(offsets[bins.upperBound])
  }
}
