import NumericalMethods

/// Several counts with one strength whose yields change while what is known of their backgrounds stays:
/// points of a model.
///
/// Backgrounds and efficiencies are prepared once. A call with new yields costs some ten microseconds for
/// a few channels with few candidates.
public struct CountingCombination: Sendable {
  let counts: CountingChannels
  let outcomes: ChannelOutcomes

  /// Prepares the backgrounds of counts; their yields do not matter.
  ///
  /// - Throws: `InferenceError` for numbers out of range, or without a count.
  public init(_ counts: CountingChannels) throws(InferenceError) {
    try counts.validate()
    self.counts = counts
    outcomes = ChannelOutcomes(counts.channels, counts.efficiency)
  }

  /// The most outcomes that are visited to find the median one.
  static let mostMedianOutcomes = 20_000

  /// Computes CLs of the stated yields.
  ///
  /// CLs = P(Q <= q | s + b) / P(Q <= q | b) with Q = Σ n ln(1 + s/b), nuisances averaged over and all
  /// outcomes summed exactly, as for `CountingChannels.limit(.cls(.hybrid), level:)`; q is that of the
  /// observed counts, or the smallest one with P(Q <= q | b) >= 0.5. Where more than 20,000 outcomes lie
  /// below the median it is taken to be that of the mean counts.
  ///
  /// CLs is at least <exp(-s)>, averaged over the efficiencies, with s all expected signal events: callers
  /// that want CLs below 1 - level need not ask for fewer. It falls with the yields but for small jumps
  /// where outcomes change their order: above 70 + 10 Σ n + 5 Σ b signal events (observed counts, mean
  /// backgrounds) that of so many with the same proportions is given, an upper bound far below any
  /// 1 - level. It is 1 where the background alone gives no such outcome in double precision.
  /// - Parameter yields: Expected signal events of each count, >= 0; zero leaves a count out.
  /// - Returns: CLs for the observed counts, and for the median outcome of the background alone, each
  ///   from 1e-300 to 1; nil where no yield is above zero, one is negative or not finite, their number is
  ///   not that of the counts, or more than `CountingChannels.mostOutcomes` outcomes were to be summed.
  public func exclusion(yields: [Double]) -> (observed: Double, expected: Double)? {
    guard let own = try? checked(yields) else { return nil }
    return separation(own)
  }

  /// Computes how far the stated yields are excluded.
  ///
  /// For `cls(.hybrid)` that is `exclusion(yields:)`. For `bayesian` it is the posterior probability of
  /// strengths above 1, with the prior in the strength that multiplies all yields:
  /// ∫₁^∞ π(μ) L(μ) dμ / ∫₀^∞ π(μ) L(μ) dμ, for the observed counts and for the outcome that is the median
  /// one by Q; where it is below 1 - level the limit at this level is below 1. The same cap holds.
  /// - Parameters:
  ///   - yields: Expected signal events of each count, >= 0; zero leaves a count out.
  ///   - method: `cls(.hybrid)` or `bayesian`.
  /// - Returns: CLs or the posterior probability, for the observed counts and the median outcome.
  /// - Throws: `InferenceError` for yields out of range, without one above zero, for improper priors,
  ///   other methods and too many outcomes.
  public func exclusion(
    yields: [Double], method: CountingMethod
  ) throws(InferenceError) -> (observed: Double, expected: Double) {
    try exclusion(yields: yields, 1, method)
  }

  /// The same for a strength that multiplies the yields.
  func exclusion(
    yields: [Double], _ strength: Double, _ method: CountingMethod
  ) throws(InferenceError) -> (observed: Double, expected: Double) {
    let own = try checked(yields)
    switch method {
    case .cls(.hybrid):
      guard let found = separation(own.map { strength * $0 }) else { throw Self.tooMany }
      return found
    case .bayesian(let prior): return try posteriorTails(own, strength, prior)
    case .clsb, .cls(.profiled), .feldmanCousins: throw CountingChannels.unsupported
    }
  }

  /// Computes the upper limit on a strength that multiplies the stated yields.
  ///
  /// - Parameters:
  ///   - yields: Expected signal events of each count for a strength of 1, >= 0; zero leaves a count out.
  ///   - method: As for `CountingChannels.limit(_:level:)`.
  ///   - level: The confidence or credibility level, in (0, 1).
  /// - Returns: The limit.
  /// - Throws: `InferenceError` for numbers out of range and more outcomes than can be summed.
  public func limit(
    yields: [Double], method: CountingMethod = .cls(.hybrid), level: Double
  ) throws(InferenceError) -> CountingLimit {
    let own = try checked(yields)
    guard level > 0, level < 1 else {
      throw .invalid(what: "level", found: level, allowed: "above 0 and below 1")
    }
    switch method {
    case .cls(.hybrid): return try hybridLimit(own, level, isRatio: true)
    case .clsb(.hybrid): return try hybridLimit(own, level, isRatio: false)
    case .bayesian: return try with(own).limit(method, level: level)
    case .cls(.profiled), .clsb(.profiled), .feldmanCousins: throw CountingChannels.unsupported
    }
  }

  /// The counts with these yields, those alone whose yield is above zero.
  func with(_ yields: [Double]) -> CountingChannels {
    var own = counts
    own.channels = zip(counts.channels, yields).compactMap { channel, yield in
      guard yield > 0 else { return nil }
      var channel = channel
      channel.yieldPerUnit = yield
      return channel
    }
    return own
  }

  /// Checks yields, and makes those whose sum or multiples would overflow smaller.
  private func checked(_ yields: [Double]) throws(InferenceError) -> [Double] {
    guard yields.count == counts.channels.count else {
      throw .size(
        what: "yields of counts", found: yields.count, expected: counts.channels.count)
    }
    var most = 0.0
    for yield in yields {
      guard yield >= 0, yield.isFinite else {
        throw .invalid(what: "yield of a count", found: yield, allowed: ">= 0")
      }
      most = max(most, yield)
    }
    guard most > 0 else {
      throw .invalid(what: "largest yield of the counts", found: most, allowed: "> 0")
    }
    return most > 1e200 ? yields.map { min($0, 1e200) } : yields
  }

  static let tooMany = InferenceError.unsupported(
    what: "the exact sum over channels",
    found: "more than \(CountingChannels.mostOutcomes) outcomes",
    allowed: "fewer channels or candidates; use toys")

  private func separation(_ signals: [Double]) -> (observed: Double, expected: Double)? {
    let cap = outcomes.cap(signals), channels = outcomes.channels
    guard let order = RatioOrder(channels, signals: cap == 1 ? signals : signals.map { cap * $0 })
    else { return (1, 1) }
    let observed = order.ratio { Double(channels[$0].observed) }
    let median =
      order.quantile(channels, 0.5, most: Self.mostMedianOutcomes)?.ratio
      ?? order.ratio { channels[$0].mean }
    guard let below = outcomes.below(median == observed ? [observed] : [observed, median], order),
      let first = below.first, let last = below.last
    else { return nil }
    return (first.cls, last.cls)
  }
}
