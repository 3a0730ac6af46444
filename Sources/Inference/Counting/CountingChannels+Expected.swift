import NumericalMethods

extension CountingChannels {
  /// Computes quantiles of the limits expected without a signal, exactly over all outcomes of the counts.
  ///
  /// Counts are drawn from the backgrounds with their knowledge averaged over. As in
  /// `CountingModel.expectedLimits(_:level:deviations:)` the quantile at z standard deviations is the
  /// smallest limit with a probability of at least Φ(z) up to it. In Bayesian limits outcomes with less
  /// than 1e-9 of all probability are left out. Observed counts do not matter.
  /// - Parameters:
  ///   - method: `cls(.hybrid)`, `clsb(.hybrid)` or `bayesian`.
  ///   - level: The level of the limits.
  ///   - deviations: The quantiles wanted, within 4 standard deviations.
  /// - Returns: The limits, shape [deviations], to 1e-7 (Bayesian: 1e-4) of themselves.
  /// - Throws: `InferenceError` for numbers out of range, improper priors, other methods and too many
  ///   outcomes.
  public func expectedQuantiles(
    _ method: CountingMethod, level: Double, deviations: [Double]
  ) throws(InferenceError) -> [Double] {
    for z in deviations where !(z.magnitude <= 4) {
      throw .invalid(what: "deviation of an expected limit", found: z, allowed: "-4 to 4")
    }
    guard level > 0, level < 1 else {
      throw .invalid(what: "level", found: level, allowed: "above 0 and below 1")
    }
    let combination = try CountingCombination(self)
    switch method {
    case .cls(.hybrid), .clsb(.hybrid):
      return try combination.hybridQuantiles(
        yields, level, isRatio: method == .cls(.hybrid), deviations)
    case .bayesian(let prior):
      try prior.validate()
      try combination.checkProper(prior)
      return try bayesianQuantiles(combination, prior, level, deviations)
    case .cls(.profiled), .clsb(.profiled), .feldmanCousins: throw Self.unsupported
    }
  }

  /// All outcomes by their limits to 1e-6; those at the quantiles get theirs as an observed one would.
  private func bayesianQuantiles(
    _ combination: CountingCombination, _ prior: StrengthPrior, _ level: Double,
    _ deviations: [Double]
  ) throws(InferenceError) -> [Double] {
    let outcomes = try OutcomePosteriors(combination, prior)
    let sorted = outcomes.limits(level).sorted { ($0.limit, $0.place) < ($1.limit, $1.place) }
    var known: [Int: Double] = [:], values: [Double] = []
    for deviation in deviations {
      let target = NormalDistribution.cumulative(deviation)
      var sum = 0.0, found = sorted[sorted.count - 1].place
      for outcome in sorted {
        sum += outcome.probability
        if sum >= target {
          found = outcome.place
          break
        }
      }
      if known[found] == nil {
        var model = self
        for (index, count) in outcomes.counts(found).enumerated() {
          model.channels[index].observed = count
        }
        known[found] = try model.limit(.bayesian(prior), level: level).value
      }
      values.append(known[found] ?? .nan)
    }
    return values
  }
}
