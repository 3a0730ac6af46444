import Inference
import NumericalMethods
import Testing

@Suite struct ProfileCombinationTests {
  /// A Gaussian measurement x ± σ of the signal events: -ln L = (s - x)² / 2σ², exact with two nodes.
  static func gaussian(_ x: Double, _ sigma: Double, unit: Double) throws -> WindowProfiles {
    func profile(_ x: Double) throws -> SignalProfile {
      let ends = [-20 * sigma, 20 * sigma]
      return try SignalProfile(
        signals: ends, values: ends.map { ($0 - x) * ($0 - x) / (2 * sigma * sigma) },
        slopes: ends.map { ($0 - x) / (sigma * sigma) },
        curvatures: ends.map { _ in 1 / (sigma * sigma) })
    }
    return WindowProfiles(
      yieldPerUnit: unit, observed: try profile(x), asimov: try profile(0), error: 0)
  }

  static func efficiency(_ size: Double) -> [Nuisance] {
    [Nuisance(name: "efficiency", target: .yield, constraint: .gaussian, size: size)]
  }

  @Test func withoutNuisancesTheValueIsTheWeightedMean() throws {
    let inputs = [
      ProfileCombination.Input(name: "A", profiles: try Self.gaussian(30, 10, unit: 10)),
      ProfileCombination.Input(
        name: "B", profiles: try Self.gaussian(8, 6, unit: 2), scale: 2.5),
    ]
    let result = try ProfileCombination(inputs, level: 0.95).solve()
    // 3 ± 1 and 8/5 ± 6/5.
    let weights = [1.0, 1 / 1.44]
    let mean = (3 * weights[0] + 1.6 * weights[1]) / (weights[0] + weights[1])
    let error = 1 / (weights[0] + weights[1]).squareRoot()
    #expect(abs(result.value - mean) < 1e-9)
    #expect(abs(result.error - error) < 1e-9)
    #expect(abs(result.signedRoot - mean / error) < 1e-9)
    // CLs of a Gaussian: 1 - Φ((μ - m)/σ) = α Φ(m/σ).
    let tail = NormalDistribution.upperTail(-mean / error)
    let limit = mean + error * NormalDistribution.quantile(upperTail: 0.05 * tail)
    #expect(abs((result.limit?.observed ?? .nan) - limit) < 1e-6)
    let expected = [-2.0, -1, 0, 1, 2].map { n in
      error
        * (n + NormalDistribution.quantile(upperTail: 0.05 * NormalDistribution.upperTail(-n)))
    }
    for (found, wanted) in zip(result.limit?.expected ?? [], expected) {
      #expect(abs(found - wanted) < 1e-6)
    }
  }

  /// With s = μ y (1 + δθ) the minimum over θ is a generalised least-squares problem: at fixed μ the
  /// covariance is σᵢ² on the diagonal plus μ² δᵢyᵢ δⱼyⱼ, between inputs only where θ is shared.
  static func chiSquared(
    _ mu: Double, _ x: [Double], _ sigma: [Double], _ y: [Double], _ size: [Double],
    isShared: Bool
  ) -> Double {
    let r = [x[0] - mu * y[0], x[1] - mu * y[1]]
    let d = [mu * size[0] * y[0], mu * size[1] * y[1]]
    let a = sigma[0] * sigma[0] + d[0] * d[0], b = sigma[1] * sigma[1] + d[1] * d[1]
    let c = isShared ? d[0] * d[1] : 0
    return (b * r[0] * r[0] - 2 * c * r[0] * r[1] + a * r[1] * r[1]) / (a * b - c * c)
  }

