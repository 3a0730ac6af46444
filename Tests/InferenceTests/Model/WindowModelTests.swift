import Inference
import NumericalMethods
import Testing

/// The general model of a scan window against the solver of single windows.
@Suite struct WindowModelTests {
  struct Case: Sendable {
    var seed: UInt64
    var background: Int
    var signal: Int
    var shape: BackgroundShape
    var likelihood: LikelihoodKind
    var nuisances: [Nuisance]
    var isGapped = false
    var normalisation = ShapeNormalisation.fullLine
    var signalShape = SignalShape.doubleSidedCrystalBall(
      mean: 5, width: 0.1, alphaLow: 1.4, nLow: 3, alphaHigh: 1.8, nHigh: 5)
  }

  static let both = SignalShape.twoCrystalBalls(
    mean: 5, width: 0.1, tail: CrystalBallTail(alpha: 1.4, n: 3, side: .low), width2: 0.16,
    tail2: CrystalBallTail(alpha: 1.8, n: 5, side: .high), fraction: 0.6)

  static let efficiency = Nuisance(
    name: "efficiency", target: .yield, constraint: .gaussian, size: 0.05)
  static let luminosity = Nuisance(
    name: "luminosity", target: .yield, constraint: .logNormal, size: 0.02)
  static let resolution = Nuisance(
    name: "resolution", target: .width, constraint: .logNormal, size: 0.1)

  static let cases: [Case] = [
    Case(
      seed: 1, background: 400, signal: 0, shape: .polynomial(order: 1), likelihood: .unbinned,
      nuisances: []),
    Case(
      seed: 2, background: 3000, signal: 60, shape: .polynomial(order: 2), likelihood: .unbinned,
      nuisances: [efficiency]),
    Case(
      seed: 3, background: 1000, signal: 40, shape: .polynomial(order: 1), likelihood: .unbinned,
      nuisances: [efficiency, luminosity, resolution], isGapped: true),
    Case(
      seed: 4, background: 1000, signal: 30, shape: .polynomial(order: 1), likelihood: .binned(60),
      nuisances: [efficiency, luminosity]),
    Case(
      seed: 5, background: 2000, signal: 50, shape: .polynomial(order: 2), likelihood: .binned(40),
      nuisances: [resolution], isGapped: true),
    Case(
      seed: 6, background: 1500, signal: 20, shape: .exponential, likelihood: .unbinned,
      nuisances: [luminosity]),
    Case(
      seed: 7, background: 1500, signal: 50, shape: .exponential, likelihood: .binned(50),
      nuisances: [resolution]),
    Case(
      seed: 8, background: 800, signal: 30, shape: .polynomial(order: 1), likelihood: .unbinned,
      nuisances: [efficiency], normalisation: .window, signalShape: both),
  ]

