import Inference
import Kernels
import Testing

/// Where half of the window is empty the background wants to be negative, and may not.
///
/// The references are of SciPy's SLSQP on a refined grid (Fixtures/make_empty_half.py).
@Suite struct BindingPositivityTests {
  struct Case: Decodable {
    var seed: Int
    var mean: Double
    var backgroundPositive: Bool
    var events: [Double]
    var nll, signal, nullNLL, curvature, observed: Double
    var expected: [Double]
  }
  struct File: Decodable {
    var half, sigma, level: Double
    var cases: [Case]
  }

  @Test func fitsAndLimitsAgreeWithAnIndependentMinimiser() throws {
    let file = try FixtureFiles.json(File.self, "empty_half.json")
    let solver = WindowSolver()
    #expect(file.cases.count == 12)
    for reference in file.cases {
      let note = "seed \(reference.seed) background \(reference.backgroundPositive)"
      ScanWindow.with(
        reference.events, segments: [-file.half...file.half],
        signal: .gaussian(mean: reference.mean, width: file.sigma),
        background: .polynomial(order: 2)
      ) { window in
        var window = window
        window.positivity = reference.backgroundPositive ? .background : .totalDensity
        window.level = file.level
        let result = solver.solve(window)
        #expect(result.fit.status.isValid, "\(note) \(result.fit.status)")
        #expect(result.backgroundFit.status.isValid, "\(note) \(result.backgroundFit.status)")
        // SLSQP on its grid is within 1e-5 of the minimum: below it where a density is slightly
        // negative between grid points, above it where it stops early.
        let above = [
          result.fit.nll - reference.nll, result.backgroundFit.nll - reference.nullNLL,
        ]
        #expect(above.allSatisfy { abs($0) < 2e-5 }, "\(note) \(above)")
        let error = result.parameterError
        #expect(abs(result.parameterValue - reference.signal) < 1e-3 * error, "\(note)")
        guard let limit = result.limit, limit.status == .found else {
          Issue.record("\(note): no limit")
          return
        }
        let found = [limit.observed] + limit.expected
        for (x, y) in zip(found, [reference.observed] + reference.expected) {
          #expect(abs(x / y - 1) < 2e-4, "\(note) \(x) \(y)")
        }
        // No density is below zero by more than rounding allows.
        let places = (0...4000).map { file.half * (Double($0) / 2000 - 1) }
        let lowest = result.curve.densities(at: places).min() ?? -1
        #expect(lowest > -1e-6, "\(note) \(lowest)")
      }
    }
  }

  /// A spectrum that begins anywhere in the window, order 1 to 4, with and without nuisances.
  @Test(arguments: [Positivity.totalDensity, .background])
  func everyWindowAtTheEdgeOfASpectrumConverges(positivity: Positivity) {
    let solver = WindowSolver()
    for seed in 1...20 {
      var maker = EventMaker(UInt64(4000 + seed))
      let edge = 2 + 0.28 * Double(seed)
      let events = maker.events(background: 400, signal: seed % 3 * 20).filter { $0 > edge }
      for order in 1...4 {
        for nuisances in [
          [], [Nuisance(name: "w", target: .width, constraint: .gaussian, size: 0.05)],
        ] {
          ScanWindow.with(
            events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.2),
            background: .polynomial(order: order)
          ) { window in
            var window = window
            window.positivity = positivity
            window.nuisances = nuisances
            window.level = 0.95
            let result = solver.solve(window)
            let note = "seed \(seed) order \(order) \(positivity) \(nuisances.count)"
            #expect(result.fit.status.isValid, "\(note) \(result.fit.status)")
            #expect(result.backgroundFit.status.isValid, "\(note) \(result.backgroundFit.status)")
            #expect(result.limit?.status == .found, "\(note)")
            #expect(result.fit.nll <= result.backgroundFit.nll + 1e-6, "\(note)")
            let yields = result.signalYield + result.backgroundYield
            #expect(abs(yields - Double(events.count)) < 1e-3, "\(note)")
          }
        }
      }
    }
  }

  /// The same bits on every SIMD level, with a free width, where the density touches zero.
  @Test func boundWindowsHaveTheSameBitsOnEveryLevel() throws {
    let file = try FixtureFiles.json(File.self, "empty_half.json")
    func all() -> [UInt64] {
      let solver = WindowSolver()
      return file.cases.flatMap { reference in
        ScanWindow.with(
          reference.events, segments: [-file.half...file.half],
          signal: .gaussian(mean: reference.mean, width: file.sigma),
          background: .polynomial(order: 2)
        ) { window -> [UInt64] in
          var window = window
          window.nuisances = [
            Nuisance(name: "w", target: .width, constraint: .gaussian, size: 0.03)
          ]
          window.level = file.level
          let r = solver.solve(window)
          let values =
            r.fit.parameters.flatMap { [$0.value, $0.error] }
            + [r.fit.nll, r.backgroundFit.nll, r.signedRoot, r.limit?.observed ?? 0]
          return (values + (r.limit?.expected ?? [])).map(\.bitPattern)
        }
      }
    }
    let old = nj_simd_level_in_use()
    let wanted = all()
    for level in [NJ_SIMD_V3, NJ_SIMD_BASELINE] {
      _ = nj_simd_level_force(level)
      #expect(all() == wanted)
    }
    _ = nj_simd_level_force(old)
  }
}
