import Inference
import NumericalMethods
import Testing

@Suite struct SignalProfileTests {
  @Test func aPolynomialOfFifthDegreeIsReproduced() throws {
    func sum(_ x: Double, _ coefficients: [Double]) -> Double {
      coefficients.reversed().reduce(0) { $0 * x + $1 }
    }
    func p(_ x: Double) -> Double { sum(x, [1, 2, -1, 0.5, -0.2, 0.03]) }
    func slope(_ x: Double) -> Double { sum(x, [2, -2, 1.5, -0.8, 0.15]) }
    func bend(_ x: Double) -> Double { sum(x, [-2, 3, -2.4, 0.6]) }
    let nodes = [-1.0, 0.5, 3]
    let profile = try SignalProfile(
      signals: nodes, values: nodes.map(p), slopes: nodes.map(slope), curvatures: nodes.map(bend))
    for x in [-1.0, -0.3, 0.5, 1.7, 2.9, 3] {
      let found = profile.evaluate(x)
      #expect(abs(found.value - p(x)) < 1e-12)
      #expect(abs(found.slope - slope(x)) < 1e-12)
      #expect(abs(found.curvature - bend(x)) < 1e-11)
    }
  }

  @Test func beyondItsEndsAProfileIsTheParabolaOfTheEnd() throws {
    let profile = try SignalProfile(
      signals: [0, 2], values: [1, 3], slopes: [0.5, 2], curvatures: [1, 0.25])
    // 3 + 2·2 + ½·0.25·2² and 1 - 0.5 + ½.
    #expect(profile.evaluate(4).value == 7.5)
    #expect(profile.evaluate(-1).value == 1)
    #expect(profile.contains(2) && !profile.contains(2.1) && !profile.contains(-0.1))
  }

  @Test func nodesThatAreNotAscendingOrNotFiniteAreRefused() {
    #expect(throws: InferenceError.profile(reason: "its nodes are not ascending")) {
      try SignalProfile(signals: [1, 0], values: [0, 0], slopes: [0, 0], curvatures: [0, 0])
    }
    #expect(throws: InferenceError.profile(reason: "a node is not a finite number")) {
      try SignalProfile(signals: [0, 1], values: [0, .nan], slopes: [0, 0], curvatures: [0, 0])
    }
    #expect(throws: InferenceError.self) {
      try SignalProfile(signals: [0], values: [0], slopes: [0], curvatures: [0])
    }
  }

  /// A way through a window.
  struct Case: Sendable {
    var name: String
    var count: Int
    var background = BackgroundShape.polynomial(order: 1)
    var positivity = Positivity.totalDensity
    var nuisances: [Nuisance] = []
    var likelihood = LikelihoodKind.unbinned
  }

  /// Backgrounds and nuisance parameters that take all ways through a window.
  static let cases: [Case] = [
    Case(name: "linear", count: 3000),
    Case(name: "quadratic", count: 300, background: .polynomial(order: 2)),
    Case(name: "few", count: 20),
    Case(name: "very few", count: 5, background: .polynomial(order: 0)),
    Case(name: "background", count: 40, positivity: .background),
    Case(name: "exponential", count: 200, background: .exponential),
    Case(
      name: "width", count: 400,
      nuisances: [Nuisance(name: "width", target: .width, constraint: .logNormal, size: 0.1)]),
    Case(name: "binned", count: 1000, positivity: .background, likelihood: .binned(60)),
  ]

  /// 2 ln L between the nodes is within 1e-3 of fits with the signal held, five at random in each
  /// part of the range: from three errors below zero to half above the highest limit.
  @Test(arguments: cases.indices) func profilesBetweenNodesAgreeWithFits(_ index: Int) throws {
    let own = Self.cases[index], name = own.name, count = own.count
    let solver = WindowSolver()
    var worst = 0.0, nodes = 0
    for seed in 0..<10 {
      var maker = EventMaker(UInt64(100 + seed))
      let events = maker.events(background: count, signal: seed % 3 * (2 + count / 40))
      let shape = SignalShape.gaussian(mean: 5, width: 0.1)
      try ScanWindow.with(events, segments: [2...8], signal: shape, background: own.background) {
        var window = $0
        window.positivity = own.positivity
        window.nuisances = own.nuisances
        window.likelihood = own.likelihood
        window.level = 0.9
        window.wantsProfiles = true
        let result = solver.solve(window)
        let profiles = try #require(result.profiles, "\(name) \(seed) \(result.fit.status)")
        #expect(profiles.error < 2e-3, "\(name) \(seed)")
        nodes = max(nodes, profiles.observed.signals.count, profiles.asimov.signals.count)
        #expect(abs(profiles.asimov.evaluate(0).value) < 1e-9)
        for isAsimov in [false, true] {
          let profile = isAsimov ? profiles.asimov : profiles.observed
          let low = profile.signals[0], high = profile.signals[profile.signals.count - 1]
          #expect(high >= 1.4 * (result.limit?.observed ?? .infinity))
          #expect(isAsimov ? low == 0 : low <= min(0, result.parameterValue))
          let signals = (0..<10).map { _ in low + (high - low) * maker.stream.uniform() }
          let direct = solver.directProfile(window, at: signals, isAsimov: isAsimov)
          for (signal, value) in zip(signals, direct) {
            let value = try #require(value)
            let miss = 2 * abs(profile.evaluate(signal).value - value)
            worst = max(worst, miss)
            #expect(miss < 1e-3, "\(name) \(seed) \(isAsimov) \(signal) in \(low)...\(high)")
          }
        }
      }
    }
    // Reached: 1.3e-4 where the profile is smooth, 7e-4 where positivity begins to bind.
    #expect(nodes <= 40 && worst > 0)
  }

  @Test func resultsAreTheSameBytesWithAndWithoutProfiles() throws {
    let solver = WindowSolver()
    for own in Self.cases {
      let name = own.name
      var maker = EventMaker(77)
      let events = maker.events(background: own.count, signal: 5)
      ScanWindow.with(
        events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.1),
        background: own.background
      ) {
        var window = $0
        window.positivity = own.positivity
        window.nuisances = own.nuisances
        window.likelihood = own.likelihood
        window.level = 0.95
        let without = solver.solve(window)
        window.wantsProfiles = true
        let with = solver.solve(window)
        #expect(without.profiles == nil && with.profiles != nil, "\(name)")
        #expect(without.limit == with.limit && without.fit == with.fit, "\(name)")
        #expect(solver.solve(window).profiles == with.profiles, "\(name)")
      }
    }
  }

  @Test func anEmptyWindowAllowsNoNegativeSignal() throws {
    let solver = WindowSolver()
    try ScanWindow.with([], segments: [2...8], signal: .gaussian(mean: 5, width: 0.1)) {
      var window = $0
      window.level = 0.9
      window.wantsProfiles = true
      let profiles = try #require(solver.solve(window).profiles)
      #expect(profiles.observed.isBounded && profiles.observed.signals[0] == 0)
      // -ln L is the expected signal.
      #expect(abs(profiles.observed.evaluate(1.5).value - 1.5) < 1e-9)
      #expect(abs(profiles.asimov.evaluate(1.5).value - 1.5) < 1e-9)
    }
  }
}
