import Inference

/// Data of some neighbouring windows in memory: the observable, ascending, and what cuts need.
package struct ScanData: Sendable {
  package private(set) var values: [Double] = []
  package private(set) var rules: [UInt64] = []
  /// Hashes of the events; empty where the ntuple does not identify them.
  package private(set) var events: [UInt64] = []
  /// Scores by network, as far as the windows cut on them.
  private(set) var scores: [String: [Double]] = [:]
  private var links: [Cuts: EventLinks] = [:]
  /// Rows of the last sample that was loaded.
  private(set) var rows = 0..<0

  /// Loads what the windows need from one or more samples.
  init(_ samples: [SkimmedSample], windows: some Collection<MassWindow>) throws {
    guard let low = windows.map(\.reach.lowerBound).min(),
      let high = windows.map(\.reach.upperBound).max()
    else { return }
    let networks = Set(windows.compactMap(\.score?.network)).sorted()
    for network in networks { scores[network] = [] }
    var isIdentified = true
    for sample in samples {
      let rows = try sample.rows(in: low...high)
      self.rows = rows
      values += try sample.values(sample.columns[0], rows: rows)
      if let passed = try sample.rules(rows: rows) { rules += passed }
      if let own = try sample.events(rows: rows) { events += own } else { isIdentified = false }
      for network in networks { scores[network]? += try sample.values(network, rows: rows) }
    }
    if !isIdentified { events = [] }
    if samples.count > 1 { sort() }
    link(windows)
  }

  /// Takes candidates in memory, ascending in the observable; for tests and other makers of data.
  package init(
    values: [Double], rules: [UInt64] = [], events: [UInt64] = [], scores: [String: [Double]] = [:]
  ) {
    (self.values, self.rules, self.events, self.scores) = (values, rules, events, scores)
  }

  /// Orders the candidates of several samples together.
  private mutating func sort() {
    let order = SortByObservable.order(values).map { Int($0) }
    values = order.map { values[$0] }
    if !rules.isEmpty { rules = order.map { rules[$0] } }
    if !events.isEmpty { events = order.map { events[$0] } }
    scores = scores.mapValues { own in order.map { own[$0] } }
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
  func entriesPerEvent(of window: MassWindow) -> Double {
    guard !events.isEmpty else { return .nan }
    let slices = slices(of: window)
    guard let first = slices.first?.lowerBound else { return 1 }
    let links = links[Cuts(window)] ?? EventLinks(self, window)
    var entries = 0
    var repeated = 0
    for slice in slices {
      forEachPassing(slice, of: window) { index in
        entries += 1
        var earlier = links.earlier[index]
        // What lies in a hole of the window does not count; one before it may.
        while earlier >= first, !slices.contains(where: { $0.contains(Int(earlier)) }) {
          earlier = links.earlier[Int(earlier)]
        }
        if earlier >= first { repeated += 1 }
      }
    }
    return entries == 0 ? 1 : Double(entries) / Double(entries - repeated)
  }

  /// How many candidates the events of a window have in it; one each where events are not known.
  func clusterSizes(of window: MassWindow) -> ClusterSizes {
    let slices = slices(of: window)
    guard !events.isEmpty, let first = slices.first?.lowerBound else { return .single }
    let links = links[Cuts(window)] ?? EventLinks(self, window)
    // The rank of a candidate among those of its event in the window, from 0 on.
    var ranks: [Int32: Int] = [:]
    var sizes: [Int] = []
    for slice in slices {
      forEachPassing(slice, of: window) { index in
        var earlier = links.earlier[index]
        while earlier >= first, !slices.contains(where: { $0.contains(Int(earlier)) }) {
          earlier = links.earlier[Int(earlier)]
        }
        let rank = earlier >= first ? (ranks[earlier] ?? 0) + 1 : 0
        ranks[Int32(index)] = rank
        if rank == sizes.count { sizes.append(0) }
        sizes[rank] += 1
        if rank > 0 { sizes[rank - 1] -= 1 }
      }
    }
    return ClusterSizes(events: sizes)
  }

  /// Number of a window's candidates in ranges; those of `failing` are rules that none of them passes.
  func count(
    in segments: [ClosedRange<Double>], of window: MassWindow, failing: UInt64 = 0
  ) -> Int {
    var own = window
    own.rules &= ~failing
    var count = 0
    forEach(in: segments, of: own) { index in
      if failing == 0 || rules[index] & failing == 0 { count += 1 }
    }
    return count
  }

  /// Calls `body` with the places of a window's candidates in ranges.
  func forEach(
    in segments: [ClosedRange<Double>], of window: MassWindow, _ body: (Int) -> Void
  ) {
    for slice in slices(in: segments) { forEachPassing(slice, of: window, body) }
  }

  private func slices(of window: MassWindow) -> [Range<Int>] { slices(in: window.segments) }

  private func slices(in segments: [ClosedRange<Double>]) -> [Range<Int>] {
    segments.map { segment in
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

extension ScanData {
  /// What a window asks of its candidates.
  struct Cuts: Hashable {
    var rules: UInt64
    var network: String?
    var least: Double

    init(_ window: MassWindow) {
      rules = window.rules
      network = window.score?.network
      least = window.score?.least ?? 0
    }
  }

  /// Most sets of cuts whose links are kept; with more, as with cuts that follow the mass, each
  /// window makes its own.
  private static let mostLinks = 16

  /// Links for every set of cuts of the windows.
  private mutating func link(_ windows: some Collection<MassWindow>) {
    guard !events.isEmpty else { return }
    var kinds: [Cuts: MassWindow] = [:]
    for window in windows where window.skipped == nil && kinds[Cuts(window)] == nil {
      kinds[Cuts(window)] = window
      if kinds.count > Self.mostLinks { return }
    }
    for (cuts, window) in kinds { links[cuts] = EventLinks(self, window) }
  }

  /// For each candidate the one before it that belongs to the same event.
  private struct EventLinks: Sendable {
    /// Place of the last earlier candidate of the event that passes the cuts; -1: none.
    private(set) var earlier: [Int32]

    /// Links the candidates that pass the cuts of a window, wherever they are.
    ///
    /// The hashes are well mixed, so that their low bits place them in a table of at least twice
    /// their number.
    init(_ data: ScanData, _ window: MassWindow) {
      let count = data.events.count
      var links = [Int32](repeating: -1, count: count)
      var size = 16
      while size < 2 * count { size *= 2 }
      let mask = size - 1
      var table = [Int32](repeating: -1, count: size)
      data.events.withUnsafeBufferPointer { events in
        data.forEachPassing(0..<count, of: window) { index in
          var place = Int(truncatingIfNeeded: events[index]) & mask
          while table[place] >= 0, events[Int(table[place])] != events[index] {
            place = (place + 1) & mask
          }
          links[index] = table[place]
          table[place] = Int32(index)
        }
      }
      earlier = links
    }
  }
}
