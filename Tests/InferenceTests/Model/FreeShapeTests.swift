import Inference
import NumericalMethods
import Testing

/// Free shapes against the named fits, whose density and derivatives are other code.
@Suite struct FreeShapeTests {
  /// Values to 1e-3 of the errors; errors to 1 %, as the named fit's Hessian is that before its last
  /// step, where that of a badly known tail is 0.4 % off.
  @Test(arguments: [true, false], [ShapeNormalisation.window, .fullLine])
  func fitsAgreeWithNamedFits(isWeighted: Bool, normalisation: ShapeNormalisation) throws {
    var maker = EventMaker(77)
    let events = maker.events(background: 3000, signal: 1500, width: 0.3)
    let weights = isWeighted ? events.indices.map { 0.4 + 0.3 * Double($0 % 4) } : nil
    let named = try PeakFit(
      segments: [2...8],
      peaks: [
        Peak(
          name: "peak",
          shape: .doubleSidedCrystalBall(
            mean: FitParameter("m", start: 5.05), width: FitParameter("w", start: 0.25),
            alphaLow: FitParameter("aL", start: 1.5, isFixed: true),
            nLow: FitParameter("nL", start: 3, isFixed: true),
            alphaHigh: FitParameter("aH", start: 1.6),
            nHigh: FitParameter("nH", start: 4, isFixed: true)),
          yield: FitParameter("s", start: 1000), normalisation: normalisation)
      ], background: .exponential)
    let reference = named.fit(events: events, weights: weights).result
    let model = LikelihoodModel(
      parameters: [
        ModelParameter(name: "s", start: 1000), ModelParameter(name: "m", start: 5.05),
        ModelParameter(name: "w", start: 0.25), ModelParameter(name: "aH", start: 1.6),
        ModelParameter(name: "b", start: 3000), ModelParameter(name: "slope", start: 0),
      ],
      channels: [
        ModelChannel(
          name: "a", segments: [2...8],
          components: [
            ModelComponent(
              name: "s", factors: [.parameter("s")],
              shape: .doubleSidedCrystalBall(
                mean: .parameter("m"), width: .parameter("w"), alphaLow: .constant(1.5),
                nLow: .constant(3), alphaHigh: .parameter("aH"), nHigh: .constant(4)),
              normalisation: normalisation),
            ModelComponent(
              name: "b", factors: [.parameter("b")],
              shape: .exponential(slope: .parameter("slope"))),
          ], data: .unbinned(events, weights: weights))
      ])
    let fit = try Likelihood(model).fit()
    #expect(fit.status == .converged && reference.status == .converged)
    #expect(abs(fit.nll - reference.nll) < 1e-7)
    for (mine, theirs) in [
      ("s", "s"), ("m", "m"), ("w", "w"), ("aH", "aH"), ("b", "background"), ("slope", "slope"),
    ] {
      let a = try #require(fit[mine]), b = try #require(reference[theirs])
      #expect(abs(a.value - b.value) < 1e-3 * b.error, "\(mine) \(a) \(b)")
      #expect(abs(a.error / b.error - 1) < 1e-2, "\(mine) \(a) \(b)")
    }
  }

  /// Fine bins hold what the events do: values to 2 % of the errors for bins of a thirtieth of the
  /// width (moving events by up to half a bin changes little).
  @Test func fineBinsAgreeWithEvents() throws {
    var maker = EventMaker(78)
    let events = maker.events(background: 2000, signal: 800, width: 0.3)
    func model(_ data: ChannelData, bins: Int?) -> LikelihoodModel {
      LikelihoodModel(
        parameters: [
          ModelParameter(name: "s", start: 500), ModelParameter(name: "m", start: 5.05),
          ModelParameter(name: "w", start: 0.25), ModelParameter(name: "b", start: 2000),
          ModelParameter(name: "c", start: 0),
        ],
        channels: [
          ModelChannel(
            name: "a", segments: [2...8], bins: bins,
            components: [
              ModelComponent(
                name: "s", factors: [.parameter("s")],
                shape: .gaussian(mean: .parameter("m"), width: .parameter("w")),
                normalisation: .fullLine),
              ModelComponent(
                name: "b", factors: [.parameter("b")], shape: .chebyshev([.parameter("c")])),
            ], data: data)
        ])
    }
    let unbinned = try Likelihood(model(.unbinned(events), bins: nil)).fit()
    var counts = [Double](repeating: 0, count: 600)
    for x in events { counts[min(Int((x - 2) * 100), 599)] += 1 }
    let binned = try Likelihood(model(.binned(counts), bins: 600)).fit()
    #expect(unbinned.status == .converged && binned.status == .converged)
    for (a, b) in zip(binned.parameters, unbinned.parameters) {
      #expect(abs(a.value - b.value) < 0.02 * b.error, "\(a) \(b)")
      #expect(abs(a.error / b.error - 1) < 0.01, "\(a) \(b)")
    }
    // -ln L differs by Σ n ln(bin width).
    #expect(abs(binned.nll - (unbinned.nll + 2800 * 100.0.logarithm)) < 1)
  }

