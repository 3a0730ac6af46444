import Inference
import NumericalMethods
import Testing

@Suite struct TestedStrengthTests {
  /// Windows solved the fast way and the general way, with many and few events.
  private static let kinds: [(name: String, events: Int, nuisances: [Nuisance])] = [
    ("plain", 1500, []), ("few", 40, []), ("none", 0, []),
    (
      "yield", 600,
      [Nuisance(name: "efficiency", target: .yield, constraint: .logNormal, size: 0.1)]
    ),
    (
      "width", 600,
      [
        Nuisance(name: "efficiency", target: .yield, constraint: .gaussian, size: 0.1),
        Nuisance(name: "resolution", target: .width, constraint: .gaussian, size: 0.05),
      ]
    ),
  ]

  private func forEachWindow(_ body: (String, ScanWindow) -> Void) {
    for kind in Self.kinds {
      for seed in 1...3 {
        var maker = EventMaker(UInt64(seed))
        let events = maker.events(background: kind.events, signal: 4 * (seed - 1))
        ScanWindow.with(events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.1)) {
          var window = $0
          window.nuisances = kind.nuisances
          window.yieldPerUnit = 3
          body("\(kind.name) \(seed)", window)
        }
      }
    }
  }

  @Test func theLimitIsWhereTheTestGivesOneMinusTheLevel() {
    let solver = WindowSolver()
    forEachWindow { name, window in
      var window = window
      window.level = 0.9
      let result = solver.solve(window)
      guard let limit = result.limit?.observed, limit.isFinite else {
        Issue.record("no limit for \(name)")
        return
      }
      window.level = nil
      let alpha = SpecialFunctions.log(0.1)
      // The limit's last step is 2e-5 of it, and the error left is of the order of its square.
      let (toy, test) = solver.toyTest(window, strength: limit)
      #expect(abs(test.logCLs - alpha) < 1e-4, "\(name)")
      #expect(test.logCLsPlusB < test.logCLs, "\(name)")
      #expect(solver.toyTest(window, strength: 0.99 * limit).test.logCLs > alpha, "\(name)")
      #expect(solver.toyTest(window, strength: 1.01 * limit).test.logCLs < alpha, "\(name)")
      #expect(toy.status != .failed && toy.signedRoot.bitPattern == result.signedRoot.bitPattern)
      #expect(toy.value.bitPattern == result.parameterValue.bitPattern, "\(name)")
    }
  }

  /// A narrow peak on a flat density ρ: the error of its yield is √(2 √π σ ρ) where ρ is known.
  @Test func theExpectedErrorIsThatOfAMatchedFilter() throws {
    let solver = WindowSolver()
    let events = (0..<60_000).map { -30 + 0.001 * (Double($0) + 0.5) }
    for hasWidth in [false, true] {
      try ScanWindow.with(
        events, segments: [-30...30], signal: .gaussian(mean: 0, width: 0.1)
      ) {
        var window = $0
        window.yieldPerUnit = 5
        if hasWidth {
          window.nuisances = [
            Nuisance(name: "width", target: .width, constraint: .gaussian, size: 0.03)
          ]
        }
        let error = try #require(solver.expectedError(window)) * 5
        let expected = (2 * Double.pi.squareRoot() * 0.1 * 1000).squareRoot()
        // ρ is not known but fitted from 170 times as many events: 0.3 % more.
        #expect(abs(error / expected - 1.003) < 0.003)
      }
    }
  }

  @Test func withoutEventsTheExpectedErrorIsOneEvent() throws {
    let solver = WindowSolver()
    try ScanWindow.with([], segments: [2...8], signal: .gaussian(mean: 5, width: 0.1)) {
      var window = $0
      window.yieldPerUnit = 4
      let error = try #require(solver.expectedError(window))
      #expect(abs(error - 0.25) < 1e-9)
    }
  }
}
