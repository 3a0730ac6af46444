import Inference
import NumericalMethods
import Testing

@Suite struct CountingChannelsTests {
  /// Channels of equal signal to background are one count.
  @Test func equalChannelsAreOneCount() throws {
    let channels = CountingChannels([
      CountingModel(observed: 2, background: .exact(1), yieldPerUnit: 0.5),
      CountingModel(observed: 1, background: .exact(2), yieldPerUnit: 1),
    ])
    let sum = CountingModel(observed: 3, background: .exact(3), yieldPerUnit: 1.5)
    for method in [CountingMethod.cls(.hybrid), .bayesian(.flat), .clsb(.hybrid)] {
      let found = try channels.limit(method, level: 0.9)
      let expected = try sum.limit(method, level: 0.9)
      #expect(found.status == .found)
      // Quadratures to 1e-5, roots to 1e-8.
      #expect(abs(found.value / expected.value - 1) < 2e-5, "\(method) \(found) \(expected)")
    }
  }

  /// One channel, with all of its nuisances in it or in common.
  @Test func oneChannelIsItsCount() throws {
    let knowledge = EfficiencyKnowledge.gaussian(size: 0.1)
    for background in [BackgroundKnowledge.onOff(count: 3, ratio: 2), .gaussian(mean: 2, width: 1)]
    {
      let full = CountingModel(observed: 3, background: background, efficiency: knowledge)
      let bare = CountingModel(observed: 3, background: background)
      for method in [CountingMethod.cls(.hybrid), .bayesian(.flat)] {
        let expected = try full.limit(method, level: 0.95)
        let own = try CountingChannels([full]).limit(method, level: 0.95)
        let common = try CountingChannels([bare], efficiency: knowledge).limit(method, level: 0.95)
        #expect(abs(own.value / expected.value - 1) < 2e-5, "\(method) \(own) \(expected)")
        #expect(abs(common.value / expected.value - 1) < 2e-5, "\(method) \(common) \(expected)")
      }
    }
  }

  /// Two unequal channels, their outcomes enumerated here.
  @Test func theLikelihoodRatioOrdersOutcomes() throws {
    let (b, y, n) = ([0.5, 4.0], [1.0, 0.6], [1, 3])
    let channels = CountingChannels(
      (0..<2).map {
        CountingModel(observed: n[$0], background: .exact(b[$0]), yieldPerUnit: y[$0])
      })
    let limit = try channels.limit(.cls(.hybrid), level: 0.95)
    func below(_ truth: Double) -> Double {
      let s = limit.value
      let w = (0..<2).map { SpecialFunctions.log(1 + s * y[$0] / b[$0]) }
      var sum = 0.0
      for i in 0..<60 {
        for j in 0..<60
        where w[0] * Double(i) + w[1] * Double(j)
          <= w[0] * Double(n[0]) + w[1] * Double(n[1]) + 1e-7
        {
          sum += SpecialFunctions.exp(
            PoissonDistribution.logProbability(i, mean: truth * y[0] + b[0])
              + PoissonDistribution.logProbability(j, mean: truth * y[1] + b[1]))
        }
      }
      return sum
    }
    #expect(abs(below(limit.value) / below(0) - 0.05) < 1e-6, "\(limit)")
  }

  @Test func channelsWithoutBackgroundAreLikelihoodsThatVanishAtZero() throws {
    let channels = CountingChannels([
      CountingModel(observed: 2, background: .exact(0)),
      CountingModel(observed: 3, background: .exact(0)),
    ])
    let expected = try CountingModel(observed: 5, background: .exact(0), yieldPerUnit: 2)
      .limit(.bayesian(.flat), level: 0.9)
    let found = try channels.limit(.bayesian(.flat), level: 0.9)
    #expect(abs(found.value / expected.value - 1) < 2e-5)
    #expect(throws: InferenceError.self) { try channels.limit(.cls(.profiled), level: 0.9) }
  }
}