  @Test(arguments: [true, false]) func sharedAndSeparateNuisancesFollowTheClosedForm(
    isShared: Bool
  ) throws {
    let x = [36.0, 12], sigma = [8.0, 5], y = [10.0, 6], size = [0.2, 0.3]
    let combination = try ProfileCombination(
      (0..<2).map {
        ProfileCombination.Input(
          name: ["A", "B"][$0], profiles: try Self.gaussian(x[$0], sigma[$0], unit: y[$0]),
          nuisances: Self.efficiency(size[$0]))
      }, separate: isShared ? [] : ["efficiency"], level: 0.95, expected: [0])
    #expect(
      combination.parameters
        == (isShared ? ["efficiency"] : ["A: efficiency", "B: efficiency"]))
    func q(_ mu: Double, _ x: [Double]) -> Double {
      Self.chiSquared(mu, x, sigma, y, size, isShared: isShared)
    }
    let result = combination.solve()
    // Golden section on the closed form.
    var low = 0.0, high = 10.0
    for _ in 0..<200 {
      let a = low + 0.382 * (high - low), b = high - 0.382 * (high - low)
      if q(a, x) < q(b, x) { high = b } else { low = a }
    }
    let best = 0.5 * (low + high)
    #expect(abs(result.value - best) < 1e-6)
    #expect(abs(result.q0 - (q(0, x) - q(best, x))) < 1e-9)
    for mu in [0.5, 2.0, 5.0, -1.0] {
      let twice = try #require(combination.twiceNLL(at: mu))
      #expect(abs(twice - (q(mu, x) - q(best, x))) < 1e-8)
    }
    // CLs by bisection, q-tilde with its boundary term.
    func logRatio(_ mu: Double) -> Double {
      let root = max(q(mu, x) - q(best, x), 0).squareRoot()
      let asimov = q(mu, [0, 0]).squareRoot()
      let t = root <= asimov ? root - asimov : (root * root - asimov * asimov) / (2 * asimov)
      return NormalDistribution.logUpperTail(t + asimov) - NormalDistribution.logUpperTail(t)
    }
    (low, high) = (best, 40)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if logRatio(middle) > SpecialFunctions.log(0.05) { low = middle } else { high = middle }
    }
    // The search for a limit takes the profile as a parabola over a hundredth of its width.
    #expect(abs((result.limit?.observed ?? .nan) / low - 1) < 1e-4)
    let target = NormalDistribution.quantile(upperTail: 0.025)
    (low, high) = (0, 40)
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if q(middle, [0, 0]).squareRoot() < target { low = middle } else { high = middle }
    }
    #expect(abs((result.limit?.expected.first ?? .nan) / low - 1) < 1e-4)
  }

  /// Limits of one window by itself, and of its profiles: reached 7e-5; allowed what an error of
  /// 1e-3 of 2 ln L between the nodes may add.
  @Test func oneInputAloneGivesItsOwnLimits() throws {
    let solver = WindowSolver()
    var worst = 0.0
    for way in SignalProfileTests.cases {
      let name = way.name, count = way.count
      for seed in 0..<8 {
        var maker = EventMaker(UInt64(300 + seed))
        let events = maker.events(background: count, signal: seed % 4 * (1 + count / 60))
        let own =
          way.nuisances + [
            Nuisance(name: "luminosity", target: .yield, constraint: .logNormal, size: 0.02),
            Nuisance(
              name: "efficiency", target: .yield,
              constraint: seed % 2 == 0 ? .gaussian : .logNormal, size: 0.15),
          ]
        try ScanWindow.with(
          events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.1),
          background: way.background
        ) {
          var window = $0
          window.positivity = way.positivity
          window.nuisances = own
          window.likelihood = way.likelihood
          window.yieldPerUnit = 7
          window.level = 0.9
          window.wantsProfiles = true
          let result = solver.solve(window), limit = try #require(result.limit)
          let combined = try ProfileCombination(
            [.init(name: "A", profiles: try #require(result.profiles), nuisances: own)], level: 0.9
          ).solve()
          let found = try #require(combined.limit)
          let place = "\(name) \(seed)"
          #expect(combined.status.isValid && !combined.isExtrapolated, "\(place)")
          for (a, b) in zip([found.observed] + found.expected, [limit.observed] + limit.expected) {
            #expect(abs(a / b - 1) < 1e-3, "\(place): \(a) \(b)")
            worst = max(worst, abs(a / b - 1))
          }
          let error = result.parameterError.isFinite ? result.parameterError : 0.1
          #expect(abs(combined.value - result.parameterValue) < 2e-3 * error, "\(place)")
          #expect(abs(combined.signedRoot - result.signedRoot) < 2e-3, "\(place)")
        }
      }
    }
    #expect(worst > 0)
  }

  @Test func emptyWindowsCombineToTheLimitOfNoEvents() throws {
    let solver = WindowSolver()
    let profiles = try ScanWindow.with(
      [], segments: [2...8], signal: .gaussian(mean: 5, width: 0.1)
    ) {
      var window = $0
      window.level = 0.9
      window.wantsProfiles = true
      window.yieldPerUnit = 2
      return try #require(solver.solve(window).profiles)
    }
    let inputs = ["A", "B"].map { ProfileCombination.Input(name: $0, profiles: profiles) }
    let result = try ProfileCombination(inputs, level: 0.9).solve()
    #expect(result.status == .empty && result.value == 0)
    // Twice the yield of one: half its limit.
    let one = try ProfileCombination([inputs[0]], level: 0.9).solve()
    let ratio = (result.limit?.observed ?? .nan) / (one.limit?.observed ?? .nan)
    #expect(abs(ratio - 0.5) < 1e-6)
  }

  @Test func aDeficitBesideAnEmptyWindowEndsAtZero() throws {
    let empty = WindowProfiles(
      yieldPerUnit: 1,
      observed: try SignalProfile(
        signals: [0, 50], values: [0, 50], slopes: [1, 1], curvatures: [0, 0], isBounded: true),
      asimov: try SignalProfile(
        signals: [0, 50], values: [0, 50], slopes: [1, 1], curvatures: [0, 0]), error: 0)
    let result = try ProfileCombination(
      [
        .init(name: "A", profiles: empty),
        .init(name: "B", profiles: try Self.gaussian(-12, 6, unit: 2)),
      ], level: 0.9
    ).solve()
    #expect(result.status == .atLimit(undefined: ["strength"]))
    #expect(result.value == 0 && result.error.isNaN && result.q0 == 0)
    #expect(result.limit?.status == .found && !result.isExtrapolated)
  }

  @Test func aFitBeyondTheNodesIsFlagged() throws {
    var narrow = try Self.gaussian(30, 10, unit: 1)
    narrow.observed = try SignalProfile(
      signals: [-1, 2], values: [0.31 * 15.5, 0.28 * 14], slopes: [-0.31, -0.28],
      curvatures: [0.01, 0.01])
    let result = try ProfileCombination([.init(name: "A", profiles: narrow)], level: nil).solve()
    #expect(abs(result.value - 30) < 1e-6)
    #expect(result.isExtrapolated)
  }

  @Test func whatIsOutOfRangeIsRefused() throws {
    let profiles = try Self.gaussian(1, 1, unit: 1)
    #expect(throws: InferenceError.self) { try ProfileCombination([], level: 0.9) }
    #expect(throws: InferenceError.self) {
      try ProfileCombination([.init(name: "A", profiles: profiles)], level: 1)
    }
    #expect(throws: InferenceError.self) {
      try ProfileCombination([.init(name: "A", profiles: profiles, scale: -1)], level: 0.9)
    }
    #expect(throws: InferenceError.self) {
      try ProfileCombination(
        [.init(name: "A", profiles: profiles, nuisances: Self.efficiency(1.5))], level: 0.9)
    }
  }
}