  /// Coarse bins, of a third of the width and cut by a hole: both likelihoods integrate over each.
  @Test(arguments: [ShapeNormalisation.window, .fullLine])
  func binnedNamedFitsAgree(normalisation: ShapeNormalisation) throws {
    var maker = EventMaker(79)
    let segments = [2...6.23, 6.5...8]
    let events = maker.events(background: 2000, signal: 900, width: 0.3, gap: 6.23...6.5)
    var named = try PeakFit(
      segments: segments,
      peaks: [
        Peak(
          name: "peak",
          shape: .doubleSidedCrystalBall(
            mean: FitParameter("m", start: 5.05), width: FitParameter("w", start: 0.25),
            alphaLow: FitParameter("aL", start: 1.5, isFixed: true),
            nLow: FitParameter("nL", start: 3, isFixed: true),
            alphaHigh: FitParameter("aH", start: 1.6, isFixed: true),
            nHigh: FitParameter("nH", start: 4, isFixed: true)),
          yield: FitParameter("s", start: 1000), normalisation: normalisation)
      ], background: .exponential)
    named.bins = 60
    let reference = named.fit(events: events).result
    var channel = ModelChannel(
      name: "a", segments: segments, bins: 60,
      components: [
        ModelComponent(
          name: "s", factors: [.parameter("s")],
          shape: .doubleSidedCrystalBall(
            mean: .parameter("m"), width: .parameter("w"), alphaLow: .constant(1.5),
            nLow: .constant(3), alphaHigh: .constant(1.6), nHigh: .constant(4)),
          normalisation: normalisation),
        ModelComponent(
          name: "b", factors: [.parameter("b")], shape: .exponential(slope: .parameter("slope"))),
      ], data: .binned([]))
    let ranges = channel.binRanges
    let counts = ranges.map { range in
      Double(events.count { range.lowerBound <= $0 && $0 < range.upperBound })
    }
    channel.data = .binned(counts)
    let model = LikelihoodModel(
      parameters: [
        ModelParameter(name: "s", start: 1000), ModelParameter(name: "m", start: 5.05),
        ModelParameter(name: "w", start: 0.25), ModelParameter(name: "b", start: 2000),
        ModelParameter(name: "slope", start: 0),
      ], channels: [channel])
    let fit = try Likelihood(model).fit()
    #expect(fit.status == .converged && reference.status == .converged)
    // The named fit takes densities for -ln L, the other contents.
    let densities = zip(counts, ranges).reduce(0.0) {
      $0 + $1.0 * ($1.1.upperBound - $1.1.lowerBound).logarithm
    }
    #expect(abs(fit.nll - (reference.nll - densities)) < 1e-6)
    for (mine, theirs) in [
      ("s", "s"), ("m", "m"), ("w", "w"), ("b", "background"), ("slope", "slope"),
    ] {
      let a = try #require(fit[mine]), b = try #require(reference[theirs])
      #expect(abs(a.value - b.value) < 1e-3 * b.error, "\(mine) \(a) \(b)")
      #expect(abs(a.error / b.error - 1) < 1e-2, "\(mine) \(a) \(b)")
    }
    // Bins of a third of the width cost little, and something: the errors differ.
    let unbinned = try PeakFit(
      segments: named.segments, peaks: named.peaks, background: named.background
    ).fit(events: events).result
    let a = try #require(unbinned["w"]), b = try #require(reference["w"])
    #expect(abs(a.value - b.value) < 0.5 * b.error && a.value != b.value)
  }

  /// Weighted events in bins keep the errors of their events: twice with weight one half is the same.
  @Test func weightedBinsKeepTheErrorsOfTheirEvents() throws {
    var maker = EventMaker(80)
    let events = maker.events(background: 800, signal: 300)
    var fit = try PeakFit(
      segments: [2...8],
      peaks: [
        Peak(
          name: "a",
          shape: .gaussian(
            mean: FitParameter("mean", start: 5), width: FitParameter("width", start: 0.1)),
          yield: FitParameter("yield", start: 200))
      ], background: .polynomial(order: 1))
    fit.bins = 120
    let plain = fit.fit(events: events).result
    let weighted = fit.fit(
      events: events, weights: [Double](repeating: 0.5, count: events.count)
    ).result
    for name in ["yield", "background"] {
      let a = try #require(plain[name]), b = try #require(weighted[name])
      #expect(abs(b.value / a.value - 0.5) < 1e-4)
      #expect(abs(b.error / a.error - 0.5) < 0.05)
    }
    let a = try #require(plain["mean"]), b = try #require(weighted["mean"])
    #expect(abs(a.value - b.value) < 1e-3 * a.error)
    #expect(abs(b.error / a.error - 1) < 0.2)
  }
}
