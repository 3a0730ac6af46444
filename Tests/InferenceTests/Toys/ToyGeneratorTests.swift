import Inference
import NumericalMethods
import Testing

@Suite struct ToyGeneratorTests {
  private static let crystalBall = SignalShape.doubleSidedCrystalBall(
    mean: 5, width: 0.15, alphaLow: 1.2, nLow: 3, alphaHigh: 1.7, nHigh: 4)

  /// Calls `body` with a window over 600 events, 40 of them signal, without those in 3.5 to 4.
  private static func withWindow(_ body: (ScanWindow) throws -> Void) rethrows {
    var maker = EventMaker(21)
    let events = maker.events(background: 600, signal: 40, width: 0.15, gap: 3.5...4)
    try ScanWindow.with(events, segments: [2...3.5, 4...8], signal: crystalBall, body)
  }

  /// Number and positions of 400 toys with a signal against the closed form of the density that was
  /// fitted; the linear background is that of a fit with the signal fixed.
  @Test(arguments: [true, false]) func positionsFollowTheDensity(isSorted: Bool) throws {
    try Self.withWindow { window in
      let solver = WindowSolver()
      let fit = try solver.conditionalFit(window, strength: 60)
      let generator = try ToyGenerator(
        window: window, signal: 60, isSorted: isSorted, solver: solver)
      let line = try ShapeDistribution(Self.crystalBall)
      func background(_ a: Double, _ b: Double) -> Double {
        // c0 + c1 u with u = (x - 5) / 3.
        let (u, v) = ((a - 5) / 3, (b - 5) / 3)
        return 3 * (fit.chebyshev[0] * (v - u) + fit.chebyshev[1] * 0.5 * (v * v - u * u))
      }
      func below(_ x: Double) -> Double {
        var sum = 0.0
        for (a, b) in [(2, 3.5), (4.0, 8.0)] where x > a {
          sum += background(a, min(x, b)) + 60 * line.probability(from: a, to: min(x, b))
        }
        return sum
      }
      #expect(abs(generator.expectedEvents / below(8) - 1) < 1e-5)
      let toy = ToyData(for: generator)
      var all: [Double] = [], sum = 0.0, squares = 0.0
      for i in 0..<400 {
        generator.draw(seed: 5, task: 6, toy: UInt64(i), into: toy)
        let events = Array(toy.window.events)
        #expect(events.count == toy.events)
        #expect(events.allSatisfy { (2...3.5).contains($0) || (4...8).contains($0) })
        if isSorted { #expect(zip(events, events.dropFirst()).allSatisfy { $0 <= $1 }) }
        all += events
        sum += Double(events.count)
        squares += Double(events.count * events.count)
      }
      let mean = sum / 400, variance = squares / 400 - mean * mean
      // Errors of mean and variance of 400 Poisson counts: 5 % and 7 %, of √ν and ν.
      #expect(abs(mean - below(8)) < 3 * (below(8) / 400).squareRoot())
      #expect(abs(variance / below(8) - 1) < 0.25)
      #expect(NumericalMethods.StatisticalTests.kolmogorov(all) { below($0) / below(8) } > 0.01)
    }
  }

  /// Contents of bins against the integrals of the same density.
  @Test func binsHoldTheIntegrals() throws {
    try Self.withWindow { window in
      var window = window
      window.segments = [2...8]
      window.likelihood = .binned(48)
      let solver = WindowSolver()
      let fit = try solver.conditionalFit(window, strength: 60)
      let generator = try ToyGenerator(window: window, signal: 60, solver: solver)
      let line = try ShapeDistribution(Self.crystalBall)
      let toy = ToyData(for: generator)
      var sums = [Double](repeating: 0, count: 48)
      for i in 0..<1000 {
        generator.draw(seed: 5, task: 7, toy: UInt64(i), into: toy)
        let counts = try #require(toy.window.counts)
        for (j, n) in counts.enumerated() { sums[j] += n }
      }
      let expected = (0..<48).map { j -> Double in
        let a = 2 + Double(j) / 8, b = a + 0.125
        let u = (a - 5) / 3, v = (b - 5) / 3
        return 1000
          * (3 * (fit.chebyshev[0] * (v - u) + fit.chebyshev[1] * 0.5 * (v * v - u * u))
            + 60 * line.probability(from: a, to: b))
      }
      #expect(
        NumericalMethods.StatisticalTests.chiSquared(observed: sums, expected: expected) > 0.01)
    }
  }

  /// A negative signal of more than the background: nothing is drawn where the sum is negative.
  @Test func negativeDensityCountsAsZero() throws {
    try Self.withWindow { window in
      let solver = WindowSolver()
      let generator = try ToyGenerator(
        window: window, signal: -200, conditioned: 0, solver: solver)
      let toy = ToyData(for: generator)
      var atPeak = 0, all = 0
      for i in 0..<200 {
        generator.draw(seed: 5, task: 8, toy: UInt64(i), into: toy)
        atPeak += toy.window.events.count { abs($0 - 5) < 0.1 }
        all += toy.events
      }
      #expect(atPeak == 0)
      #expect(abs(Double(all) / 200 - generator.expectedEvents) < 6)
    }
  }

