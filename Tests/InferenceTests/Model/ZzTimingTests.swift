import Testing
@testable import Inference
@Suite struct ZzTimingTests {
  @Test func timing() throws {
    let clock = ContinuousClock()
    let fits = try FixtureFiles.fits()
    for n in [300, 3000, 30000] {
      let (fit, events) = try #require(fits.first { $0.fit.n == n })
      for order in [1, 2] {
        let likelihood = try Likelihood(MinosTests.model(fit, events, order: order))
        let repeats = 3_000_000 / n / 10
        var calls = 0
        let t = clock.measure { for _ in 0..<repeats { calls += likelihood.fit().calls } }
        print("TIMING", n, order, Double(repeats) / (Double(t.components.attoseconds) * 1e-18 + Double(t.components.seconds)), "fits/s calls", calls / repeats)
      }
    }
    let calculator = try AsymptoticCalculator(ConformanceTests.twoBins, parameterOfInterest: "mu")
    let t = clock.measure { for _ in 0..<1000 { _ = calculator.limit() } }
    print("TIMING limits of two bins", t)
    let c = try AsymptoticCalculator(ConformanceTests.twoBins, parameterOfInterest: "mu")
    let t2 = clock.measure { for _ in 0..<1000 { _ = c.likelihood.fit() } }
    print("TIMING fit of two bins", t2)
  }
}
