import Inference
import NumericalMethods
import Testing

@Suite struct NamedFitTests {
  func parameter(_ name: String, _ start: Double) -> FitParameter {
    FitParameter(name, start: start)
  }

  /// Exact gradients and Hessians of every shape, on the window and on the full line, with a gap.
  @Test(arguments: [ShapeNormalisation.window, .fullLine], [nil, 50])
  func derivativesAreExact(normalisation: ShapeNormalisation, bins: Int?) throws {
    var maker = EventMaker(21)
    let events = maker.events(background: 500, signal: 400, width: 0.3, gap: 6...6.5)
    let shapes: [Peak.Shape] = [
      .gaussian(mean: parameter("m", 5), width: parameter("w", 0.3)),
      .doubleSidedCrystalBall(
        mean: parameter("m", 5), width: parameter("w", 0.3), alphaLow: parameter("aL", 1.2),
        nLow: parameter("nL", 3), alphaHigh: parameter("aH", 1.5), nHigh: parameter("nH", 4)),
      .twoCrystalBalls(
        mean: parameter("m", 5), width: parameter("w", 0.25), alpha: parameter("a", 1.2),
        n: parameter("n", 3), side: .low, width2: parameter("w2", 0.4),
        alpha2: parameter("a2", 1.4), n2: FitParameter("n2", start: 4, isFixed: true),
        side2: .high, fraction: parameter("f", 0.6)),
    ]
    for shape in shapes {
      for background in [BackgroundShape.polynomial(order: 2), .exponential] {
        var fit = try PeakFit(
          segments: [2...6, 6.5...8],
          peaks: [
            Peak(
              name: "peak", shape: shape, yield: parameter("yield", 300),
              normalisation: normalisation)
          ], background: background)
        fit.bins = bins
        // The gradient against differences of values of about 1e3; the Hessian in steps so small
        // that no event crosses a joint, where the second derivative jumps.
        let wide = fit.checkDerivatives(events: events, step: 1e-5)
        let narrow = fit.checkDerivatives(events: events, step: 1e-7)
        #expect((wide?.gradient ?? 1) < 1e-5, "\(shape)")
        #expect((narrow?.hessian ?? 1) < 1e-4, "\(shape)")
      }
    }
  }