  /// Sizes 1 and 3 with probability 1/2: counts have mean ν and variance ν ⟨k²⟩/⟨k⟩ = 2.5 ν.
  @Test func wholeEventsWidenTheCounts() throws {
    try Self.withWindow { window in
      let clusters = ClusterSizes(events: [20, 0, 20, 0])
      #expect(clusters.mean == 2)
      #expect(clusters.meanSquare == 5)
      for bins in [nil, 60] as [Int?] {
        var window = window
        if let bins { window.likelihood = .binned(bins) }
        let generator = try ToyGenerator(
          window: window, signal: 0, clusters: clusters, solver: WindowSolver())
        let toy = ToyData(for: generator)
        var sum = 0.0, squares = 0.0, low = 0.0
        for i in 0..<2000 {
          generator.draw(seed: 5, task: 9, toy: UInt64(i), into: toy)
          let n = Double(toy.events)
          sum += n
          squares += n * n
          if bins == nil {
            #expect(zip(toy.window.events, toy.window.events.dropFirst()).allSatisfy { $0 <= $1 })
            low += Double(toy.window.events.count { $0 < 3.5 })
          } else {
            low += toy.window.counts?.prefix(15).reduce(0, +) ?? 0
          }
        }
        let mean = sum / 2000, variance = squares / 2000 - mean * mean
        let expected = generator.expectedEvents
        #expect(abs(mean - expected) < 3 * (2.5 * expected / 2000).squareRoot())
        // The variance of 2,000 counts has a relative error of √(2/2000) = 3.2 %.
        #expect(abs(variance / (2.5 * expected) - 1) < 0.1)
        // Below 3.5 lies the first quarter of the range, with its share of a line.
        let fit = try WindowSolver().conditionalFit(window, strength: 0)
        let share = 3 * (fit.chebyshev[0] * 0.5 + fit.chebyshev[1] * 0.5 * (0.25 - 1))
        #expect(abs(low / 2000 - share) < 3 * (2.5 * share / 2000).squareRoot())
      }
    }
  }

  /// The log-normal yield κ^θ about c is κ^c times as large, the Gaussian 1 + sθ has size s/(1+sc).
  @Test func globalObservablesAreAbsorbed() throws {
    try Self.withWindow { window in
      var window = window
      window.yieldPerUnit = 2
      window.nuisances = [
        Nuisance(name: "a", target: .yield, constraint: .logNormal, size: 0.1),
        Nuisance(name: "b", target: .yield, constraint: .gaussian, size: 0.2),
        Nuisance(name: "c", target: .width, constraint: .gaussian, size: 0.05),
      ]
      let generator = try ToyGenerator(window: window, signal: 30, solver: WindowSolver())
      let toy = ToyData(for: generator)
      var sums = [0.0, 0, 0], squares = sums
      for i in 0..<4000 {
        generator.draw(seed: 5, task: 10, toy: UInt64(i), into: toy)
        let c = toy.globalObservables
        let factor = 1 + 0.2 * c[1], yield = SpecialFunctions.pow(1.1, c[0]) * factor * 2
        #expect(abs(toy.window.yieldPerUnit / yield - 1) < 1e-12)
        #expect(abs(toy.window.nuisances[1].size * factor / 0.2 - 1) < 1e-12)
        #expect(abs(toy.window.signal.width / (0.15 * (1 + 0.05 * c[2])) - 1) < 1e-12)
        for j in 0..<3 {
          sums[j] += c[j] - generator.nuisanceValues[j]
          squares[j] += (c[j] - generator.nuisanceValues[j]) * (c[j] - generator.nuisanceValues[j])
        }
      }
      for j in 0..<3 {
        #expect(abs(sums[j] / 4000) < 3.5 / 4000.0.squareRoot())
        #expect(abs(squares[j] / 4000 - 1) < 3.5 * (2 / 4000.0).squareRoot())
      }
    }
  }

  @Test func aToyDependsOnItsNumbersAlone() throws {
    try Self.withWindow { window in
      let solver = WindowSolver()
      let first = try ToyGenerator(window: window, signal: 20, solver: solver)
      let second = try ToyGenerator(window: window, signal: 20, solver: WindowSolver())
      let a = ToyData(for: first), b = ToyData(for: second)
      second.draw(seed: 1, task: 2, toy: 99, into: b)
      for toy in [5, 3, 4] as [UInt64] {
        first.draw(seed: 1, task: 2, toy: toy, into: a)
        second.draw(seed: 1, task: 2, toy: toy, into: b)
        #expect(Array(a.window.events) == Array(b.window.events))
      }
      first.draw(seed: 1, task: 3, toy: 4, into: a)
      #expect(Array(a.window.events) != Array(b.window.events))
    }
  }

  @Test func strengthsThatAreNotNumbersAreRefused() {
    Self.withWindow { window in
      #expect(throws: ToyError.self) {
        try ToyGenerator(window: window, signal: .nan, solver: WindowSolver())
      }
      #expect(
        ToyError.strength(.infinity).description
          == "toys: strength is inf; allowed: a finite number, >= 0 where it is tested")
    }
  }
}
