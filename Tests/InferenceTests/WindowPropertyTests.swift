import Inference
import Kernels
import NumericalMethods
import Testing

@Suite struct WindowPropertyTests {
  let peak = SignalShape.gaussian(mean: 5, width: 0.1)

  @Test func noEventsGiveZeroYieldsAndALimit() {
    let solver = WindowSolver()
    ScanWindow.with([], segments: [2...8], signal: peak) { window in
      var window = window
      window.level = 0.95
      let result = solver.solve(window)
      #expect(result.fit.status == .empty)
      #expect(result.signalYield == 0)
      #expect(result.backgroundYield == 0)
      #expect(result.pValue == 0.5)
      // q = 2μ, so that CLs = 0.05 at √q = 1.96: 1.92 events (asymptotically; exactly 3.00).
      let limit = result.limit
      #expect(limit?.status == .found)
      #expect(abs((limit?.observed ?? 0) - 1.9207) < 1e-3)
      #expect(abs((limit?.expected[2] ?? 0) - 1.9207) < 1e-3)
    }
  }

  /// One to a dozen events anywhere: valid fits, densities not negative, finite limits.
  @Test(arguments: 1...12) func fewEventsGiveValidResults(count: Int) {
    let solver = WindowSolver()
    for seed in 1...6 {
      var maker = EventMaker(UInt64(100 * count + seed))
      let events = maker.events(background: count)
      for order in 0...2 {
        for positivity in [Positivity.totalDensity, .background] {
          ScanWindow.with(
            events, segments: [2...8], signal: peak, background: .polynomial(order: order)
          ) { window in
            var window = window
            window.positivity = positivity
            window.level = 0.9
            let result = solver.solve(window)
            let note = "n \(count) seed \(seed) order \(order) \(positivity) \(result.fit.status)"
            #expect(result.fit.status.isValid, "\(note)")
            #expect(result.backgroundFit.status.isValid, "\(note)")
            #expect(result.limit?.status == .found, "\(note)")
            let yields = result.signalYield + result.backgroundYield
            #expect(abs(yields - Double(count)) < 1e-3 * Double(count), "\(note)")
            let lowest =
              result.curve.densities(
                at: (0...600).map { 2 + 0.01 * Double($0) }
              ).min() ?? 0
            #expect(lowest > -1e-5 * Double(count), "\(note) \(lowest)")
            #expect(result.q0 >= 0)
          }
        }
      }
    }
  }

  /// A hole in the data under the peak pushes the yield to where the density vanishes.
  @Test func aDeficitStopsWhereTheDensityVanishes() {
    var maker = EventMaker(3)
    let events = maker.events(background: 600).filter { abs($0 - 5) > 0.4 }
    let solver = WindowSolver()
    ScanWindow.with(events, segments: [2...8], signal: peak) { window in
      var window = window
      window.level = 0.9
      let result = solver.solve(window)
      guard case .atLimit = result.fit.status else {
        Issue.record("status \(result.fit.status)")
        return
      }
      #expect(result.signalYield < 0)
      #expect(result.signedRoot < 0)
      #expect(result.q0 == 0)
      #expect(result.pValue > 0.5)
      // The lowest density lies beside the peak's middle, where the background slopes.
      let lowest =
        result.curve.densities(at: (0...2000).map { 4.5 + 5e-4 * Double($0) }).min() ?? 1
      #expect(abs(lowest) < 1e-4)
      #expect(result.limit?.status == .found)
      #expect((result.limit?.observed ?? 0) > 0)
    }
  }

  /// A limit far above the band of expected ones.
  @Test func aHugeExcessHasALimitAboveItsYield() {
    var maker = EventMaker(4)
    let events = maker.events(background: 500, signal: 2000)
    let solver = WindowSolver()
    ScanWindow.with(events, segments: [2...8], signal: peak) { window in
      var window = window
      window.level = 0.9
      window.nuisances = [
        Nuisance(name: "efficiency", target: .yield, constraint: .logNormal, size: 0.05)
      ]
      let result = solver.solve(window)
      #expect(result.fit.status.isValid)
      #expect(result.signedRoot > 20)
      #expect(result.pValue < 1e-80)
      let limit = result.limit
      #expect(limit?.status == .found)
      #expect((limit?.observed ?? 0) > result.parameterValue)
      #expect((limit?.observed ?? 0) < 1.3 * result.parameterValue)
    }
  }

  @Test func bothWaysAgree() {
    let solver = WindowSolver()
    for seed in 1...8 {
      var maker = EventMaker(UInt64(seed))
      let events = maker.events(
        background: 800, signal: seed % 3 * 15, gap: seed % 2 == 0 ? 6...6.5 : nil)
      for order in 0...2 {
        ScanWindow.with(
          events, segments: seed % 2 == 0 ? [2...6, 6.5...8] : [2...8],
          signal: .doubleSidedCrystalBall(
            mean: 5, width: 0.1, alphaLow: 1.2, nLow: 4, alphaHigh: 2, nHigh: 3),
          background: .polynomial(order: order)
        ) { window in
          var window = window
          window.level = 0.95
          window.nuisances = [
            Nuisance(name: "a", target: .yield, constraint: .logNormal, size: 0.05),
            Nuisance(name: "b", target: .yield, constraint: .gaussian, size: 0.1),
          ]
          let a = solver.solve(window), b = solver.solveTheGeneralWay(window)
          #expect(a.fit.status == .converged)
          #expect(b.fit.status == .converged)
          #expect(abs(a.signalYield - b.signalYield) < 1e-3 * b.signalYieldError)
          #expect(abs(a.fit.nll - b.fit.nll) < 1e-6)
          #expect(abs(a.signedRoot - b.signedRoot) < 1e-4)
          #expect(abs(a.parameterError / b.parameterError - 1) < 1e-3)
          guard let p = a.limit, let q = b.limit else {
            Issue.record("no limit")
            return
          }
          for (x, y) in zip([p.observed] + p.expected, [q.observed] + q.expected) {
            #expect(abs(x / y - 1) < 2e-5)
          }
        }
      }
    }
  }

