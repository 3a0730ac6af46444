import Inference
import NumericalMethods
import Testing

/// Windows whose background holds a peak of fixed shape.
@Suite struct BackgroundPeakTests {
  private let signal = SignalShape.gaussian(mean: 5, width: 0.1)
  private let known = SignalShape.doubleSidedCrystalBall(
    mean: 5.6, width: 0.15, alphaLow: 0.8, nLow: 5, alphaHigh: 2, nHigh: 5)

  private var background: BackgroundShape { .sum([.polynomial(order: 1), .peak(known)]) }

  private static func events(_ seed: UInt64, signal: Int = 40, peak: Int = 150) -> [Double] {
    var maker = EventMaker(seed)
    return
      (maker.events(background: 300, signal: signal)
      + maker.events(background: 0, signal: peak, mean: 5.6, width: 0.15)).sorted()
  }

  /// The same peaks as a named fit, whose likelihood is another program's part.
  private func named(_ events: [Double]) throws -> FitResult {
    func fixed(_ name: String, _ value: Double) -> FitParameter {
      FitParameter(name, start: value, minimum: -.infinity, maximum: .infinity, isFixed: true)
    }
    let peaks = [
      Peak(
        name: "s", shape: .gaussian(mean: fixed("a", 5), width: fixed("b", 0.1)),
        yield: FitParameter("signal", start: 30), normalisation: .fullLine),
      Peak(
        name: "k",
        shape: .doubleSidedCrystalBall(
          mean: fixed("c", 5.6), width: fixed("d", 0.15), alphaLow: fixed("e", 0.8),
          nLow: fixed("f", 5), alphaHigh: fixed("g", 2), nHigh: fixed("h", 5)),
        yield: FitParameter("peak", start: 100), normalisation: .fullLine),
    ]
    return try PeakFit(segments: [2...8], peaks: peaks, background: .polynomial(order: 1))
      .fit(events: events).result
  }

  @Test(arguments: [1, 2, 3]) func aWindowAgreesWithANamedFit(seed: UInt64) throws {
    let events = Self.events(seed)
    let other = try named(events)
    ScanWindow.with(events, segments: [2...8], signal: signal, background: background) { window in
      let result = WindowSolver().solve(window)
      #expect(result.fit.status == .converged)
      #expect(abs(result.fit.nll - other.nll) < 1e-6)
      let (own, theirs) = (result.signalYield, other["signal"]?.value ?? .nan)
      #expect(abs(own - theirs) < 1e-4 * result.signalYieldError)
      let error = other["signal"]?.error ?? .nan
      #expect(abs(result.signalYieldError / error - 1) < 1e-4)
      let peak = result.fit["peak"]
      // Inside the window lies all but some 1e-5 of the peak.
      #expect(abs((peak?.value ?? 0) / (other["peak"]?.value ?? .nan) - 1) < 1e-3)
      #expect(abs((peak?.error ?? 0) / (other["peak"]?.error ?? .nan) - 1) < 1e-3)
      #expect(abs(result.signalYield + result.backgroundYield - Double(events.count)) < 1e-3)
    }
  }

  @Test func finelyBinnedIsUnbinned() {
    let events = Self.events(7)
    ScanWindow.with(events, segments: [2...8], signal: signal, background: background) { window in
      var window = window
      window.level = 0.9
      let plain = WindowSolver().solve(window)
      window.likelihood = .binned(2400)
      let binned = WindowSolver().solve(window)
      #expect(abs(plain.signalYield - binned.signalYield) < 0.02 * plain.signalYieldError)
      for (a, b) in zip(plain.limit?.expected ?? [], binned.limit?.expected ?? []) {
        #expect(abs(a / b - 1) < 2e-3)
      }
      #expect(plain.limit?.status == .found && binned.limit?.status == .found)
    }
  }

