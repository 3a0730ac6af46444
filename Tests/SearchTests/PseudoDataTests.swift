import Inference
import NumericalMethods
import PipelineSpec
import Platform
import Search
import Testing

/// Background-only pseudo-data of a whole scan: spectrum, clusters, local and global p-values.
@Suite struct PseudoDataTests {
  static let pool = WorkerPool(threads: 2)
  static let range = 1.0...5.0
  static let sigma = 0.02

  /// Windows of 60 resolutions at steps of some, cut at the range; `rules` by the mass.
  static func windows(step: Double = 1, rules: (Double) -> UInt64 = { _ in 0 }) -> [MassWindow] {
    let count = Int((range.upperBound - range.lowerBound - 0.2) / (step * sigma))
    return (0...count).map { index in
      let mass = range.lowerBound + 0.1 + Double(index) * step * sigma
      return MassWindow(
        Hypothesis(index: index, mass: mass, reducedMass: nil), resolution: sigma,
        range: max(
          range.lowerBound, mass - 30 * sigma)...min(
            range.upperBound, mass + 30 * sigma),
        signal: .gaussian(mean: mass, width: sigma), background: .polynomial(order: 1),
        rules: rules(mass))
    }
  }

  /// Events with one candidate, or with a second one near by or anywhere; density falling by half.
  static func data(
    events: Int, second: Double = 0, seed: UInt64 = 1, rules: Bool = false
  ) -> ScanData {
    var random = RandomStream(seed: seed, task: 77)
    func place(_ random: inout RandomStream) -> Double {
      while true {
        let u = random.uniform()
        if random.uniform() < 1 - 0.5 * u { return range.lowerBound + 4 * u }
      }
    }
    var candidates: [(x: Double, event: UInt64, rules: UInt64)] = []
    for event in 0..<events {
      let own = random.bits()
      _ = event
      let x = place(&random)
      candidates.append((x, own, random.uniform() < 0.7 ? 3 : 1))
      guard random.uniform() < second else { continue }
      let near = x + 0.4 * (random.uniform() - 0.5)
      let other = random.uniform() < 0.5 && range.contains(near) ? near : place(&random)
      candidates.append((other, own, random.uniform() < 0.5 ? 3 : 2))
    }
    candidates.sort { $0.x < $1.x }
    return ScanData(
      values: candidates.map(\.x), rules: rules ? candidates.map(\.rules) : [],
      events: candidates.map(\.event))
  }

  static func pseudoData(_ data: ScanData, _ windows: [MassWindow]) throws -> PseudoData {
    try PseudoData(
      windows, fit: WindowFitSettings(), data: data, pool: pool, stop: StopSignal())
  }

  /// Candidates of a set of cuts in coarse bins: wanted, and summed over toys.
  private func spectrum(_ pseudoData: PseudoData, set: Int, toys: Int, coarse: Int)
    -> (expected: [Double], found: [Double], means: [Double])
  {
    let bins = pseudoData.bins
    let own = pseudoData.sets[set]
    var expected = [Double](repeating: 0, count: coarse)
    var found = expected
    func place(_ x: Double) -> Int {
      min(coarse - 1, Int((x - Self.range.lowerBound) / 4 * Double(coarse)))
    }
    // Fine bins that lie across a coarse edge are shared out by length.
    for (bin, mean) in zip(own.bins, own.expected) {
      let (low, high) = (bins.low[bin], bins.high[bin])
      let edge = Self.range.lowerBound + 4 * Double(place(low) + 1) / Double(coarse)
      let part = high > edge ? (edge - low) / (high - low) : 1
      expected[place(low)] += mean * part * Double(toys)
      if part < 1 { expected[place(low) + 1] += mean * (1 - part) * Double(toys) }
    }
    let drawn = ToyCandidates()
    var values: [Double] = []
    var means: [Double] = []
    for toy in 0..<toys {
      pseudoData.draw(seed: 5, task: 1, toy: UInt64(toy), into: drawn)
      pseudoData.select(set, from: drawn, into: &values)
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(values.allSatisfy(Self.range.contains))
      for x in values { found[place(x)] += 1 }
      means.append(Double(values.count))
    }
    return (expected, found, means)
  }

