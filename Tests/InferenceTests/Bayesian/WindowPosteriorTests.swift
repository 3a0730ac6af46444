import Foundation
import Inference
import NumericalMethods
import Testing

@Suite struct WindowPosteriorTests {
  private struct Reference: Decodable {
    var events: [Double]
    var order: Int
    var positivity: String
    var kappa: Double
    var width: Double
    var limit: Double
    var accuracy: Double
  }

  private func with<R>(
    _ reference: Reference, _ body: (ScanWindow) throws -> R
  ) rethrows -> R {
    try ScanWindow.with(
      reference.events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.2),
      background: .polynomial(order: reference.order)
    ) { window in
      var window = window
      window.positivity = reference.positivity == "background" ? .background : .totalDensity
      if reference.kappa > 1 {
        window.nuisances.append(
          Nuisance(
            name: "efficiency", target: .yield, constraint: .logNormal, size: reference.kappa - 1))
      }
      if reference.width > 1 {
        window.nuisances.append(
          Nuisance(
            name: "width", target: .width, constraint: .logNormal, size: reference.width - 1))
      }
      return try body(window)
    }
  }

  /// Grids by numpy (make_windows.py); 5e-4 is the goal, where the grid is as good.
  @Test func limitsAgreeWithGridIntegration() throws {
    let references = try FixtureFiles.json([Reference].self, "Bayesian/windows.json")
    #expect(references.count == 8)
    let solver = WindowSolver()
    for reference in references {
      try with(reference) { window in
        let found = try solver.bayesianLimit(window, BayesianSettings(level: 0.9))
        #expect(found.status == .found, "\(found)")
        let allowed = 5e-4 + reference.accuracy + 4 * found.error / found.value
        #expect(
          abs(found.value / reference.limit - 1) < allowed, "\(found) \(reference.limit)")
        #expect(found.error < 3e-3 * found.value)
      }
    }
  }

  /// Samples and quadrature are two ways to one number.
  @Test func samplingAgreesWithGridIntegration() throws {
    let references = try FixtureFiles.json([Reference].self, "Bayesian/windows.json")
    let solver = WindowSolver()
    for reference in references.prefix(5) {
      try with(reference) { window in
        let found = try solver.bayesianLimit(
          window, BayesianSettings(level: 0.9, integration: .sampling, seed: 7))
        #expect(found.status == .found && found.samples >= 512 && found.seed == 7, "\(found)")
        #expect(found.effectiveSamples > 100)
        #expect(
          abs(found.value - reference.limit) < 4 * found.error + 1e-4 * reference.limit,
          "\(found) \(reference.limit)")
        let again = try solver.bayesianLimit(
          window, BayesianSettings(level: 0.9, integration: .sampling, seed: 7))
        #expect(again == found)
      }
    }
  }

  /// Without events signal and background part: exp(-s A), so that s A < ln 10.
  @Test func anEmptyWindowHasItsClosedForm() throws {
    try ScanWindow.with([], segments: [2...8], signal: .gaussian(mean: 2.1, width: 0.1)) { window in
      var window = window
      window.positivity = .background
      window.yieldPerUnit = 4
      let found = try WindowSolver().bayesianLimit(window, BayesianSettings(level: 0.9))
      let acceptance = WindowSolver.acceptance(window.signal, segments: window.segments)
      let expected = SpecialFunctions.log(10) / acceptance / 4
      #expect(found.status == .found, "\(found)")
      #expect(abs(found.value / expected - 1) < 4 * found.error / expected + 1e-6)
    }
  }

  /// One bin: Γ(n + 1, s) is left of n ~ Poisson(s + b) with b flat, so the tail is
  /// Γ(n + 2, s) - s Γ(n + 1, s) of Γ(n + 2).
  @Test func aSingleBinHasItsClosedForm() throws {
    let n = 5
    let counts = [Double(n)]
    try counts.withUnsafeBufferPointer { counts in
      var window = ScanWindow(
        segments: [2...8], events: UnsafeBufferPointer(start: nil, count: 0),
        signal: .gaussian(mean: 5, width: 0.1), background: .polynomial(order: 0),
        positivity: .background, likelihood: .binned(1))
      window.counts = counts
      let found = try WindowSolver().bayesianLimit(window, BayesianSettings(level: 0.95))
      let s = found.value, a = Double(n)
      let tail =
        SpecialFunctions.gammaQ(a + 2, s) - s * SpecialFunctions.gammaQ(a + 1, s) / (a + 1)
      #expect(found.status == .found, "\(found)")
      // d(tail)/tail = about -s · 0.6/s for a relative change of s.
      #expect(abs(tail / 0.05 - 1) < 4 * found.error / s * s + 1e-3, "\(found) \(tail)")
    }
  }

  /// A normal yield factor that reaches zero makes a flat-prior posterior improper.
  @Test func animproperPosteriorIsMarked() throws {
    let references = try FixtureFiles.json([Reference].self, "Bayesian/windows.json")
    try with(references[0]) { window in
      var window = window
      window.nuisances = [
        Nuisance(name: "efficiency", target: .yield, constraint: .gaussian, size: 0.2)
      ]
      let found = try WindowSolver().bayesianLimit(window, BayesianSettings(level: 0.9))
      #expect(found.status == .improper)
      #expect(found.warning?.contains("improper") == true)
      window.nuisances[0].size = 0.05
      let proper = try WindowSolver().bayesianLimit(window, BayesianSettings(level: 0.9))
      #expect(proper.status == .found && proper.value < found.value)
      #expect(throws: InferenceError.self) {
        try WindowSolver().bayesianLimit(
          window, BayesianSettings(level: 0.9, prior: .reciprocal))
      }
    }
  }

  /// The Asimov set of many events has the limit of a normal posterior at zero: z with
  /// Φ(-z) = 0.05, in units of the error of the signal.
  @Test func theAsimovLimitIsThatOfANormalPosterior() throws {
    var maker = EventMaker(3)
    let events = maker.events(background: 4000)
    try ScanWindow.with(
      events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.2)
    ) { window in
      let solver = WindowSolver()
      let found = try solver.bayesianLimit(
        window, BayesianSettings(level: 0.9), expected: true)
      let fit = solver.solve(window)
      let z = NormalDistribution.quantile(upperTail: 0.05)
      #expect(found.status == .found)
      // The curvature of -ln L changes by s/b under the peak: 10 %, and half of it on the limit.
      #expect(abs(found.value / (z * fit.parameterError) - 1) < 0.1)
    }
  }
}
