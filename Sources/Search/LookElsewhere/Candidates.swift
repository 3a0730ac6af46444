/// The candidates of the pool, event by event.
struct Candidates: Sendable {
  /// Where a candidate is in the data, shape [candidates].
  let places: [Int32]
  /// How it moves, shape [candidates].
  let displacements: [Displacement]
  /// First candidate of each event and the end, shape [events + 1].
  let starts: [Int32]
  /// Candidates ascending in the observable.
  private let ascending: [Int32]
  /// Longest displacement.
  private let longest: Double
  private let values: [Double]

  /// Takes all candidates inside the bins; where events are not identified each is an event.
  init(_ data: ScanData, bins: FineBins) {
    var inside: [Int32] = []
    for (place, x) in data.values.enumerated() where bins.stretch(of: x) != nil {
      inside.append(Int32(place))
    }
    let events = data.events
    if !events.isEmpty {
      // By event, and inside it by place: the order of a sum never depends on a hash table.
      inside.sort { (events[Int($0)], $0) < (events[Int($1)], $1) }
    }
    var starts: [Int32] = []
    for (index, place) in inside.enumerated()
    where index == 0 || events.isEmpty || events[Int(place)] != events[Int(inside[index - 1])] {
      starts.append(Int32(index))
    }
    starts.append(Int32(inside.count))
    self.starts = starts
    places = inside
    let values = inside.map { data.values[Int($0)] }
    self.values = values
    displacements = values.map { x in
      let stretch = bins.stretches[bins.stretch(of: x) ?? 0]
      return Displacement(at: x, resolution: bins.resolution(at: x), in: stretch.range)
    }
    longest = displacements.map(\.half).max() ?? 0
    ascending = inside.indices.map { Int32($0) }.sorted {
      (values[Int($0)], $0) < (values[Int($1)], $1)
    }
  }

  /// Mean number of displaced candidates that pass a set of cuts, in each of its bins.
  func displaced(for set: CutSet, rules: [UInt64], bins: FineBins) -> [Double] {
    var sums = [Double](repeating: 0, count: set.bins.count)
    forEach(in: set, rules: rules, bins: bins) { index, reached in
      let displacement = displacements[index]
      for bin in reached {
        sums[bin - set.bins.lowerBound] += displacement.probability(
          from: bins.low[bin], to: bins.high[bin])
      }
    }
    return sums
  }

  /// The largest ratio that each event can meet, over its candidates, their bins and sets of cuts.
  func rates(_ sets: [CutSet], rules: [UInt64], bins: FineBins) -> [Double] {
    var owner = [Int32](repeating: 0, count: places.count)
    for event in 0..<max(0, starts.count - 1) {
      for index in Int(starts[event])..<Int(starts[event + 1]) { owner[index] = Int32(event) }
    }
    var rates = [Double](repeating: 0, count: max(0, starts.count - 1))
    for set in sets {
      forEach(in: set, rules: rules, bins: bins) { index, reached in
        var most = 0.0
        for bin in reached { most = max(most, set.ratio[bin - set.bins.lowerBound]) }
        let event = Int(owner[index])
        rates[event] = max(rates[event], most)
      }
    }
    return rates
  }

  /// Calls `body` with each candidate that passes a set of cuts and the bins of the set it can reach.
  private func forEach(
    in set: CutSet, rules: [UInt64], bins: FineBins, _ body: (Int, Range<Int>) -> Void
  ) {
    guard let first = set.bins.first, let last = set.bins.last else { return }
    let low = bins.low[first] - longest
    let high = bins.high[last] + longest
    var a = 0
    var b = ascending.count
    while a < b {
      let middle = (a + b) / 2
      if values[Int(ascending[middle])] >= low { b = middle } else { a = middle + 1 }
    }
    while a < ascending.count {
      let index = Int(ascending[a])
      a += 1
      if values[index] > high { return }
      guard set.passes(Int(places[index]), rules: rules) else { continue }
      let reached = bins.bins(touching: displacements[index].reach).clamped(to: set.bins)
      if !reached.isEmpty { body(index, reached) }
    }
  }
}