  @Test func sharedWidthIsOneParameter() throws {
    var maker = EventMaker(22)
    let events =
      maker.events(background: 500, signal: 400, mean: 4, width: 0.1)
      + maker.events(background: 0, signal: 300, mean: 6, width: 0.1)
    func peak(_ name: String, _ mean: Double) -> Peak {
      Peak(
        name: name,
        shape: .gaussian(mean: parameter("\(name).mean", mean), width: parameter("width", 0.15)),
        yield: parameter("\(name).yield", 200))
    }
    let fit = try PeakFit(
      segments: [2...8], peaks: [peak("a", 4.1), peak("b", 5.9)],
      background: .polynomial(order: 1))
    let (result, curve) = fit.fit(events: events)
    #expect(result.status == .converged)
    #expect(
      result.parameters.map(\.name) == [
        "a.yield", "a.mean", "width", "b.yield", "b.mean", "background", "c1",
      ])
    for (name, truth) in [("a.yield", 400.0), ("b.yield", 300), ("width", 0.1), ("a.mean", 4)] {
      let found = try #require(result[name])
      #expect(abs(found.value - truth) < 4 * found.error)
    }
    let total = ["a.yield", "b.yield", "background"].reduce(0) { $0 + (result[$1]?.value ?? 0) }
    #expect(abs(total - Double(events.count)) < 1e-3)
    #expect(abs(curve.total(at: 4) - curve.peak("a", at: 4) - curve.background(at: 4)) < 1e-3)
  }

  @Test func aShapesLimitBinds() throws {
    var maker = EventMaker(23)
    let events = maker.events(background: 500, signal: 400, mean: 5, width: 0.1)
    let fit = try PeakFit(
      segments: [2...8],
      peaks: [
        Peak(
          name: "a",
          shape: .gaussian(
            mean: parameter("mean", 5), width: FitParameter("width", start: 0.15, minimum: 0.12)),
          yield: parameter("yield", 200))
      ], background: .polynomial(order: 1))
    let (result, _) = fit.fit(events: events)
    #expect(result.status == .atLimit(undefined: ["width"]))
    #expect(result["width"]?.value == 0.12)
    #expect(result["width"]?.error.isNaN == true)
    #expect((result["yield"]?.error ?? 0) > 0)
  }

  /// Two normal components of one mean: the narrow one is the first if their widths are in order.
  @Test func orderedWidthsKeepTheirRoles() throws {
    var maker = EventMaker(25)
    let events =
      maker.events(background: 0, signal: 600, mean: 5, width: 0.3)
      + maker.events(background: 0, signal: 1400, mean: 5, width: 0.1)
    func shape(_ width: Double, _ width2: Double, fraction: Double) -> Peak.Shape {
      func fixed(_ name: String, _ value: Double) -> FitParameter {
        FitParameter(name, start: value, isFixed: true)
      }
      return .twoCrystalBalls(
        mean: parameter("mean", 5), width: parameter("width", width), alpha: fixed("alpha", 6),
        n: fixed("n", 5), side: .low, width2: parameter("width2", width2),
        alpha2: fixed("alpha2", 6), n2: fixed("n2", 5), side2: .high,
        fraction: fixed("fraction", fraction))
    }
    func result(
      fraction: Double, isOrdered: Bool, width: Double = 0.15, width2: Double = 0.2
    ) throws -> FitResult {
      var fit = try PeakFit(
        segments: [2...8],
        peaks: [
          Peak(
            name: "a", shape: shape(width, width2, fraction: fraction),
            yield: parameter("yield", 2000))
        ], background: nil)
      if isOrdered { fit.orders = [PeakFit.Order("width", atMost: "width2")] }
      return fit.fit(events: events).result
    }
    // Inside of the order it changes nothing.
    let free = try result(fraction: 0.7, isOrdered: false)
    let ordered = try result(fraction: 0.7, isOrdered: true)
    #expect(free.status == .converged && ordered.status == .converged)
    let width = try #require(ordered["width"]), width2 = try #require(ordered["width2"])
    #expect(abs(width.value - 0.1) < 4 * width.error)
    #expect(abs(width2.value - 0.3) < 4 * width2.error)
    #expect(abs(width.value - (free["width"]?.value ?? 0)) < 1e-5)
    // A first fraction of 30 % wants to be the wide one: the order holds it at equal widths.
    let swapped = try result(fraction: 0.3, isOrdered: false, width: 0.3, width2: 0.1)
    #expect((swapped["width"]?.value ?? 0) > (swapped["width2"]?.value ?? 1))
    let held = try result(fraction: 0.3, isOrdered: true)
    #expect(held.status.isValid)
    #expect((held["width2"]?.value ?? 0) >= (held["width"]?.value ?? 1) * (1 - 1e-9))
    #expect(held.nll > swapped.nll)
  }

  /// Each event twice with weight one half is the same minimum; the sandwich gives back the errors.
  @Test func halvedWeightsKeepTheErrorsOfTheirEvents() throws {
    var maker = EventMaker(24)
    let events = maker.events(background: 800, signal: 300)
    let fit = try PeakFit(
      segments: [2...8],
      peaks: [
        Peak(
          name: "a", shape: .gaussian(mean: parameter("mean", 5), width: parameter("width", 0.1)),
          yield: parameter("yield", 200))
      ], background: .polynomial(order: 1))
    let (plain, _) = fit.fit(events: events)
    let (weighted, _) = fit.fit(
      events: events, weights: [Double](repeating: 0.5, count: events.count))
    for name in ["yield", "background"] {
      let a = try #require(plain[name]), b = try #require(weighted[name])
      #expect(abs(b.value / a.value - 0.5) < 1e-4)
      // A yield of weighted events scales with the weight, and so does its error.
      #expect(abs(b.error / a.error - 0.5) < 0.05)
    }
    let a = try #require(plain["mean"]), b = try #require(weighted["mean"])
    #expect(abs(a.value - b.value) < 1e-3 * a.error)
    // The shape is known as well as from the events themselves, however they are weighted.
    #expect(abs(b.error / a.error - 1) < 0.2)
  }

  @Test func noEventsAreEmpty() throws {
    let fit = try PeakFit(
      segments: [2...8],
      peaks: [
        Peak(
          name: "a", shape: .gaussian(mean: parameter("mean", 5), width: parameter("width", 0.1)),
          yield: parameter("yield", 200))
      ], background: .polynomial(order: 1))
    let (result, curve) = fit.fit(events: [])
    #expect(result.status == .empty)
    #expect(result["yield"]?.value == 0)
    #expect(curve.total(at: 5) == 0)
  }

  @Test func faultsAreNamed() {
    func text(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return "\(error)" }
    }
    let shape = Peak.Shape.gaussian(mean: parameter("m", 5), width: parameter("w", 0.1))
    #expect(
      text {
        _ = try PeakFit(
          segments: [2...8],
          peaks: [
            Peak(name: "a", shape: shape, yield: parameter("y", 1)),
            Peak(name: "b", shape: shape, yield: parameter("y", 2)),
          ], background: nil)
      } == "fit: parameter 'y' is shared with different settings; give start, limits and fixed once"
    )
    #expect(
      text { _ = try PeakFit(segments: [2...4, 3...8], peaks: [], background: nil) }
        == "fit: the segments of a window must be ascending, disjoint and of positive length")
    #expect(
      text {
        _ = try PeakFit(
          segments: [2...8],
          peaks: [
            Peak(
              name: "a", shape: .gaussian(mean: parameter("m", 5), width: parameter("w", 0)),
              yield: parameter("y", 1))
          ], background: nil)
      } == "fit: width of peak 'a' is 0.0; allowed: > 0")
  }
}