  @Test(arguments: [40, 300, 20_000])
  func theMeanSpectrumIsTheBackgroundOfTheScan(events: Int) throws {
    let pseudoData = try Self.pseudoData(Self.data(events: events), Self.windows())
    let toys = events > 10_000 ? 60 : 2000
    let (expected, found, counts) = spectrum(pseudoData, set: 0, toys: toys, coarse: 40)
    // Of one candidate an event the toys are a Poisson process: χ² with all bins free.
    #expect(StatisticalTests.chiSquared(observed: found, expected: expected) > 1e-3)
    #expect(abs(expected.reduce(0, +) / Double(toys) / Double(events) - 1) < 0.1)
    let mean = counts.reduce(0, +) / Double(toys)
    let variance =
      counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(toys - 1)
    // Variance over mean of a Poisson count: 1 ± √(2 / toys).
    #expect(abs(variance / mean - 1) < 4 * (2 / Double(toys)).squareRoot())
  }

  @Test func setsOfCutsHaveTheirOwnSpectraAndShareCandidates() throws {
    let data = Self.data(events: 8000, second: 0.6, rules: true)
    // Cuts 1 below 2.5, 2 between, both above 3.5.
    let windows = Self.windows { $0 < 2.5 ? 1 : $0 < 3.5 ? 2 : 3 }
    let pseudoData = try Self.pseudoData(data, windows)
    #expect(pseudoData.sets.count == 3)
    for set in 0..<3 {
      let (expected, found, _) = spectrum(pseudoData, set: set, toys: 60, coarse: 40)
      let full = expected.indices.filter { expected[$0] > 100 }
      // Pairs of candidates of one event widen the spread by at most their part, 0.6.
      let pulls = full.map { (found[$0] - expected[$0]) / expected[$0].squareRoot() }
      let square = pulls.reduce(0) { $0 + $1 * $1 } / Double(pulls.count)
      #expect(square < 1.6 + 4 * (2 / Double(pulls.count)).squareRoot(), "set \(set)")
      #expect(square > 0.3)
    }
    // Of the candidates that pass cut 1 around 2.5 as many pass cut 2 as in the data: 0.7 and 0.5
    // of first and near second ones with cut 1.
    let drawn = ToyCandidates()
    var first: [Double] = []
    var second: [Double] = []
    func part(_ a: [Double], _ b: [Double]) -> Double {
      let inside = a.filter { $0 > 2.2 && $0 < 2.8 }
      let other = Set(b)
      return Double(inside.count { other.contains($0) }) / Double(inside.count)
    }
    let passing = { (rule: UInt64) in
      zip(data.values, data.rules).filter { $0.1 & rule == rule }.map(\.0)
    }
    let wanted = part(passing(1), passing(2))
    var sum = 0.0
    for toy in 0..<40 {
      pseudoData.draw(seed: 5, task: 1, toy: UInt64(toy), into: drawn)
      pseudoData.select(0, from: drawn, into: &first)
      pseudoData.select(1, from: drawn, into: &second)
      sum += part(first, second) / 40
    }
    // 1,200 candidates in the data: 2 %; the fits of the two cuts differ by as much.
    #expect(abs(sum - wanted) < 0.06, "\(sum) \(wanted)")
  }

