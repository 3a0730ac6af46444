import Inference
import NumericalMethods
import Testing

/// CLs and posterior tails of several counts at a strength.
@Suite struct CountingExclusionTests {
  static func poisson(_ n: Int, _ mean: Double) -> Double {
    SpecialFunctions.exp(PoissonDistribution.logProbability(n, mean: mean))
  }

  /// Three known backgrounds, all outcomes in nested loops.
  @Test(arguments: [[0, 1, 3], [0, 0, 0], [2, 0, 1]])
  func clsIsThatOfAllOutcomes(observed: [Int]) throws {
    let b = [0.05, 0.5, 2.0]
    let combination = try CountingCombination(
      CountingChannels(
        zip(observed, b).map { CountingModel(observed: $0, background: .exact($1)) }))
    for yields in [[3.0, 1, 0.5], [0.2, 4, 4], [0.01, 0.3, 12], [1, 10, 40]] {
      let found = try #require(combination.exclusion(yields: yields))
      let weights = zip(yields, b).map { SpecialFunctions.log(1 + $0 / $1) }
      var outcomes: [(ratio: Double, signal: Double, background: Double)] = []
      for i in 0..<40 {
        for j in 0..<60 {
          for k in 0..<100 {
            let n = [i, j, k]
            var outcome = (ratio: 0.0, signal: 1.0, background: 1.0)
            for c in 0..<3 {
              outcome.ratio += weights[c] * Double(n[c])
              outcome.signal *= Self.poisson(n[c], yields[c] + b[c])
              outcome.background *= Self.poisson(n[c], b[c])
            }
            outcomes.append(outcome)
          }
        }
      }
      outcomes.sort { $0.ratio < $1.ratio }
      func cls(_ ratio: Double) -> Double {
        var sums = (0.0, 0.0)
        for outcome in outcomes where outcome.ratio <= ratio + 1e-9 {
          sums.0 += outcome.signal
          sums.1 += outcome.background
        }
        return sums.0 / sums.1
      }
      var sum = 0.0
      let median = outcomes.first {
        sum += $0.background
        return sum >= 0.5
      }
      let here = (0..<3).reduce(0.0) { $0 + weights[$1] * Double(observed[$1]) }
      #expect(abs(found.observed / cls(here) - 1) < 1e-9, "\(yields)")
      #expect(abs(found.expected / cls(median?.ratio ?? .nan) - 1) < 1e-9, "\(yields)")
    }
  }

  /// Efficiencies of their own and in common, averaged over here by equal steps in their logarithms.
  @Test(arguments: [1.05, 1.25, 2.0])
  func efficienciesAreAveragedOver(kappa: Double) throws {
    let (b, n, yields) = ([0.3, 1.5], [1, 2], [2.0, 3])
    let channels = CountingChannels(
      zip(n, b).map {
        CountingModel(
          observed: $0, background: .exact($1), efficiency: .logNormal(kappa: kappa))
      }, efficiency: .logNormal(kappa: 1.2))
    let combination = try CountingCombination(channels)
    for factor in [1.0, 6] {
      let s = yields.map { factor * $0 }
      let w = (0..<2).map { SpecialFunctions.log(1 + s[$0] / b[$0]) }
      let most = w[0] * Double(n[0]) + w[1] * Double(n[1]) + 1e-9
      let steps = (-60...60).map { 0.125 * Double($0) }
      /// The average of a product of two counts' probabilities.
      func density(_ x: Double) -> Double { SpecialFunctions.exp(-0.5 * x * x) }
      let norm = steps.reduce(0) { $0 + density($1) }
      var signal = 0.0, background = 0.0
      for z in steps {
        let common = SpecialFunctions.pow(1.2, z)
        // P(n) of both counts given the common factor.
        let tables = (0..<2).map { c -> [Double] in
          var table = [Double](repeating: 0, count: 40)
          for x in steps {
            let mean = s[c] * common * SpecialFunctions.pow(kappa, x) + b[c]
            for k in table.indices { table[k] += density(x) / norm * Self.poisson(k, mean) }
          }
          return table
        }
        for i in 0..<40 {
          for j in 0..<40 where w[0] * Double(i) + w[1] * Double(j) <= most {
            signal += density(z) / norm * tables[0][i] * tables[1][j]
          }
        }
      }
      for i in 0..<40 {
        for j in 0..<40 where w[0] * Double(i) + w[1] * Double(j) <= most {
          background += Self.poisson(i, b[0]) * Self.poisson(j, b[1])
        }
      }
      let found = try #require(combination.exclusion(yields: s))
      #expect(abs(found.observed - signal / background) < 1e-8, "\(kappa) \(factor)")
    }
  }

