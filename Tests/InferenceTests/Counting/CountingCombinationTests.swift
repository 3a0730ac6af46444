import Inference
import NumericalMethods
import Testing

/// CLs of several counts at the points of a model, against plain sums over outcomes.
@Suite struct CountingCombinationTests {
  private static func poisson(_ n: Int, _ mean: Double) -> Double {
    mean == 0
      ? n == 0 ? 1 : 0
      : SpecialFunctions.exp(PoissonDistribution.logProbability(n, mean: mean))
  }

  /// Outcomes of counts with known backgrounds: ratio, probability without and with the signal.
  private static func outcomes(_ b: [Double], _ s: [Double]) -> [(
    q: Double, p0: Double, p1: Double
  )] {
    var all: [(q: Double, p0: Double, p1: Double)] = [(0, 1, 1)]
    for (b, s) in zip(b, s) {
      all = all.flatMap { outcome in
        (0..<50).map { n in
          (
            outcome.q + Double(n) * SpecialFunctions.log(1 + s / b), outcome.p0 * poisson(n, b),
            outcome.p1 * poisson(n, b + s)
          )
        }
      }
    }
    return all
  }

  private static func cls(_ outcomes: [(q: Double, p0: Double, p1: Double)], at q: Double) -> Double
  {
    let below = outcomes.filter { $0.q <= q + 1e-9 }
    return below.reduce(0) { $0 + $1.p1 } / below.reduce(0) { $0 + $1.p0 }
  }

  @Test(arguments: [
    ([0.3, 1.2], [1, 0], [1.5, 2.0]), ([0.3, 1.2], [0, 3], [3.0, 0.2]),
    ([2.5, 0.05], [2, 1], [2.0, 2]), ([0.4, 0.7], [0, 0], [2.0, 1.1]),
  ])
  func knownBackgroundsAreSummedExactly(b: [Double], n: [Int], s: [Double]) throws {
    let counts = CountingChannels(
      zip(b, n).map { CountingModel(observed: $1, background: .exact($0)) })
    let found = try #require(try CountingCombination(counts).exclusion(yields: s))
    let outcomes = Self.outcomes(b, s)
    var q = 0.0
    for (place, own) in n.enumerated() {
      q += Double(own) * SpecialFunctions.log(1 + s[place] / b[place])
    }
    #expect(abs(found.observed / Self.cls(outcomes, at: q) - 1) < 1e-9)
    // The median outcome of the background, by sorting all of them.
    var sum = 0.0
    let median = try #require(
      outcomes.sorted { $0.q < $1.q }.first { outcome in
        sum += outcome.p0
        return sum >= 0.5
      })
    #expect(abs(found.expected / Self.cls(outcomes, at: median.q) - 1) < 1e-9)
  }

  /// At the limit of a count, with all it does not know, CLs is one less the confidence level.
  @Test(arguments: [
    CountingModel(
      observed: 0, background: .onOff(count: 1, ratio: 6), efficiency: .logNormal(kappa: 1.1)),
    CountingModel(
      observed: 2, background: .control(count: 3, ratio: 5, kappa: 1.2),
      efficiency: .logNormal(kappa: 1.25)),
    CountingModel(
      observed: 1, background: .gaussian(mean: 0.5, width: 0.2), efficiency: .gaussian(size: 0.1)),
  ])
  func limitsAreWhereTheyMustBe(model: CountingModel) throws {
    let limit = try model.limit(.cls(.hybrid), level: 0.95)
    let combination = try CountingCombination(CountingChannels([model]))
    let found = try #require(combination.exclusion(yields: [limit.value * model.yieldPerUnit]))
    #expect(abs(found.observed / 0.05 - 1) < 1e-5)
    let three = CountingChannels([model, model, model], efficiency: .logNormal(kappa: 1.05))
    let joint = try CountingCombination(three)
    let strength = try joint.limit(yields: [1, 0.5, 0], level: 0.95)
    let at = try #require(joint.exclusion(yields: [strength.value, 0.5 * strength.value, 0]))
    #expect(abs(at.observed / 0.05 - 1) < 1e-5)
  }

  /// A count without a yield says nothing.
  @Test func countsWithoutYieldAreLeftOut() throws {
    let model = CountingModel(observed: 1, background: .exact(0.5))
    let other = CountingModel(observed: 4, background: .exact(3))
    let alone = try CountingCombination(CountingChannels([model]))
    let both = try CountingCombination(CountingChannels([model, other]))
    let (a, b) = (
      try #require(alone.exclusion(yields: [3])), try #require(both.exclusion(yields: [3, 0]))
    )
    #expect(a.observed == b.observed && a.expected == b.expected)
    #expect(
      both.exclusion(yields: [0, 0]) == nil && both.exclusion(yields: [.infinity, 1]) == nil)
    #expect(both.exclusion(yields: [.nan, 1]) == nil && both.exclusion(yields: [1]) == nil)
  }

  /// CLs falls with the signal, at least exp(−s) of it is left, and huge signals cost nothing.
  @Test func hugeSignalsAreExcluded() throws {
    let counts = CountingChannels(
      [0, 1, 3].map {
        CountingModel(observed: $0, background: .onOff(count: $0, ratio: 2))
      })
    let combination = try CountingCombination(counts)
    var last = 1.0
    for s in [0.1, 1, 3, 10, 30] {
      let found = try #require(combination.exclusion(yields: [s, s / 2, s / 3])).observed
      #expect(found < last && found >= SpecialFunctions.exp(-s * (11.0 / 6)) * (1 - 1e-12))
      last = found
    }
    for s in [1e4, 1e9, 1e300] {
      let found = try #require(combination.exclusion(yields: [s, s, s]))
      #expect(found.observed >= 0 && found.observed < 1e-9 && found.expected < 1e-9)
    }
  }

  @Test func whatIsOutOfRangeIsAnError() {
    #expect(throws: InferenceError.self) { try CountingCombination(CountingChannels([])) }
    #expect(throws: InferenceError.self) {
      try CountingCombination(
        CountingChannels([CountingModel(observed: -1, background: .exact(1))]))
    }
  }
}
