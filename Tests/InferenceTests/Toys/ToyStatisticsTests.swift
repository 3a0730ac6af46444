import Inference
import NumericalMethods
import Testing

@Suite struct ToyStatisticsTests {
  private static let nuisances = [
    Nuisance(name: "luminosity", target: .yield, constraint: .logNormal, size: 0.03),
    Nuisance(name: "efficiency", target: .yield, constraint: .gaussian, size: 0.06),
  ]

  /// Calls `body` with toys of a window of flat background at a strength.
  private static func forEachToy(
    background: Int, strength: Double = 0, nuisances: [Nuisance] = [], count: Int,
    _ body: (ScanWindow, WindowSolver) throws -> Void
  ) throws {
    var maker = EventMaker(77)
    let events = maker.events(background: background, slope: 0)
    try ScanWindow.with(events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.1)) {
      var window = $0
      window.nuisances = nuisances
      let solver = WindowSolver()
      let generator = try ToyGenerator(
        window: window, signal: strength, conditioned: 0, solver: solver)
      let toy = ToyData(for: generator)
      for i in 0..<count {
        generator.draw(seed: 3, task: 30, toy: UInt64(i), into: toy)
        try body(toy.window, solver)
      }
    }
  }

  /// The same numbers as the solver's full result, with and without width nuisances.
  @Test(arguments: [12, 400]) func aToyIsFittedAsData(background: Int) throws {
    let width = Nuisance(name: "width", target: .width, constraint: .gaussian, size: 0.05)
    for nuisances in [Self.nuisances, Self.nuisances + [width]] {
      try Self.forEachToy(background: background, strength: 5, nuisances: nuisances, count: 40) {
        window, solver in
        let found = solver.toyStatistics(window)
        let whole = WindowSolver().solve(window)
        #expect(found.status != .failed)
        #expect(found.events == whole.events)
        #expect(abs(found.value - whole.parameterValue) < 1e-9 * (1 + abs(found.value)))
        #expect(
          found.error.isNaN && whole.parameterError.isNaN
            || abs(found.error / whole.parameterError - 1) < 1e-9)
        #expect(abs(found.nll - whole.fit.nll) < 1e-9)
        #expect(abs(found.q0 - whole.q0) < 1e-9)
        #expect(abs(found.signedRoot - whole.signedRoot) < 1e-7)
      }
    }
  }

  /// q̃ of the fast way against the general way, which a sum of one shape takes, to 1e-4 of itself
  /// and 1e-5: what the parabola around the last profile point may cost.
  @Test func bothWaysGiveTheSameStatistic() throws {
    let strengths = [2.0, 10, 20, 40]
    try Self.forEachToy(background: 600, strength: 10, nuisances: Self.nuisances, count: 60) {
      window, solver in
      var fast = [Double](repeating: .nan, count: 4), slow = fast
      let first = solver.toyStatistics(window, strengths: strengths, into: &fast, wantsNull: false)
      var general = window
      general.background = .sum([.polynomial(order: 1)])
      let second = solver.toyStatistics(general, strengths: strengths, into: &slow)
      #expect(abs(first.value - second.value) < 2e-3 * second.error)
      for i in strengths.indices {
        #expect(abs(fast[i] - slow[i]) < 1e-5 + 1e-4 * slow[i], "\(strengths[i])")
        if strengths[i] <= first.value { #expect(fast[i] == 0) }
      }
    }
  }

  /// 2,000 background-only toys of 3,000 events: the signed root is a unit Gaussian, q0 of those with
  /// a positive signal χ² with one degree of freedom.
  @Test func discoveryStatisticsHaveTheirDistributions() throws {
    var roots: [Double] = []
    var q0: [Double] = []
    try Self.forEachToy(background: 3000, nuisances: Self.nuisances, count: 2000) {
      window, solver in
      let found = solver.toyStatistics(window)
      roots.append(found.signedRoot)
      if found.value > 0 { q0.append(found.q0) }
    }
    let uniform = NumericalMethods.StatisticalTests.kolmogorov(roots) {
      NormalDistribution.cumulative($0)
    }
    let chiSquared = NumericalMethods.StatisticalTests.kolmogorov(q0) {
      ChiSquaredDistribution.cumulative($0, degrees: 1)
    }
    #expect(uniform > 0.01)
    #expect(chiSquared > 0.01)
  }

  /// Pulls of 2,000 toys with an injected signal: mean and width of a unit Gaussian, whose errors are
  /// 0.022 and 0.016; asymmetric errors move the mean by about 1 / (2 √200) = 0.035.
  @Test func pullsAreUnitGaussian() throws {
    for isBinned in [false, true] {
      var sum = 0.0, squares = 0.0
      try Self.forEachToy(background: 3000, strength: 40, nuisances: Self.nuisances, count: 2000) {
        window, solver in
        var window = window
        if isBinned { window.likelihood = .binned(600) }
        let found = solver.toyStatistics(window)
        // Global observables fluctuate: the strength they are fitted with is that of the hypothesis.
        let pull = (found.value - 40) / found.error
        sum += pull
        squares += pull * pull
      }
      let mean = sum / 2000, width = (squares / 2000 - mean * mean).squareRoot()
      #expect(abs(mean) < 0.1)
      #expect(abs(width - 1) < 0.06)
    }
  }

  /// Toy limits cover.
  ///
  /// At two background events under the peak CLs covers at least 90 % of 250 sets; at a hundred, the
  /// one-sided p-value with signal covers 90 %. The errors are 1.9 %.
  @Test(arguments: [(30, 4.0, false), (1500, 20, true)])
  func limitsCover(background: Int, signal: Double, isOneSided: Bool) throws {
    let solver = WindowSolver()
    var covered = 0
    for set in 0..<250 {
      var maker = EventMaker(UInt64(9000 + set))
      let events = maker.events(
        background: maker.stream.poisson(mean: Double(background)),
        signal: maker.stream.poisson(mean: signal), slope: 0)
      try ScanWindow.with(events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.1)) {
        window in
        let tail = try ToyLimit.tail(
          window, strength: signal, toys: 400,
          settings: ToyLimitSettings(level: 0.9, seed: UInt64(set)), solver: solver)
        if (isOneSided ? tail.signalTail : tail.cls) >= 0.1 { covered += 1 }
      }
    }
    let coverage = Double(covered) / 250
    #expect(coverage > 0.9 - 3 * 0.019)
    if isOneSided { #expect(coverage < 0.9 + 3 * 0.019) }
  }
}