  /// At the limit of a single count the exclusion is 1 - level, for all kinds of knowledge.
  @Test func aSingleCountIsExcludedAtItsLimit() throws {
    let backgrounds: [BackgroundKnowledge] = [
      .exact(0), .exact(0.4), .gaussian(mean: 1, width: 0.4), .logNormal(median: 0.7, kappa: 1.5),
      .onOff(count: 3, ratio: 4), .control(count: 2.5, ratio: 5, kappa: 1.2),
      .inverted(first: 3, second: 4, both: 20, ratio: 1, kappa: 1.1),
    ]
    let efficiencies: [EfficiencyKnowledge] = [
      .exact, .gaussian(size: 0.1), .gaussian(size: 0.2), .logNormal(kappa: 1.1),
      .logNormal(kappa: 1.8),
    ]
    for background in backgrounds {
      for efficiency in efficiencies {
        for n in [0, 2] {
          let model = CountingModel(
            observed: n, background: background, efficiency: efficiency, yieldPerUnit: 0.7)
          var bare = model
          bare.efficiency = .exact
          let own = CountingChannels([model])
          let common = CountingChannels([bare], efficiency: efficiency)
          var methods = [CountingMethod.cls(.hybrid)]
          if efficiency != .gaussian(size: 0.2) { methods.append(.bayesian(.flat)) }
          for method in methods {
            let limit = try model.limit(method, level: 0.95).value
            for channels in [own, common] {
              let found = try channels.exclusion(of: limit, method: method)
              #expect(abs(found.observed - 0.05) < 1e-6, "\(model) \(method) \(found)")
            }
          }
        }
      }
    }
  }

  /// Channels of equal signal to background are one count of the sums.
  @Test func equalChannelsAreOneCount() throws {
    let channels = CountingChannels([
      CountingModel(observed: 2, background: .exact(0.4), yieldPerUnit: 0.5),
      CountingModel(observed: 0, background: .exact(0.8), yieldPerUnit: 1),
      CountingModel(observed: 1, background: .exact(1.2), yieldPerUnit: 1.5),
    ])
    let sum = CountingChannels([
      CountingModel(observed: 3, background: .exact(2.4), yieldPerUnit: 3)
    ])
    for strength in [0.1, 1, 2, 8] {
      for method in [CountingMethod.cls(.hybrid), .bayesian(.flat)] {
        let found = try channels.exclusion(of: strength, method: method)
        let expected = try sum.exclusion(of: strength, method: method)
        #expect(abs(found.observed - expected.observed) < 1e-9, "\(strength) \(method)")
        // The median outcome of equal ratio may be any for the posterior, which knows the sum alone.
        #expect(abs(found.expected - expected.expected) < 1e-9, "\(strength) \(method)")
      }
    }
  }

  /// However weak, a second channel orders outcomes of an equal first count: P(< n) + P(n) P(second <= m).
  @Test func aWeakChannelOrdersEqualOutcomes() throws {
    let (n, b, m, c, s) = (1, 0.6, 2, 1.5, 4.0)
    let combination = try CountingCombination(
      CountingChannels([
        CountingModel(observed: n, background: .exact(b)),
        CountingModel(observed: m, background: .exact(c)),
      ]))
    let weak = 1e-6
    let found = try #require(combination.exclusion(yields: [s, weak]))
    func below(_ s: Double, _ weak: Double) -> Double {
      PoissonDistribution.cumulative(n - 1, mean: s + b)
        + Self.poisson(n, s + b) * PoissonDistribution.cumulative(m, mean: weak + c)
    }
    #expect(abs(found.observed - below(s, weak) / below(0, 0)) < 1e-9)
    // Left out it orders nothing.
    let alone = try #require(combination.exclusion(yields: [s, 0]))
    let one =
      PoissonDistribution.cumulative(n, mean: s + b) / PoissonDistribution.cumulative(n, mean: b)
    #expect(abs(alone.observed - one) < 1e-9)
    // With nothing in the first channel CLs is exp(-s), whatever the second channel holds.
    let empty = try CountingCombination(
      CountingChannels([
        CountingModel(observed: 0, background: .exact(b)),
        CountingModel(observed: m, background: .exact(c)),
      ]))
    let none = try #require(empty.exclusion(yields: [s, weak]))
    #expect(abs(none.observed / SpecialFunctions.exp(-s) - 1) < 1e-5)
  }