  /// Two minimisers at one minimum: -ln L to 1e-7, parameters to 1e-4 of their errors (a last step
  /// that gains 1e-9 in -ln L moves them by 4e-5 of it), limits to 5e-5 (the window's search ends
  /// with a step of 2e-5 on a parabola, and its Asimov sets have other nodes).
  @Test(arguments: cases) func fitsAndLimitsAgreeWithTheWindowSolver(_ c: Case) throws {
    var maker = EventMaker(c.seed)
    let gap = c.isGapped ? 3.0...3.5 : nil
    let events = maker.events(background: c.background, signal: c.signal, gap: gap)
    let segments = gap.map { [2...$0.lowerBound, $0.upperBound...8] } ?? [2.0...8.0]
    try ScanWindow.with(
      events, segments: segments, signal: c.signalShape, background: c.shape
    ) { window in
      var window = window
      window.likelihood = c.likelihood
      window.nuisances = c.nuisances
      window.normalisation = c.normalisation
      window.level = 0.9
      window.yieldPerUnit = 2
      let result = WindowSolver().solve(window)
      let calculator = try AsymptoticCalculator(
        LikelihoodModel(window: window), parameterOfInterest: "strength")
      #expect(calculator.fit.status == .converged)
      #expect(abs(calculator.fit.nll - result.fit.nll) < 1e-7)
      #expect(abs(calculator.nullFit.nll - result.backgroundFit.nll) < 1e-7)
      #expect(abs(calculator.q0 - result.q0) < 1e-6)
      #expect(
        abs(calculator.signedRoot - result.signedRoot) < 1e-6 / max(abs(result.signedRoot), 0.1))
      for (mine, theirs) in [
        ("strength", ""), ("background", "background"), ("c1", "c1"), ("c2", "c2"),
        ("slope", "slope"), ("resolution", "resolution"),
      ] {
        guard let a = calculator.fit[mine] else { continue }
        let b =
          theirs.isEmpty
          ? FittedParameter(
            name: "strength", value: result.parameterValue, error: result.parameterError)
          : result.fit[theirs]
        let other = try #require(b)
        #expect(abs(a.value - other.value) < 1e-4 * other.error, "\(mine)")
        // The window's error with yield nuisances adds relative errors in quadrature.
        let tolerance = mine == "strength" && c.nuisances.count > 0 ? 2e-2 : 1e-4
        #expect(abs(a.error / other.error - 1) < tolerance, "\(mine) \(a.error) \(other.error)")
      }
      let limit = calculator.limit(level: 0.9).limit
      let reference = try #require(result.limit)
      #expect(limit.status == .found)
      #expect(abs(limit.observed / reference.observed - 1) < 5e-5, "\(limit) \(reference)")
      for (a, b) in zip(limit.expected, reference.expected) {
        #expect(abs(a / b - 1) < 5e-5, "\(a) \(b)")
      }
    }
  }

  /// Forty random windows, unbinned and binned, with all nuisances: the tolerances of above.
  @Test func randomWindowsAgreeWithTheWindowSolver() throws {
    var stream = RandomStream(seed: 31, task: 2, toy: 0)
    let solver = WindowSolver()
    var compared = 0
    for k in 0..<40 {
      let background = Int(200 + 2000 * stream.uniform()), signal = Int(60 * stream.uniform())
      let width = 0.08 + 0.2 * stream.uniform(), mean = 4.5 + stream.uniform()
      let isBinned = k % 2 == 1, order = 1 + Int(2 * stream.uniform())
      var maker = EventMaker(1000 + UInt64(k))
      let events = maker.events(
        background: background, signal: signal, mean: mean, width: width,
        slope: 0.8 * stream.uniform() - 0.4)
      try ScanWindow.with(
        events, segments: [2...8],
        signal: .doubleSidedCrystalBall(
          mean: mean, width: width, alphaLow: 1.3, nLow: 4, alphaHigh: 1.7, nHigh: 6),
        background: .polynomial(order: order)
      ) { window in
        var window = window
        if isBinned { window.likelihood = .binned(30 + k) }
        window.nuisances = [
          Self.efficiency, Self.luminosity,
          Nuisance(name: "resolution", target: .width, constraint: .gaussian, size: 0.05),
        ]
        window.level = 0.9
        window.expected = [0]
        let result = solver.solve(window)
        guard result.fit.status == .converged, result.backgroundFit.status == .converged else {
          return
        }
        compared += 1
        let calculator = try AsymptoticCalculator(
          LikelihoodModel(window: window), parameterOfInterest: "strength")
        #expect(calculator.isValid, "window \(k)")
        #expect(abs(calculator.fit.nll - result.fit.nll) < 1e-7, "window \(k)")
        #expect(abs(calculator.q0 - result.q0) < 1e-6, "window \(k)")
        let limit = calculator.limit(level: 0.9, deviations: [0]).limit
        let reference = try #require(result.limit)
        #expect(abs(limit.observed / reference.observed - 1) < 5e-5, "window \(k)")
        #expect(abs(limit.expected[0] / reference.expected[0] - 1) < 5e-5, "window \(k)")
      }
    }
    #expect(compared >= 35)
  }
}
