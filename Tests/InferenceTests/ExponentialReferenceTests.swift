import Inference
import Testing

/// Backgrounds with exponentials, and bins with few events.
@Suite struct ExponentialReferenceTests {
  /// A fit of Fixtures/make_exponentials.py: a scan of the slope with exact steps in the yields.
  private struct Reference: Decodable {
    struct Fit: Decodable {
      var n, window: Int
      var nll, signal, constant, exponential, slope: Double
    }
    var fits: [Fit]
  }

  /// -ln L within 1e-6 of the lowest valley of the scan or lower, yields and slope within 1e-3 of
  /// their errors.
  @Test func anExponentialBesideAConstantEndsInTheLowestValley() throws {
    let references = try FixtureFiles.json(Reference.self, "exponentials.json").fits
    let fits = try FixtureFiles.fits()
    let solver = WindowSolver()
    #expect(references.count == 21)
    for reference in references {
      let (fit, events) = try #require(
        fits.first { $0.fit.n == reference.n && $0.fit.window == reference.window })
      ScanWindow.with(
        events, segments: [fit.lo...fit.hi], signal: fit.shape,
        background: .sum([.polynomial(order: 0), .exponential])
      ) { window in
        var window = window
        window.normalisation = .window
        let found = solver.solve(window).fit
        let label = Comment(rawValue: "\(reference.n) \(reference.window): \(found)")
        #expect(found.status == .converged, label)
        #expect(found.nll - reference.nll < 1e-6, label)
        let values = [
          ("signal", reference.signal), ("polynomial", reference.constant),
          ("exponential", reference.exponential), ("slope", reference.slope),
        ]
        for (name, value) in values {
          let parameter = found[name]
          #expect(
            abs((parameter?.value ?? .nan) - value) < 1e-3 * (parameter?.error ?? 0), label)
        }
      }
    }
  }

  /// One to nine events in 60 bins leave most of a polynomial undefined, but not the limits.
  @Test(arguments: [1, 2, 3]) func fewEventsInBinsHaveLimits(order: Int) {
    let solver = WindowSolver()
    for seed in 0..<60 {
      var maker = EventMaker(UInt64(900 + seed))
      let events = maker.events(background: 1 + seed % 9)
      ScanWindow.with(
        events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.15),
        background: .polynomial(order: order)
      ) { window in
        var window = window
        window.likelihood = .binned(60)
        window.positivity = seed % 2 == 0 ? .totalDensity : .background
        window.level = 0.9
        let result = solver.solve(window)
        let label = Comment(rawValue: "seed \(seed), \(events.count) events: \(result.fit.status)")
        #expect(result.limit?.status == .found, label)
        let expected = result.limit?.expected ?? []
        #expect(zip(expected, expected.dropFirst()).allSatisfy { $0 < $1 }, label)
        #expect((result.limit?.observed ?? 0) > 0, label)
      }
    }
  }
}
