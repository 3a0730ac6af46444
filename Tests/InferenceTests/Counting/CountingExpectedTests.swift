import Inference
import NumericalMethods
import Testing

/// Expected limits against the limits of all outcomes, weighted by their probabilities here.
@Suite struct CountingExpectedTests {
  static let deviations = [-2.0, -1, 0, 1, 2]

  /// The smallest limits with at least the probabilities of the deviations up to them.
  static func quantiles(_ outcomes: [(limit: Double, probability: Double)]) -> [Double] {
    let sorted = outcomes.sorted { $0.limit < $1.limit }
    return deviations.map { z in
      let target = NormalDistribution.cumulative(z)
      var sum = 0.0
      let found = sorted.first {
        sum += $0.probability
        return sum >= target
      }
      return found?.limit ?? .nan
    }
  }

  static func poisson(_ n: Int, _ mean: Double) -> Double {
    SpecialFunctions.exp(PoissonDistribution.logProbability(n, mean: mean))
  }

  @Test(arguments: [
    CountingMethod.cls(.hybrid), .clsb(.hybrid), .bayesian(.flat),
    .bayesian(.inverseSquareRoot(offset: 0.5)),
  ])
  func channelsExpectTheLimitsOfTheirOutcomes(method: CountingMethod) throws {
    let cases: [([Double], [Double], EfficiencyKnowledge)] = [
      ([0.3, 1.1], [1, 0.4], .exact), ([0.05, 0.6], [0.5, 1], .logNormal(kappa: 1.2)),
    ]
    for (b, y, common) in cases {
      var outcomes: [(limit: Double, probability: Double)] = []
      for i in 0..<6 {
        for j in 0..<9 {
          let probability = Self.poisson(i, b[0]) * Self.poisson(j, b[1])
          // The quantiles end at 0.977.
          if probability < 1e-5 { continue }
          let channels = CountingChannels(
            zip([i, j], zip(b, y)).map {
              CountingModel(observed: $0, background: .exact($1.0), yieldPerUnit: $1.1)
            }, efficiency: common)
          let limit = try channels.limit(method, level: 0.9).value
          outcomes.append((limit, probability))
        }
      }
      let channels = CountingChannels(
        zip(b, y).map {
          CountingModel(observed: 7, background: .exact($0), yieldPerUnit: $1)
        }, efficiency: common)
      let found = try channels.expectedQuantiles(
        method, level: 0.9, deviations: Self.deviations)
      for (one, other) in zip(found, Self.quantiles(outcomes)) {
        #expect(abs(one - other) <= 1e-6 * other, "\(method) \(found)")
      }
    }
  }

  /// One channel is its count, with a background from a control count.
  @Test func oneChannelExpectsWhatItsCountDoes() throws {
    for background in [
      BackgroundKnowledge.exact(0), .exact(2.5), .onOff(count: 3, ratio: 4),
      .logNormal(median: 1, kappa: 1.5),
    ] {
      let model = CountingModel(
        observed: 1, background: background, efficiency: .logNormal(kappa: 1.1))
      for method in [CountingMethod.cls(.hybrid), .bayesian(.flat)] {
        let found = try CountingChannels([model]).expectedQuantiles(
          method, level: 0.95, deviations: Self.deviations)
        let expected = try model.expectedQuantiles(
          method, level: 0.95, deviations: Self.deviations)
        for (one, other) in zip(found, expected) {
          #expect(abs(one / other - 1) < 2e-5, "\(background) \(method)")
        }
      }
    }
  }

  /// The bands of a count are the distribution of its limits, for known and for estimated backgrounds.
  @Test func countsExpectTheLimitsOfTheirOutcomes() throws {
    for b in [0.0, 0.02, 0.1, 0.5, 2, 7.3] {
      for method in [
        CountingMethod.cls(.hybrid), .bayesian(.flat), .clsb(.hybrid), .cls(.profiled),
        .feldmanCousins(adjusted: true),
      ] {
        let outcomes = try (0..<25).compactMap { n -> (limit: Double, probability: Double)? in
          let probability = Self.poisson(n, b)
          if probability < 1e-6 { return nil }
          let model = CountingModel(observed: n, background: .exact(b))
          return (try model.limit(method, level: 0.95).value, probability)
        }
        let found = try CountingModel(observed: 4, background: .exact(b))
          .expectedQuantiles(method, level: 0.95, deviations: Self.deviations)
        #expect(found == Self.quantiles(outcomes), "\(b) \(method)")
      }
    }
    // A control count k makes the count negative binomial: Γ(n + k + 1) / (n! k!) τ^(k+1) / (1+τ)^(n+k+1).
    for (k, ratio) in [(0, 10.0), (3, 5), (12, 4)] {
      let background = BackgroundKnowledge.onOff(count: k, ratio: ratio)
      let outcomes = try (0..<30).map { n -> (limit: Double, probability: Double) in
        let (x, y) = (Double(n), Double(k))
        let logarithm =
          SpecialFunctions.lgamma(x + y + 1) - SpecialFunctions.lgamma(x + 1)
          - SpecialFunctions.lgamma(y + 1) + (y + 1) * SpecialFunctions.log(ratio)
          - (x + y + 1) * SpecialFunctions.log(1 + ratio)
        let model = CountingModel(observed: n, background: background)
        return (
          try model.limit(.cls(.hybrid), level: 0.95).value, SpecialFunctions.exp(logarithm)
        )
      }
      let found = try CountingModel(observed: 0, background: background)
        .expectedQuantiles(.cls(.hybrid), level: 0.95, deviations: Self.deviations)
      #expect(found == Self.quantiles(outcomes), "\(k) \(ratio)")
    }
  }
}
