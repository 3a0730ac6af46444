import NumericalMethods

/// The p-value of the background alone for a count.
public struct CountingSignificance: Hashable, Sendable {
  /// The probability of a result as signal-like as the observed one without a signal.
  public var pValue: Double
  /// The same in standard deviations, one-sided.
  public var significance: Double
  /// The construction in words.
  public var construction: String
}

extension CountingModel {
  /// Computes the exact p-value of the background alone.
  ///
  /// Hybrid: P(>= n | b) averaged over the prior; with a control count that is the binomial
  /// probability I_{1/(1+ratio)}(n, count + 1), "Z_Bi" of R. Cousins, J. Linnemann and J. Tucker,
  /// Nucl. Instrum. Meth. A 595 (2008) 480. Profiled: the exact distribution of q0 at the
  /// background that fits best without a signal.
  /// - Parameter nuisances: How the background's uncertainty is treated.
  /// - Returns: The p-value, to 1e-8 of itself down to about 1e-12.
  /// - Throws: `InferenceError` for numbers out of range.
  public func significance(
    _ nuisances: CountingNuisances = .hybrid
  ) throws(InferenceError) -> CountingSignificance {
    try validate()
    let model = simplified
    switch nuisances {
    case .hybrid:
      return Self.result(
        model.excessProbability, "P(>= n) of the count" + model.backgroundOnly.averagedWords)
    case .profiled:
      try model.checkProfiled()
      let profiled = ProfiledCounts(model)
      let background = profiled.fit(0, profiled.observed).background
      return Self.result(
        profiled.discoveryProbability(
          of: profiled.discoveryStatistic(profiled.observed), background: background),
        "exact distribution of q0 at the best fit without a signal")
    }
  }

  private static func result(_ p: Double, _ construction: String) -> CountingSignificance {
    CountingSignificance(
      pValue: p, significance: NormalDistribution.quantile(upperTail: p),
      construction: construction)
  }

  /// The same with an efficiency that does not matter.
  private var backgroundOnly: CountingModel {
    var model = self
    model.efficiency = .exact
    return model
  }

  /// P(>= n) of the background alone.
  private var excessProbability: Double {
    if observed == 0 { return 1 }
    func average(_ nodes: (Int) -> PriorNodes) -> Double {
      var before = Double.nan
      for order in PriorNodes.orders.indices {
        var sum = 0.0
        let prior = nodes(order)
        for (b, w) in zip(prior.values, prior.weights) {
          sum += w * PoissonDistribution.upperTail(atLeast: observed, mean: b)
        }
        if (sum - before).magnitude <= 1e-9 * sum { return sum }
        before = sum
      }
      return before
    }
    switch background {
    case .exact(let b): return PoissonDistribution.upperTail(atLeast: observed, mean: b)
    case .onOff(let count, let ratio):
      return SpecialFunctions.incompleteBeta(
        Double(observed), Double(count) + 1, 1 / (1 + ratio))
    case .gaussian(let mean, let width):
      return average { .gaussian(mean: mean, width: width, cut: cut, order: $0) }
    case .logNormal(let median, let kappa):
      return average { .logNormal(median: median, kappa: kappa, cut: cut, order: $0) }
    case .control, .inverted:
      return GammaMixture(background, cut: cut)?.upperTail(atLeast: observed) ?? .nan
    }
  }
}