  /// The posterior of the observed and of the median outcome, integrated here by the midpoint rule.
  @Test func posteriorTailsAreThoseOfTheLikelihood() throws {
    let (b, n, y) = ([0.2, 1.3], [1, 1], [1.0, 0.8])
    let channels = CountingChannels(
      (0..<2).map {
        CountingModel(observed: n[$0], background: .exact(b[$0]), yieldPerUnit: y[$0])
      })
    func tail(_ n: [Int], _ s: Double, _ prior: (Double) -> Double) -> Double {
      var sums = (0.0, 0.0)
      let step = 1e-3
      for i in 0..<60_000 {
        let x = step * (Double(i) + 0.5)
        let value =
          prior(x) * Self.poisson(n[0], x * y[0] + b[0]) * Self.poisson(n[1], x * y[1] + b[1])
        sums.1 += value
        if x > s { sums.0 += value }
      }
      return sums.0 / sums.1
    }
    for s in [0.5, 2.0, 5] {
      // The median: P(0, 0) = exp(-1.5) = 0.22; with one in the second 0.51.
      let flat = try channels.exclusion(of: s, method: .bayesian(.flat))
      #expect(abs(flat.observed - tail(n, s) { _ in 1 }) < 1e-6)
      #expect(abs(flat.expected - tail([0, 1], s) { _ in 1 }) < 1e-6)
      let root = try channels.exclusion(
        of: s, method: .bayesian(.inverseSquareRoot(offset: 0.3)))
      #expect(abs(root.observed - tail(n, s) { 1 / ($0 + 0.3).squareRoot() }) < 1e-6)
      let uniform = try channels.exclusion(
        of: s, method: .bayesian(.logUniform(0.01...8)))
      let expected = tail(n, s) { $0 < 0.01 || $0 > 8 ? 0 : 1 / $0 }
      // The midpoint rule is as coarse as its steps at the lower bound.
      #expect(abs(uniform.observed / expected - 1) < 1e-2)
    }
    #expect(try channels.exclusion(of: 8.1, method: .bayesian(.logUniform(0.01...8))).observed == 0)
  }

  /// Limits for given yields are those of the counts that have some, and exclusion is 1 - level there.
  @Test func limitsAndExclusionsAgree() throws {
    let models = [
      CountingModel(
        observed: 2, background: .onOff(count: 1, ratio: 20), efficiency: .logNormal(kappa: 1.1)),
      CountingModel(observed: 0, background: .exact(0.6)),
      CountingModel(observed: 1, background: .control(count: 4, ratio: 6, kappa: 1.3)),
    ]
    let common = EfficiencyKnowledge.logNormal(kappa: 1.2)
    let combination = try CountingCombination(CountingChannels(models, efficiency: common))
    for yields in [[0.5, 1, 0], [0.5, 1, 0.2], [0, 0, 3]] {
      var used = CountingChannels([], efficiency: common)
      for (model, yield) in zip(models, yields) where yield > 0 {
        var model = model
        model.yieldPerUnit = yield
        used.channels.append(model)
      }
      for method in [
        CountingMethod.cls(.hybrid), .bayesian(.flat), .bayesian(.inverseSquareRoot(offset: 0.5)),
        .bayesian(.logUniform(0.01...30)),
      ] {
        let limit = try combination.limit(yields: yields, method: method, level: 0.9)
        #expect(limit.status == .found)
        let own = try used.limit(method, level: 0.9)
        #expect(abs(limit.value / own.value - 1) < 1e-7, "\(method)")
        let found = try combination.exclusion(
          yields: yields.map { limit.value * $0 }, method: scaled(method, by: limit.value))
        // Flat-prior limits are good to 1e-5.
        #expect(abs(found.observed - 0.1) < 2e-6, "\(method) \(found)")
      }
    }
  }

  /// A method's prior for a strength in units of another.
  private func scaled(_ method: CountingMethod, by unit: Double) -> CountingMethod {
    switch method {
    case .bayesian(.inverseSquareRoot(let offset)):
      .bayesian(.inverseSquareRoot(offset: offset / unit))
    case .bayesian(.logUniform(let range)):
      .bayesian(.logUniform((range.lowerBound / unit)...(range.upperBound / unit)))
    default: method
    }
  }

  /// CLs is at least <exp(-s)>, whatever the counts are.
  @Test func clsIsNeverBelowTheProbabilityOfNoSignal() throws {
    var random = RandomStream(seed: 5, task: 1, toy: 1)
    for _ in 0..<200 {
      let backgrounds = (0..<4).map { _ in 2 * random.uniform() }
      let combination = try CountingCombination(
        CountingChannels(
          backgrounds.map {
            CountingModel(observed: random.poisson(mean: $0), background: .exact($0))
          }
        ))
      let yields = backgrounds.map { _ in 4 * random.uniform() * random.uniform() }
      let found = try #require(combination.exclusion(yields: yields))
      let least = SpecialFunctions.exp(-yields.reduce(0, +)) * (1 - 1e-9)
      #expect(found.observed >= least && found.observed <= 1)
      #expect(found.expected >= least && found.expected <= 1)
    }
  }
}
