import NumericalMethods

/// Several counts with one strength whose yields change while what is known of their backgrounds stays:
/// points of a model.
public struct CountingCombination: Sendable {
  private let counts: CountingChannels
  private let outcomes: ChannelOutcomes

  /// Prepares the backgrounds of counts; their yields do not matter.
  ///
  /// - Throws: `InferenceError` for numbers out of range, or without a count.
  public init(_ counts: CountingChannels) throws(InferenceError) {
    try counts.validate()
    self.counts = counts
    outcomes = ChannelOutcomes(counts.channels, counts.efficiency, quick: true)
  }

  /// CLs of the stated yields, exactly summed, nuisances averaged over, with outcomes ordered by their
  /// likelihood ratio as for `CountingChannels.limit(.cls(.hybrid), level:)`.
  ///
  /// CLs is at least <exp(−s)>, averaged over the efficiencies, with s all expected signal events. It falls
  /// with the yields: where s is far above what the counts allow, that of a smaller signal with the same
  /// proportions is given, which is not below it.
  /// - Parameter yields: Expected signal events of each count, >= 0; zero leaves a count out.
  /// - Returns: CLs for the observed counts, and for the median outcome of the background alone; nil where
  ///   no yield is above zero or one is not finite.
  public func exclusion(yields: [Double]) -> (observed: Double, expected: Double)? {
    guard yields.count == counts.channels.count, yields.allSatisfy(\.isFinite),
      let own = outcomes.with(yields: yields)
    else { return nil }
    let (signal, background, observed) = own.totals
    let most = 60 + 10 * Double(observed + 1) + 5 * background
    return own.separation(min(1, most / signal))
  }

  /// The upper limit on a strength that multiplies the stated yields.
  ///
  /// - Parameters:
  ///   - yields: Expected signal events of each count for a strength of 1, >= 0.
  ///   - level: The confidence level, in (0, 1).
  /// - Returns: The limit.
  /// - Throws: `InferenceError` for numbers out of range and more outcomes than can be summed.
  public func limit(yields: [Double], level: Double) throws(InferenceError) -> CountingLimit {
    var own = counts
    own.channels = zip(counts.channels, yields).compactMap { channel, yield in
      guard yield > 0 else { return nil }
      var channel = channel
      channel.yieldPerUnit = yield
      return channel
    }
    return try own.limit(.cls(.hybrid), level: level)
  }
}