  @Test func derivativesAreExact() {
    let solver = WindowSolver()
    var maker = EventMaker(9)
    let events = maker.events(background: 400, signal: 60, gap: 6...6.5)
    let backgrounds: [BackgroundShape] = [
      .polynomial(order: 1), .polynomial(order: 4), .exponential,
      .sum([.polynomial(order: 1), .exponential]),
    ]
    for background in backgrounds {
      for bins in [0, 60] {
        ScanWindow.with(
          events, segments: [2...6, 6.5...8], signal: peak, background: background
        ) { window in
          var window = window
          if bins > 0 { window.likelihood = .binned(bins) }
          window.nuisances = [
            Nuisance(name: "w", target: .width, constraint: .gaussian, size: 0.1),
            Nuisance(name: "v", target: .width, constraint: .logNormal, size: 0.05),
          ]
          let check = solver.checkDerivatives(window)
          #expect((check?.gradient ?? 1) < 1e-5, "\(background) \(bins)")
          #expect((check?.hessian ?? 1) < 1e-5, "\(background) \(bins)")
        }
      }
    }
  }

  /// A width nuisance moves and widens the answer, A_w follows; the pull is the constraint's.
  @Test func widthNuisanceIsProfiled() {
    var maker = EventMaker(11)
    let events = maker.events(background: 500, signal: 300, width: 0.12)
    let solver = WindowSolver()
    ScanWindow.with(events, segments: [4...8], signal: peak) { window in
      var window = window
      window.level = 0.9
      let fixed = solver.solve(window)
      window.nuisances = [
        Nuisance(name: "width", target: .width, constraint: .gaussian, size: 0.1)
      ]
      let free = solver.solve(window)
      #expect(free.fit.status == .converged)
      #expect(free.fit.nll < fixed.fit.nll)
      #expect(free.signalYieldError > fixed.signalYieldError)
      let pull = free.fit["width"]?.value ?? 0
      #expect(pull > 0.5 && pull < 3)
      #expect(free.limit?.status == .found)
      // The nuisance at the size of nothing changes nothing.
      window.nuisances[0].size = 1e-7
      let still = solver.solve(window)
      #expect(abs(still.signalYield - fixed.signalYield) < 1e-4 * fixed.signalYieldError)
      #expect(abs((still.limit?.observed ?? 0) / (fixed.limit?.observed ?? 1) - 1) < 1e-5)
    }
  }

  /// Exponential backgrounds, sums and high orders: the fit recovers what was made.
  @Test func otherBackgroundsConverge() {
    var maker = EventMaker(12)
    let events = (0..<4000).compactMap { _ -> Double? in
      let x = 2 + 2 * maker.stream.exponential()
      return x < 8 ? x : nil
    }.sorted()
    let solver = WindowSolver()
    for background in [
      BackgroundShape.exponential, .polynomial(order: 3), .polynomial(order: 5),
      .sum([.polynomial(order: 0), .exponential]),
    ] {
      ScanWindow.with(events, segments: [2...8], signal: peak, background: background) { window in
        var window = window
        window.level = 0.9
        let result = solver.solve(window)
        #expect(result.fit.status.isValid, "\(background) \(result.fit.status)")
        #expect(result.limit?.status == .found, "\(background)")
        #expect(abs(result.signedRoot) < 4)
        #expect(
          abs(result.signalYield + result.backgroundYield - Double(events.count)) < 0.1)
        if background == .exponential {
          // exp(-x/2) is exp(-1.5 u) on [2, 8].
          let slope = result.fit["slope"]
          #expect(abs((slope?.value ?? 0) + 1.5) < 4 * (slope?.error ?? 0))
        }
      }
    }
  }

  /// The result depends on the window alone: any order of windows, any SIMD level, the same bits.
  @Test func resultsHaveTheSameBitsEverywhere() throws {
    let fits = try FixtureFiles.fits().filter { $0.fit.n <= 3000 }
    func all(_ solver: WindowSolver, reversed: Bool) -> [[UInt64]] {
      var out: [[UInt64]] = []
      for (fit, events) in reversed ? fits.reversed() : fits {
        ScanWindow.with(events, segments: [fit.lo...fit.hi], signal: fit.shape) { window in
          var window = window
          window.level = 0.9
          if fit.window % 3 == 1 {
            window.nuisances = [
              Nuisance(name: "w", target: .width, constraint: .gaussian, size: 0.03)
            ]
          }
          if fit.window % 3 == 2 { window.background = .polynomial(order: 2) }
          let r = solver.solve(window)
          let values =
            r.fit.parameters.flatMap { [$0.value, $0.error] }
            + [r.fit.nll, r.signedRoot, r.pValue, r.acceptance, r.limit?.observed ?? 0]
            + (r.limit?.expected ?? [])
          out.append(values.map(\.bitPattern))
        }
      }
      return reversed ? out.reversed() : out
    }
    let wanted = all(WindowSolver(), reversed: false)
    #expect(all(WindowSolver(), reversed: true) == wanted)
    let old = nj_simd_level_in_use()
    for level in [NJ_SIMD_V3, NJ_SIMD_BASELINE] {
      _ = nj_simd_level_force(level)
      #expect(all(WindowSolver(), reversed: false) == wanted)
    }
    _ = nj_simd_level_force(old)
  }
}
