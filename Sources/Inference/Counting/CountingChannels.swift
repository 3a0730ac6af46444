import NumericalMethods

/// Several counts with one strength: independent backgrounds, efficiencies of their own beside one
/// in common.
public struct CountingChannels: Hashable, Sendable {
  /// The counts.
  public var channels: [CountingModel]
  /// What is known of the factor common to all efficiencies, such as the luminosity.
  public var efficiency: EfficiencyKnowledge

  /// Creates a combination.
  public init(_ channels: [CountingModel], efficiency: EfficiencyKnowledge = .exact) {
    self.channels = channels
    self.efficiency = efficiency
  }

  /// The most outcomes of the channels but the last that are summed in one probability.
  public static let mostOutcomes = 2_000_000

  /// Computes a limit on the common strength.
  ///
  /// Bayesian limits use the product of the channels' averaged likelihoods. CLs and CLs+b (hybrid)
  /// order outcomes by the likelihood ratio Σ n ln(1 + s/b), with b the mean background of a
  /// channel, and sum its exact distribution.
  /// - Parameters:
  ///   - method: How the limit is made: `bayesian`, `cls(.hybrid)` or `clsb(.hybrid)`.
  ///   - level: The confidence or credibility level, in (0, 1).
  /// - Returns: The limit with its status, error and construction.
  /// - Throws: `InferenceError` for numbers out of range, improper priors, other methods and more
  ///   than `mostOutcomes` outcomes.
  public func limit(_ method: CountingMethod, level: Double) throws(InferenceError) -> CountingLimit
  {
    try validate()
    guard level > 0, level < 1 else {
      throw .invalid(what: "level", found: level, allowed: "above 0 and below 1")
    }
    switch method {
    case .bayesian(let prior): return try bayesianLimit(prior, level)
    case .cls(.hybrid), .clsb(.hybrid):
      return try CountingCombination(self)
        .hybridLimit(yields, level, isRatio: method == .cls(.hybrid))
    case .cls(.profiled), .clsb(.profiled), .feldmanCousins: throw Self.unsupported
    }
  }

  static let unsupported = InferenceError.unsupported(
    what: "this limit", found: "several counts", allowed: "Bayesian, CLs and CLs+b (hybrid)")

  /// The signal events of each count for a strength of 1.
  var yields: [Double] { channels.map(\.yieldPerUnit) }

  /// Computes how far a strength is excluded, observed and expected.
  ///
  /// As `CountingCombination.exclusion(yields:method:)` with the strength times each `yieldPerUnit`; for
  /// several strengths or yields keep a `CountingCombination`.
  /// - Parameters:
  ///   - strength: The strength, above 0, at most 1e50.
  ///   - method: `cls(.hybrid)` or `bayesian`.
  /// - Returns: CLs or the posterior probability above the strength, each in 0…1: excluded at a level
  ///   where below 1 - level.
  /// - Throws: `InferenceError` for numbers out of range, improper priors, other methods and too many
  ///   outcomes.
  public func exclusion(
    of strength: Double, method: CountingMethod
  ) throws(InferenceError) -> (observed: Double, expected: Double) {
    guard strength > 0, strength <= 1e50 else {
      throw .invalid(what: "strength", found: strength, allowed: "above 0, at most 1e50")
    }
    return try CountingCombination(self).exclusion(yields: yields, strength, method)
  }

  /// Checks the ranges of all numbers.
  ///
  /// - Throws: `InferenceError.invalid` with the first number outside of its range, or without a channel.
  func validate() throws(InferenceError) {
    for channel in channels { try channel.validate() }
    guard var common = channels.first else {
      throw .invalid(what: "number of channels", found: 0, allowed: ">= 1")
    }
    // The common efficiency obeys the rules of a channel's.
    common.efficiency = efficiency
    try common.validate()
  }

  private func bayesianLimit(
    _ prior: StrengthPrior, _ level: Double
  ) throws(InferenceError) -> CountingLimit {
    for channel in channels where channel.efficiency != .exact {
      if channel.efficiency.isImproper(cut: channel.cut) {
        throw .improper(
          what: "a channel's normal efficiency that reaches zero",
          remedy: "use a log-normal efficiency")
      }
    }
    let words = "product of \(channels.count) counts, their nuisances averaged over"
    if prior != .flat {
      try prior.validate()
      let combination = try CountingCombination(self)
      try combination.checkProper(prior)
      let value = combination.posteriorLimit(yields, prior, level)
      return CountingLimit(
        status: value == nil ? .notFound : .found, level: level, value: value ?? .nan,
        error: 1e-7 * (value ?? .nan),
        construction: "Bayesian, " + prior.description + "; " + words)
    }
    var nuisances: [Nuisance] = []
    switch efficiency {
    case .gaussian(let size) where size > 0:
      nuisances = [Nuisance(name: "common", target: .yield, constraint: .gaussian, size: size)]
    case .logNormal(let kappa) where kappa > 1:
      nuisances = [
        Nuisance(name: "common", target: .yield, constraint: .logNormal, size: kappa - 1)
      ]
    case .exact, .gaussian, .logNormal: break
    }
    let found = try BayesianCalculator(
      ChannelPosterior(channels), BayesianSettings(level: level, prior: prior),
      nuisances: nuisances
    ).limit(words)
    let status: CountingLimit.Status =
      switch found.status {
      case .found: .found
      case .improper: .improper
      case .unreliable, .notFound: .notFound
      }
    return CountingLimit(
      status: status, level: level, value: found.value, error: found.error,
      construction: found.construction, warning: found.warning)
  }
}

/// The product of averaged likelihoods of several counts.
private final class ChannelPosterior: PosteriorSource {
  private let tails: [(tail: CountTail, yield: Double, nodes: PriorNodes)]
  let scale: Double
  let nuisanceCount = 0

  init(_ channels: [CountingModel]) {
    tails = channels.map {
      let model = $0.simplified
      return (
        CountTail(model, count: model.observed), model.yieldPerUnit,
        model.efficiency.nodes(cut: model.cut, order: 1)
      )
    }
    var n = 0.0, unit = 0.0
    for channel in channels {
      n += Double(channel.observed)
      unit += channel.yieldPerUnit
    }
    scale = (n + 1).squareRoot() / unit
  }

  func mode(at t: Double) -> PosteriorMode? {
    var sum = 0.0
    for (tail, yield, nodes) in tails {
      sum -= SpecialFunctions.log(max(tail.likelihood(t, yield, nodes), 0))
    }
    return PosteriorMode(values: [], nll: sum, precision: [])
  }

  func nll(at t: Double, _ nuisances: UnsafePointer<Double>) -> Double {
    mode(at: t)?.nll ?? .infinity
  }
}
