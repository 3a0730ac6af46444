import Inference

/// Data of some neighbouring windows in memory: the observable, ascending, and what cuts need.
struct ScanData: Sendable {
  private(set) var values: [Double] = []
  private(set) var rules: [UInt64] = []
  /// Hashes of the events; empty where the ntuple does not identify them.
  private(set) var events: [UInt64] = []
  /// Scores by network, as far as the windows cut on them.
  private var scores: [String: [Double]] = [:]

  /// Loads what the windows need from one or more samples.
  init(_ samples: [SkimmedSample], windows: some Collection<MassWindow>) throws {
    guard let low = windows.map(\.range.lowerBound).min(),
      let high = windows.map(\.range.upperBound).max()
    else { return }
    let networks = Set(windows.compactMap(\.score?.network)).sorted()
    for network in networks { scores[network] = [] }
    var isIdentified = true
    for sample in samples {
      let rows = try sample.rows(in: low...high)
      values += try sample.values(sample.columns[0], rows: rows)
      if let passed = try sample.rules(rows: rows) { rules += passed }
      if let own = try sample.events(rows: rows) { events += own } else { isIdentified = false }
      for network in networks { scores[network]? += try sample.values(network, rows: rows) }
    }
    if !isIdentified { events = [] }
    guard samples.count > 1 else { return }
    let order = SortByObservable.order(values).map { Int($0) }
    values = order.map { values[$0] }
    if !rules.isEmpty { rules = order.map { rules[$0] } }
    if !events.isEmpty { events = order.map { events[$0] } }
    for network in networks {
      scores[network] = scores[network].map { own in order.map { own[$0] } }
    }
  }

  /// Calls `body` with the candidates of a window: ascending, inside its segments, its cuts passed.
  func withEvents<R>(
    of window: MassWindow, buffer: inout [Double],
    _ body: (UnsafeBufferPointer<Double>) throws -> R
  ) rethrows -> R {
    let slices = slices(of: window)
    if slices.count == 1, window.rules == 0, window.score == nil {
      return try values.withUnsafeBufferPointer {
        try body(UnsafeBufferPointer(rebasing: $0[slices[0]]))
      }
    }
    buffer.removeAll(keepingCapacity: true)
    for slice in slices {
      forEachPassing(slice, of: window) { buffer.append(values[$0]) }
    }
    return try buffer.withUnsafeBufferPointer(body)
  }

  /// Candidates a window holds for each event in it, at least 1; NaN where events are not known.
  func entriesPerEvent(of window: MassWindow, scratch: inout [UInt64]) -> Double {
    guard !events.isEmpty else { return .nan }
    scratch.removeAll(keepingCapacity: true)
    for slice in slices(of: window) {
      forEachPassing(slice, of: window) { scratch.append(events[$0]) }
    }
    guard !scratch.isEmpty else { return 1 }
    return Double(scratch.count) / Double(DistinctCount.of(scratch))
  }

  private func slices(of window: MassWindow) -> [Range<Int>] {
    window.segments.map { segment in
      let start = firstIndex { $0 >= segment.lowerBound }
      return start..<max(start, firstIndex { $0 > segment.upperBound })
    }
  }

  @inline(__always)
  private func forEachPassing(_ slice: Range<Int>, of window: MassWindow, _ body: (Int) -> Void) {
    let needed = window.rules
    guard let score = window.score, let own = scores[score.network] else {
      for index in slice where needed == 0 || needed & ~rules[index] == 0 { body(index) }
      return
    }
    for index in slice where own[index] >= score.least {
      if needed == 0 || needed & ~rules[index] == 0 { body(index) }
    }
  }

  private func firstIndex(where matches: (Double) -> Bool) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if matches(values[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Counts different hashes.
enum DistinctCount {
  /// The number of different values; the hashes are already well mixed, so that their low bits place
  /// them in a table of at least twice their number.
  static func of(_ hashes: [UInt64]) -> Int {
    var size = 16
    while size < 2 * hashes.count { size *= 2 }
    let mask = UInt64(size - 1)
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: size) { table in
      table.initialize(repeating: 0)
      var count = 0
      var hasZero = false
      for hash in hashes {
        if hash == 0 {
          if !hasZero { count += 1 }
          hasZero = true
          continue
        }
        var place = Int(hash & mask)
        while table[place] != 0, table[place] != hash { place = (place + 1) & Int(mask) }
        if table[place] == 0 {
          table[place] = hash
          count += 1
        }
      }
      return count
    }
  }
}