  @Test func derivativesAreThoseOfTheLikelihood() throws {
    ScanWindow.with(
      Self.events(4), segments: [2...8], signal: signal, background: background
    ) { window in
      var window = window
      window.nuisances = [Nuisance(name: "w", target: .width, constraint: .gaussian, size: 0.1)]
      let check = WindowSolver().checkDerivatives(window)
      #expect((check?.gradient ?? 1) < 1e-5 && (check?.hessian ?? 1) < 1e-4)
    }
  }

  /// What is exported for other programs is the same likelihood.
  @Test func theGeneralModelHasTheSameMinimum() throws {
    let events = Self.events(5)
    try ScanWindow.with(
      events, segments: [2...8], signal: signal, background: background
    ) { window in
      let result = WindowSolver().solve(window)
      let fit = try Likelihood(LikelihoodModel(window: window)).fit()
      #expect(abs(fit.nll - result.fit.nll) < 1e-6)
    }
  }

  /// A peak without events has no negative yield; one that lies elsewhere is left out.
  @Test func noEventsOfThePeakEndAtItsBound() {
    var maker = EventMaker(9)
    let events = maker.events(background: 400).filter { abs($0 - 5.6) > 0.4 }
    ScanWindow.with(events, segments: [2...8], signal: signal, background: background) { window in
      var window = window
      window.level = 0.95
      let result = WindowSolver().solve(window)
      #expect(result.fit.status.isValid)
      #expect(abs(result.fit["peak"]?.value ?? 1) < 1e-6)
      #expect(result.limit?.status == .found)
    }
    ScanWindow.with(
      events, segments: [2...8], signal: signal,
      background: .sum([.polynomial(order: 1), .peak(.gaussian(mean: 20, width: 0.1))])
    ) { window in
      let far = WindowSolver().solve(window)
      ScanWindow.with(
        events, segments: [2...8], signal: signal, background: .polynomial(order: 1)
      ) { plain in
        let alone = WindowSolver().solve(plain)
        #expect(abs(far.signalYield - alone.signalYield) < 1e-4 * alone.signalYieldError)
      }
    }
  }

  /// A signal on top of a known peak may be negative where the peak makes up for it: three candidates of
  /// simulated B⁺ → K⁺μμ at the K_S.
  @Test func profilesReachNegativeSignalsThatAPeakCarries() throws {
    let signal = SignalShape.doubleSidedCrystalBall(
      mean: 0.408937, width: 0.00217372, alphaLow: 1.49478, nLow: 5, alphaHigh: 1.62145, nHigh: 5)
    let peak = SignalShape.doubleSidedCrystalBall(
      mean: 0.4107, width: 0.0031, alphaLow: 0.3, nLow: 5, alphaHigh: 2.4, nHigh: 5)
    try ScanWindow.with(
      [0.3772612, 0.4035249, 0.4055670], segments: [0.361157...0.456717], signal: signal,
      background: .sum([.polynomial(order: 1), .peak(peak)])
    ) { window in
      var window = window
      window.level = 0.95
      window.nuisances = [Nuisance(name: "w", target: .width, constraint: .gaussian, size: 0.05)]
      window.wantsProfiles = true
      let solver = WindowSolver()
      let result = solver.solve(window)
      #expect(result.signalYield < -1)
      let profiles = try #require(result.profiles)
      let signals = [-1.2, -0.5, 0, 1, 3, 6]
      let direct = solver.directProfile(window, at: signals, isAsimov: false)
      for (signal, value) in zip(signals, direct) {
        let own = profiles.observed.evaluate(signal).value
        #expect(abs(own - (try #require(value))) < 2e-3, "\(signal)")
      }
    }
  }

  /// Few candidates of the known peak are no signal beside it.
  @Test func candidatesOfThePeakAreNoSignal() {
    let events = [5.55, 5.58, 5.62, 5.65]
    func root(_ background: BackgroundShape) -> Double {
      ScanWindow.with(events, segments: [2...8], signal: known, background: background) {
        WindowSolver().solve($0).signedRoot
      }
    }
    #expect(root(.polynomial(order: 1)) > 3)
    // Signal and peak of one shape: the data say nothing of either alone.
    #expect(abs(root(background)) < 0.01)
  }
}
