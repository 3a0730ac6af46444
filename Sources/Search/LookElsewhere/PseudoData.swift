import Inference
import NumericalMethods
import PipelineSpec
import Platform

/// Background-only pseudo-data over the whole range of a scan, drawn in whole events.
///
/// The wanted density f of each set of cuts is the scan's own background (`LocalBackground`). The
/// pool are the events of the scanned sample. Of each event Poisson(R) copies are made; every
/// candidate of a copy is displaced at random (`Displacement`), which makes the density k, and
/// kept for a set of cuts where the copy's uniform number is below f(x) / (R k(x)): k is known
/// exactly in fine bins, and R is at least f/k wherever the event can get. The mean density is
/// then f, candidates of one event come together as in the data, and one candidate serves all sets
/// of cuts that it passes. Where every event has one candidate, the candidates are an exact Poisson
/// process of density f.
package struct PseudoData: Sendable {
  /// The windows that are not skipped, ascending in the hypothesis.
  package let windows: [MassWindow]
  /// Fine bins of the observable.
  package let bins: FineBins
  /// Sets of cuts, in the order in which hypotheses first use them.
  package let sets: [CutSet]
  let rules: [UInt64]
  /// Candidates of the pool, event by event: where they are in the data, how they move.
  let places: [Int32]
  let displacements: [Displacement]
  /// First candidate of each event and the end, shape [events + 1].
  let starts: [Int32]
  /// Mean number of copies R of each event, and exp(−R), shape [events].
  let rates: [Double]
  let none: [Double]
  /// Largest ratio of all sets of cuts in each bin, shape [bins].
  let largestRatio: [Double]

  /// Prepares pseudo-data of a scan with its data; skipped windows are left out, one at least is open.
  package init(
    _ windows: [MassWindow], fit: WindowFitSettings, data: ScanData, pool: WorkerPool,
    stop: StopSignal
  ) throws {
    let open = windows.filter { $0.skipped == nil }
    let bins = FineBins(open)
    let curves = try LocalBackground.curves(
      open, fit: fit, data: data, pool: pool, stop: stop)
    let kinds = Self.kinds(of: open)
    let candidates = Candidates(data, bins: bins)
    let slots = Slots<CutSet>(count: kinds.count)
    try pool.forEach(count: kinds.count) { _, index in
      try stop.check()
      let own = kinds[index].windows
      var set = CutSet(
        kinds[index].cuts, windows: own, of: open, data: data, bins: bins,
        background: LocalBackground(own.map { open[$0] }, curves: own.map { curves[$0] }))
      set.compare(displaced: candidates.displaced(for: set, rules: data.rules, bins: bins))
      slots.set(index, set)
    }
    let sets = slots.all()
    self.windows = open
    self.bins = bins
    self.sets = sets
    rules = data.rules
    (places, displacements, starts) = (
      candidates.places, candidates.displacements, candidates.starts
    )
    var largest = [Double](repeating: 0, count: bins.count)
    for set in sets {
      for (bin, ratio) in zip(set.bins, set.ratio) { largest[bin] = max(largest[bin], ratio) }
    }
    largestRatio = largest
    rates = candidates.rates(sets, rules: data.rules, bins: bins)
    none = rates.map { SpecialFunctions.exp(-$0) }
  }

  /// Windows by what they ask of candidates, in the order of first appearance.
  private static func kinds(of windows: [MassWindow]) -> [(cuts: ScanData.Cuts, windows: [Int])] {
    var places: [ScanData.Cuts: Int] = [:]
    var kinds: [(cuts: ScanData.Cuts, windows: [Int])] = []
    for (index, window) in windows.enumerated() {
      let cuts = ScanData.Cuts(window)
      if let place = places[cuts] {
        kinds[place].windows.append(index)
      } else {
        places[cuts] = kinds.count
        kinds.append((cuts, [index]))
      }
    }
    return kinds
  }

  /// Draws one set of pseudo-data; it depends on seed, task and toy alone.
  package func draw(seed: UInt64, task: UInt64, toy: UInt64, into drawn: ToyCandidates) {
    var random = RandomStream(seed: seed, task: task, toy: toy)
    drawn.fill(bins: bins.count) { entries in
      drawEvents(&random, &entries)
      drawMissing(&random, &entries)
    }
  }

  private func drawEvents(_ random: inout RandomStream, _ entries: inout [ToyCandidates.Entry]) {
    for event in rates.indices where rates[event] > 0 {
      let rate = rates[event]
      var copies = 0
      var probability = none[event]
      var sum = probability
      let target = random.uniform()
      while target > sum, copies < 60 {
        copies += 1
        probability *= rate / Double(copies)
        sum += probability
      }
      for _ in 0..<copies {
        let mark = random.uniform() * rate
        for index in Int(starts[event])..<Int(starts[event + 1]) {
          let x = displacements[index].moved(random.uniform())
          let bin = bins.bin(of: x)
          if mark < largestRatio[bin] {
            entries.append(
              .init(
                x: x, mark: mark, bin: Int32(truncatingIfNeeded: bin), source: places[index]))
          }
        }
      }
    }
  }

  /// Draws candidates by themselves where the displaced pool is too sparse.
  private func drawMissing(_ random: inout RandomStream, _ entries: inout [ToyCandidates.Entry]) {
    for (index, set) in sets.enumerated() where set.missingTotal > 0 {
      for _ in 0..<random.poisson(mean: set.missingTotal) {
        let target = random.uniform() * set.missingTotal
        let place = min(set.missing.firstPlace { $0 > target }, set.bins.count - 1)
        let bin = set.bins.lowerBound + place
        let x = random.uniform(in: bins.low[bin]...bins.high[bin])
        entries.append(
          .init(
            x: min(max(x, bins.low[bin]), bins.high[bin]), mark: 0,
            bin: Int32(truncatingIfNeeded: bin), source: Int32(truncatingIfNeeded: -1 - index)))
      }
    }
  }

  /// Puts the candidates that pass a set of cuts into `values`, ascending.
  package func select(_ index: Int, from drawn: ToyCandidates, into values: inout [Double]) {
    values.removeAll(keepingCapacity: true)
    let set = sets[index]
    let base = set.bins.lowerBound
    for entry in drawn.entries[drawn.range(of: set.bins)] {
      let source = Int(entry.source)
      if source < 0 {
        if source == -1 - index { values.append(entry.x) }
      } else if entry.mark < set.ratio[Int(entry.bin) - base], set.passes(source, rules: rules) {
        values.append(entry.x)
      }
    }
  }
}

extension Array where Element == Double {
  /// The first place of an ascending array at which something holds; the count if nowhere.
  @inline(__always)
  func firstPlace(where holds: (Double) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
