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

  /// The most outcomes of the channels but the last that are summed.
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
    case .cls(.hybrid): return try hybridLimit(level, isRatio: true)
    case .clsb(.hybrid): return try hybridLimit(level, isRatio: false)
    case .cls(.profiled), .clsb(.profiled), .feldmanCousins:
      throw .unsupported(
        what: "this limit", found: "several counts", allowed: "Bayesian, CLs and CLs+b (hybrid)")
    }
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
    ).limit("product of \(channels.count) counts, their nuisances averaged over")
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

  private func hybridLimit(
    _ level: Double, isRatio: Bool
  ) throws(InferenceError) -> CountingLimit {
    let outcomes = ChannelOutcomes(channels, efficiency)
    let construction =
      (isRatio ? "CLs" : "CLs+b") + " of the likelihood ratio of \(channels.count) counts, exactly"
      + " summed, nuisances averaged over"
    var n = 0.0, unit = 0.0
    for channel in channels {
      n += Double(channel.observed)
      unit += channel.yieldPerUnit
    }
    var high = (n + 2 * n.squareRoot() + 4) / unit
    let count = outcomes.count(2 * high)
    guard count <= Double(Self.mostOutcomes) else {
      throw .unsupported(
        what: "the exact sum over channels", found: "\(count) outcomes",
        allowed: "\(Self.mostOutcomes); use toys")
    }
    func excess(_ s: Double) -> Double {
      let signal = outcomes.below(s, truth: s)
      return (isRatio ? signal / outcomes.below(s, truth: 0) : signal) - (1 - level)
    }
    if !isRatio, excess(1e-6 * high) < 0 {
      return CountingLimit(
        status: .empty, level: level, value: 0, error: 0, construction: construction,
        warning: "the counts are below what \(level) confidence allows without any signal")
    }
    while excess(high) > 0, high < 1e6 * (n + 4) / unit { high *= 1.5 }
    let root = RootFinding.brent(in: (1e-6 * high)...high, tolerance: 1e-8 * high, excess)
    let isFound = root.status == .converged
    return CountingLimit(
      status: isFound ? .found : .notFound, level: level, value: isFound ? root.value : .nan,
      error: 1e-7 * root.value, construction: construction)
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