  /// Pairs in one window: as many a candidate as in the data.
  @Test func candidatesOfAnEventStayTogether() throws {
    let data = Self.data(events: 6000, second: 0.8)
    let windows = Self.windows(step: 30)
    let pseudoData = try Self.pseudoData(data, windows)
    let drawn = ToyCandidates()
    /// Variance over mean of the window's count in the toys: 1 + 2 pairs / candidates.
    var counts = [[Double]](repeating: [], count: windows.count)
    var values: [Double] = []
    let toys = 800
    for toy in 0..<toys {
      pseudoData.draw(seed: 5, task: 2, toy: UInt64(toy), into: drawn)
      pseudoData.select(0, from: drawn, into: &values)
      for (index, window) in windows.enumerated() {
        counts[index].append(Double(values.count { window.range.contains($0) }))
      }
    }
    for (index, window) in windows.enumerated() {
      let inside = zip(data.values, data.events).filter { window.range.contains($0.0) }
      let different = Set(inside.map(\.1)).count
      let pairs = Double(inside.count - different)
      let mean = counts[index].reduce(0, +) / Double(toys)
      let variance =
        counts[index].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(toys - 1)
      let wanted = 1 + 2 * pairs / Double(inside.count)
      // The error of a variance over 800 toys is 5 %; displacement moves 2 % of pairs over an edge.
      #expect(abs(variance / mean - wanted) < 0.2 * wanted, "\(variance / mean) \(wanted)")
      #expect(wanted > 1.2)
    }
  }

  @Test func localPValuesOfToysAreUniform() throws {
    let pseudoData = try Self.pseudoData(Self.data(events: 20_000), Self.windows(step: 15))
    let scan = ToyScan(pseudoData, fit: WindowFitSettings(), level: 0, seed: 3, index: 0)
    let worker = ToyWorker(scan)
    // Hypotheses away from the ends, 15 resolutions apart: next to independent.
    var values: [Double] = []
    for block in 0..<30 {
      _ = worker.toys((8 * block)..<(8 * block + 8))
      for roots in worker.roots.prefix(8) { values += roots[2...10].filter { !$0.isNaN } }
    }
    #expect(values.count == 240 * 9)
    let p = StatisticalTests.kolmogorov(values, cumulative: NormalDistribution.cumulative)
    // The toys' truth follows fluctuations of the data that windows cannot: a few per cent of σ.
    #expect(p > 1e-3, "\(p)")
  }

  @Test func aToyDependsOnItsNumberAlone() throws {
    let pseudoData = try Self.pseudoData(Self.data(events: 3000, second: 0.3), Self.windows())
    let scan = ToyScan(pseudoData, fit: WindowFitSettings(), level: 0, seed: 3, index: 0)
    let all = try scan.toys(0..<20, pool: Self.pool, stop: StopSignal())
    let one = try scan.toys(0..<20, pool: WorkerPool(threads: 1), stop: StopSignal())
    let parts =
      try scan.toys(0..<3, pool: Self.pool, stop: StopSignal())
      + scan.toys(3..<20, pool: WorkerPool(threads: 3), stop: StopSignal())
    #expect(all == one)
    #expect(all == parts)
    #expect(all.map(\.toy) == Array(0..<20))
    #expect(Set(all.map(\.largest)).count == 20)
    #expect(all.allSatisfy { $0.failed == 0 && $0.largest > 0.5 && $0.largest < 6 })
    let other = ToyScan(pseudoData, fit: WindowFitSettings(), level: 0, seed: 4, index: 0)
    #expect(try other.toys(0..<1, pool: Self.pool, stop: StopSignal())[0] != all[0])
  }

  /// What the toys find is what the bound allows, on a scan in steps of the resolution.
  @Test func toysStayBelowTheBound() throws {
    let pseudoData = try Self.pseudoData(Self.data(events: 3000), Self.windows())
    let scan = ToyScan(pseudoData, fit: WindowFitSettings(), level: 0, seed: 3, index: 0)
    let toys = try scan.toys(0..<400, pool: Self.pool, stop: StopSignal())
    let bound = GrossVitells(level: 0, counts: toys.map(\.crossings))
    for z in [2.0, 2.5, 3.0] {
      let part = BinomialProportion(toys.count { $0.largest >= z }, of: toys.count)
      let p = bound.pValue(at: z)
      #expect(part.value < p.value + 3 * (part.error + p.error), "\(z)")
      #expect(part.value > 0.3 * p.value, "\(z)")
    }
  }
}
