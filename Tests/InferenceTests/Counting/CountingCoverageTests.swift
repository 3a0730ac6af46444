import Inference
import NumericalMethods
import Testing

@Suite struct CountingCoverageTests {
  /// Known background: CLs covers at least as often as it says, at every strength.
  @Test func clsNeverCoversLessThanItsLevel() throws {
    for b in [0.0, 0.7, 3, 12] {
      let model = CountingModel(observed: 0, background: .exact(b))
      for level in [0.9, 0.95] {
        for step in 0...30 {
          let s = 0.4 * Double(step)
          for method in [CountingMethod.cls(.hybrid), .bayesian(.flat)] {
            let found = try model.coverage(of: method, level: level, strength: s)
            #expect(found.value >= level - 1e-12, "\(b) \(s)")
            #expect(found.value <= 1)
          }
          // CLs+b covers exactly in the sense of discrete counts.
          let clsb = try model.coverage(of: .clsb(.hybrid), level: level, strength: s)
          #expect(clsb.value >= level - 1e-12)
        }
      }
    }
  }

  /// At n >= 100 the steps of a count are fine: CLs+b covers as it says.
  @Test func clsbCoversItsLevelAtLargeBackgrounds() throws {
    let model = CountingModel(observed: 0, background: .exact(150))
    let found = try model.coverage(of: .clsb(.hybrid), level: 0.9, strength: 20)
    // One step at the edge is P(n) ~ 0.17 / sqrt(170).
    #expect(found.value >= 0.9 && found.value < 0.9 + 0.015)
  }

  /// 10,000 toys at each of three strengths against the exact sums: within 3.5 binomial errors.
  @Test(arguments: [0.9, 0.95]) func toysCoverAsTheSumsSay(level: Double) throws {
    let models: [(CountingModel, CountingMethod)] = [
      (CountingModel(observed: 0, background: .exact(2.5)), .cls(.hybrid)),
      (CountingModel(observed: 0, background: .exact(2.5)), .feldmanCousins(adjusted: true)),
      (CountingModel(observed: 0, background: .onOff(count: 5, ratio: 2)), .bayesian(.flat)),
      (CountingModel(observed: 0, background: .onOff(count: 5, ratio: 2)), .cls(.profiled)),
    ]
    for (task, (model, method)) in models.enumerated() {
      for (index, s) in [0.5, 3.0, 8.0].enumerated() {
        let exact = try model.coverage(of: method, level: level, strength: s)
        var limits: [SIMD2<Int>: CountingLimit] = [:]
        var covered = 0
        for toy in 0..<10_000 {
          var stream = RandomStream(
            seed: 11, task: UInt64(8 * task + index), toy: UInt64(toy))
          let n = stream.poisson(mean: s + 2.5)
          var drawn = model
          drawn.observed = n
          var key = SIMD2(n, 0)
          if case .onOff(_, let ratio) = model.background {
            let control = stream.poisson(mean: 2.5 * ratio)
            drawn.background = .onOff(count: control, ratio: ratio)
            key.y = control
          }
          let limit = try limits[key] ?? drawn.limit(method, level: level)
          limits[key] = limit
          if limit.value >= s && limit.lower <= s { covered += 1 }
        }
        let part = Double(covered) / 1e4
        let error = max((exact.value * (1 - exact.value) / 1e4).squareRoot(), 1e-4)
        #expect(abs(part - exact.value) < 3.5 * error, "\(method) \(s): \(part) \(exact)")
      }
    }
  }

  /// Quantiles of the limits are limits at quantiles of the counts.
  @Test func expectedLimitsAreLimitsAtQuantilesOfTheCounts() throws {
    let model = CountingModel(observed: 3, background: .exact(4))
    let expected = try model.expectedLimits(.cls(.hybrid), level: 0.95)
    for (z, value) in zip([-2.0, -1, 0, 1, 2], expected.values) {
      var n = 0
      while PoissonDistribution.cumulative(n, mean: 4) < NormalDistribution.cumulative(z) { n += 1 }
      let limit = try CountingModel(observed: n, background: .exact(4))
        .limit(.cls(.hybrid), level: 0.95)
      #expect(value == limit.value)
    }
    #expect(expected.neglected < 1e-6)
    // The mean of Feldman-Cousins: their sensitivity, 90 %, table XII: 4.42 at b = 3, 2.44 at 0.
    for (b, sensitivity) in [(0.0, 2.44), (3, 4.42)] {
      let found = try CountingModel(observed: 0, background: .exact(b))
        .expectedLimits(.feldmanCousins(adjusted: true), level: 0.9)
      #expect(abs(found.mean - sensitivity) < 0.01, "\(b) \(found.mean)")
    }
  }

  /// Count and control count fluctuate together; probabilities add up to one.
  @Test func expectedProfiledLimitsRunOverControlCounts() throws {
    let model = CountingModel(observed: 3, background: .onOff(count: 4, ratio: 2))
    let expected = try model.expectedLimits(.cls(.profiled), level: 0.9, deviations: [-1, 0, 1])
    let best = (3.0 + 4) / 3
    let total = expected.outcomes.reduce(0) { $0 + $1.probability }
    let mean = expected.outcomes.reduce(0) { $0 + $1.probability * Double($1.control ?? 0) }
    #expect(abs(total - 1) < 1e-5)
    #expect(abs(mean - 2 * best) < 1e-4)
    #expect(expected.values[0] <= expected.values[1] && expected.values[1] <= expected.values[2])
  }
}
