import Inference
import NumericalMethods
import Testing

/// Signals of any size, and what several counts refuse.
@Suite struct CountingExclusionErrorTests {
  static let channels = CountingChannels(
    [
      CountingModel(
        observed: 3, background: .onOff(count: 2, ratio: 5), efficiency: .logNormal(kappa: 1.2)),
      CountingModel(observed: 0, background: .exact(0), efficiency: .gaussian(size: 0.1)),
      CountingModel(observed: 12, background: .logNormal(median: 9, kappa: 1.3)),
    ], efficiency: .logNormal(kappa: 1.1))

  @Test func hugeSignalsAreExcludedInFiniteNumbers() throws {
    let combination = try CountingCombination(Self.channels)
    let methods: [CountingMethod] = [
      .cls(.hybrid), .bayesian(.flat), .bayesian(.inverseSquareRoot(offset: 1)),
    ]
    for method in methods {
      for size in [1e3, 1e9, 1e300, 1.7e308] {
        for parts in [[1.0, 1, 1], [1, 0, 0], [0, 1, 1e-9], [1e-9, 0, 1]] {
          let found = try combination.exclusion(yields: parts.map { size * $0 }, method: method)
          #expect(found.observed > 0 && found.observed < 1e-6, "\(method) \(parts) \(found)")
          #expect(found.expected > 0 && found.expected < 1e-6, "\(method) \(parts) \(found)")
        }
      }
    }
  }

  /// Next to nothing is excluded by next to no signal.
  @Test func tinySignalsAreAllowed() throws {
    let combination = try CountingCombination(Self.channels)
    for size in [1e-3, 1e-12, 1e-300] {
      let found = try #require(combination.exclusion(yields: [size, size, size]))
      #expect(found.observed > 0.99 && found.observed <= 1)
      let posterior = try combination.exclusion(
        yields: [size, size, size], method: .bayesian(.flat))
      #expect(posterior.observed > 0.99 && posterior.observed <= 1)
    }
  }

  @Test func signalsOutOfRangeAreNamed() throws {
    let combination = try CountingCombination(Self.channels)
    for yields in [[0.0, 0, 0], [1, -1, 1], [1, .nan, 1], [.infinity, 1, 1], [1, 1], []] {
      #expect(combination.exclusion(yields: yields) == nil)
      #expect(throws: InferenceError.self) {
        try combination.exclusion(yields: yields, method: .cls(.hybrid))
      }
      #expect(throws: InferenceError.self) { try combination.limit(yields: yields, level: 0.95) }
    }
    #expect(
      throws: InferenceError.invalid(
        what: "largest yield of the counts", found: 0, allowed: "> 0")
    ) { try combination.exclusion(yields: [0, 0, 0], method: .cls(.hybrid)) }
    #expect(throws: InferenceError.size(what: "yields of counts", found: 2, expected: 3)) {
      try combination.exclusion(yields: [1, 1], method: .cls(.hybrid))
    }
    #expect(
      throws: InferenceError.invalid(
        what: "strength", found: 0, allowed: "above 0, at most 1e50")
    ) {
      try Self.channels.exclusion(of: 0, method: .cls(.hybrid))
    }
  }

  @Test func otherMethodsAreRefused() throws {
    let refused = InferenceError.unsupported(
      what: "this limit", found: "several counts", allowed: "Bayesian, CLs and CLs+b (hybrid)")
    let methods: [CountingMethod] = [
      .cls(.profiled), .clsb(.profiled), .feldmanCousins(adjusted: true),
    ]
    for method in methods {
      #expect(throws: refused) { try Self.channels.exclusion(of: 1, method: method) }
      #expect(throws: refused) {
        try Self.channels.expectedQuantiles(method, level: 0.9, deviations: [0])
      }
    }
    #expect(throws: refused) { try Self.channels.exclusion(of: 1, method: .clsb(.hybrid)) }
    #expect(
      throws: InferenceError.improper(
        what: "the prior 1/s", remedy: "use a flat prior, or 1/s between two stated bounds")
    ) { try Self.channels.exclusion(of: 1, method: .bayesian(.reciprocal)) }
    var improper = Self.channels
    improper.efficiency = .gaussian(size: 0.3)
    #expect(
      throws: InferenceError.improper(
        what: "a normal efficiency that reaches zero", remedy: "use a log-normal efficiency")
    ) { try improper.exclusion(of: 1, method: .bayesian(.flat)) }
    #expect(throws: InferenceError.self) {
      try Self.channels.expectedQuantiles(.cls(.hybrid), level: 0.9, deviations: [5])
    }
    #expect(throws: InferenceError.self) {
      try Self.channels.expectedQuantiles(.cls(.hybrid), level: 1, deviations: [0])
    }
  }

  /// A count that was not made is not zero: a negative one stands for none and is refused.
  @Test func countsThatAreAbsentAreNamed() throws {
    var absent = Self.channels
    absent.channels[1].observed = -1
    let fault = InferenceError.invalid(
      what: "count", found: -1, allowed: "0 to \(CountingModel.mostCounts)")
    #expect(throws: fault) { try CountingCombination(absent) }
    #expect(throws: fault) { try absent.exclusion(of: 1, method: .cls(.hybrid)) }
    #expect(throws: fault) {
      try absent.expectedQuantiles(.cls(.hybrid), level: 0.9, deviations: [0])
    }
    #expect(
      throws: InferenceError.invalid(what: "number of channels", found: 0, allowed: ">= 1")
    ) { try CountingCombination(CountingChannels([])) }
  }

  /// Sums that would never end are refused.
  @Test func tooManyOutcomesAreRefused() throws {
    let combination = try CountingCombination(
      CountingChannels(
        (1...6).map { CountingModel(observed: 70 * $0, background: .exact(70 * Double($0))) }))
    let yields = [3.0, 5, 7, 11, 13, 17]
    #expect(combination.exclusion(yields: yields) == nil)
    #expect(throws: InferenceError.self) {
      try combination.exclusion(yields: yields, method: .cls(.hybrid))
    }
    #expect(throws: InferenceError.self) { try combination.limit(yields: yields, level: 0.9) }
  }
}
