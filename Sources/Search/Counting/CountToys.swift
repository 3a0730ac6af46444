import Inference
import NumericalMethods
import PipelineSpec
import Platform

/// Scans pseudo-data of counted windows: candidates of the background alone, counts, p-values.
///
/// The background's density along the observable joins the estimates of the windows. Where candidates beside
/// the window give the estimate they are drawn too; other control counts stay as they are.
struct CountToys: Sendable {
  let windows: [CountWindow]
  let level: Double
  let seed: UInt64
  let task: UInt64
  let nuisances: CountingNuisances
  private let places: [Double]
  private let densities: [Double]
  /// Expected candidates up to each place, from the low end of the first window on.
  private let sums: [Double]
  private let range: ClosedRange<Double>

  init(
    _ windows: [CountWindow], level: Double, seed: UInt64, index: Int, nuisances: CountingNuisances
  ) {
    self.windows = windows
    (self.level, self.seed, self.nuisances) = (level, seed, nuisances)
    task = ToyScan.streams | UInt64(index)
    let reach = windows.map(\.window.reach)
    let low = reach.map(\.lowerBound).min() ?? 0
    let high = reach.map(\.upperBound).max() ?? 0
    range = low...high
    let inner = windows.map {
      (
        $0.window.signal.mean, $0.estimate / WindowPlanner.length($0.window.segments)
      )
    }.filter { low < $0.0 && $0.0 < high }
    var points = inner
    if let first = inner.first, let last = inner.last {
      points.insert((low, first.1), at: 0)
      points.append((high, last.1))
    }
    places = points.map(\.0)
    densities = points.map(\.1)
    var total = 0.0
    var sums = [0.0]
    for place in places.indices.dropFirst() {
      total +=
        0.5 * (densities[place] + densities[place - 1]) * (places[place] - places[place - 1])
      sums.append(total)
    }
    self.sums = sums
  }

  /// Scans a range of toys on all threads; after a stop signal those finished at its start.
  func toys(
    _ range: Range<Int>, pool: WorkerPool, stop: StopSignal, advance: @Sendable (Int) -> Void
  ) throws -> [ScanToy] {
    let block = 64
    let count = (range.count + block - 1) / block
    let slots = Slots<[ScanToy]>(count: count)
    try pool.forEach(count: count) { _, index in
      if stop.isSet { return }
      let first = range.lowerBound + index * block
      let own = first..<min(range.upperBound, first + block)
      // p-values by window, count and control count: few of each occur.
      var known: [Key: Double] = [:]
      slots.set(index, own.map { toy($0, &known) })
      advance(own.count)
    }
    return slots.prefix().flatMap { $0 }
  }

  private struct Key: Hashable {
    var window: Int
    var count: Int
    var control: Int
  }

  private func toy(_ number: Int, _ known: inout [Key: Double]) -> ScanToy {
    var random = RandomStream(seed: seed, task: task, toy: UInt64(number))
    let total = sums.last ?? 0
    let candidates = (0..<random.poisson(mean: total)).map { _ in
      place(random.uniform() * total)
    }.sorted()
    var toy = ScanToy(
      toy: number, largest: .nan, point: -1, crossings: 0, failed: 0, candidates: candidates.count)
    var roots: [Double] = []
    for (index, counted) in windows.enumerated() {
      let root = root(index, counted, candidates, &known)
      roots.append(root)
      if root.isNaN {
        toy.failed += 1
      } else if !(root <= toy.largest) {
        (toy.largest, toy.point) = (root, counted.window.hypothesis.index)
      }
    }
    toy.crossings = GrossVitells.count(roots, level: level)
    return toy
  }

  private func root(
    _ index: Int, _ counted: CountWindow, _ candidates: [Double], _ known: inout [Key: Double]
  ) -> Double {
    func count(_ segments: [ClosedRange<Double>]) -> Int {
      segments.reduce(0) { sum, range in sum + candidates.count { range.contains($0) } }
    }
    var own = counted
    own.observed = count(counted.window.segments)
    var control = 0
    if case .sidebands = counted.background.source {
      control = count(counted.background.segments)
      own.first = Double(control)
    }
    let key = Key(window: index, count: own.observed, control: control)
    if let root = known[key] { return root }
    let found = (try? own.significance(nuisances))?.root ?? .nan
    known[key] = found
    return found
  }

  /// Where the expected candidates reach a sum.
  private func place(_ sum: Double) -> Double {
    let above = sums.firstIndex { $0 >= sum } ?? sums.count - 1
    guard above > 0 else { return places.first ?? 0 }
    let (low, high) = (places[above - 1], places[above])
    let (a, b) = (densities[above - 1], densities[above])
    let part = (sum - sums[above - 1]) / (sums[above] - sums[above - 1])
    // x of a density that is linear from a to b: a x + (b - a) x²/2 = part (a + b)/2.
    let x =
      abs(b - a) <= 1e-9 * (a + b)
      ? part : ((a * a + (b * b - a * a) * part).squareRoot() - a) / (b - a)
    return low + (high - low) * min(max(x, 0), 1)
  }
}

extension Search {
  /// Scans pseudo-data of counted windows.
  func countToys(
    _ index: Int, _ range: Range<Int>, _ scan: ScanSettings, level: Double,
    samples: [SkimmedSample], advance: @Sendable (Int) -> Void
  ) throws -> [ScanToy] {
    let windows = plan.scans[index].windows.filter { $0.skipped == nil }
    let (data, simulation) = try plan.scanned(samples, scan, windows: windows)
    let counted = windows.compactMap { CountWindow($0, data: data, simulation: simulation) }
    return try CountToys(
      counted, level: level, seed: plan.pipeline.seed, index: index,
      nuisances: scan.limit?.nuisances == .profiled ? .profiled : .hybrid
    ).toys(range, pool: pool, stop: stop, advance: advance)
  }
}
