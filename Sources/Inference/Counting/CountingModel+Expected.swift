import NumericalMethods

/// The limits expected without a signal: their exact distribution over the counts.
public struct ExpectedCountingLimits: Hashable, Sendable {
  /// One outcome of the experiment.
  public struct Outcome: Hashable, Sendable {
    /// The count.
    public var count: Int
    /// The control count, where one fluctuates.
    public var control: Int?
    /// The probability of the outcome without a signal.
    public var probability: Double
    /// The limit it gives.
    public var limit: Double
  }

  /// The outcomes that matter, by rising limit.
  public var outcomes: [Outcome]
  /// Quantiles of the limits at the deviations asked for.
  public var values: [Double]
  /// The probability of all outcomes left out.
  public var neglected: Double
  /// The construction in words.
  public var construction: String

  /// The mean limit: the sensitivity of Feldman and Cousins.
  public var mean: Double {
    var sum = 0.0, total = 0.0
    for outcome in outcomes {
      sum += outcome.probability * outcome.limit
      total += outcome.probability
    }
    return sum / total
  }
}

extension CountingModel {
  /// Computes quantiles of the limits expected without a signal, and nothing else.
  ///
  /// Where the count alone fluctuates limits rise with it: the limit of a quantile is that of the
  /// quantile of the count, and few limits need to be computed.
  /// - Parameters:
  ///   - method: How limits are made.
  ///   - level: Their level.
  ///   - deviations: The quantiles wanted, within 4 standard deviations.
  /// - Returns: The limits at the quantiles, as in `expectedLimits(_:level:deviations:)`.
  /// - Throws: What `limit(_:level:)` throws.
  public func expectedQuantiles(
    _ method: CountingMethod, level: Double, deviations: [Double]
  ) throws(InferenceError) -> [Double] {
    if controlFluctuates(method) {
      return try expectedLimits(method, level: level, deviations: deviations).values
    }
    try validate()
    let targets = deviations.map(NormalDistribution.cumulative)
    let model = simplified
    var most = ProfiledCounts.range(2 * model.background.estimate + 10).upperBound
    var counts = BackgroundCounts(model.background, cut: model.cut, upTo: most)
    while most < Self.mostCounts, (counts.cumulative.last ?? 1) < targets.max() ?? 0 {
      most *= 2
      counts = BackgroundCounts(model.background, cut: model.cut, upTo: most)
    }
    var known: [Int: Double] = [:]
    var values: [Double] = []
    for target in targets {
      let count = counts.cumulative.firstIndex { $0 >= target } ?? most
      if known[count] == nil {
        var outcome = self
        outcome.observed = count
        known[count] = try outcome.limit(method, level: level).value
      }
      values.append(known[count] ?? .nan)
    }
    return values
  }

  /// Computes expected limits without a signal.
  ///
  /// The count is drawn from the background with its knowledge averaged over; in a profiled limit
  /// from the background that fits best without a signal, together with the control count; a normal
  /// control measurement is held at its value. The quantile at z standard deviations is the
  /// smallest limit with a probability of at least Φ(z) up to it.
  /// - Parameters:
  ///   - method: How limits are made.
  ///   - level: Their level.
  ///   - deviations: The quantiles wanted, within 4 standard deviations.
  /// - Returns: The quantiles and all outcomes that matter.
  /// - Throws: What `limit(_:level:)` throws.
  public func expectedLimits(
    _ method: CountingMethod, level: Double, deviations: [Double] = [-2, -1, 0, 1, 2]
  ) throws(InferenceError) -> ExpectedCountingLimits {
    try validate()
    for z in deviations where !(z.magnitude <= 4) {
      throw .invalid(what: "deviation of an expected limit", found: z, allowed: "-4 to 4")
    }
    var outcomes: [ExpectedCountingLimits.Outcome] = []
    var kept = 0.0
    for (count, control, probability) in backgroundOutcomes(method) {
      var model = self
      model.observed = count
      if let control, case .onOff(_, let ratio) = background {
        model.background = .onOff(count: control, ratio: ratio)
      }
      let limit = try model.limit(method, level: level)
      outcomes.append(
        .init(count: count, control: control, probability: probability, limit: limit.value))
      kept += probability
    }
    outcomes.sort { ($0.limit, $0.count, $0.control ?? 0) < ($1.limit, $1.count, $1.control ?? 0) }
    let values = deviations.map { z -> Double in
      let target = NormalDistribution.cumulative(z)
      var sum = 0.0
      for outcome in outcomes {
        sum += outcome.probability
        if sum >= target { return outcome.limit }
      }
      return outcomes.last?.limit ?? .nan
    }
    return ExpectedCountingLimits(
      outcomes: outcomes, values: values, neglected: max(1 - kept, 0),
      construction: expectedWords(method))
  }

  /// Whether the control count fluctuates beside the count.
  private func controlFluctuates(_ method: CountingMethod) -> Bool {
    guard case .onOff = background else { return false }
    return method == .cls(.profiled) || method == .clsb(.profiled)
  }

  private func expectedWords(_ method: CountingMethod) -> String {
    if controlFluctuates(method) {
      return "exact distribution over count and control count at the best fit without a signal"
    }
    if method == .cls(.profiled) || method == .clsb(.profiled) {
      return "exact distribution over counts at the best fit without a signal, control"
        + " measurements held"
    }
    return "exact distribution over counts without a signal" + averagedWords
  }

  private func backgroundOutcomes(
    _ method: CountingMethod
  ) -> [(count: Int, control: Int?, probability: Double)] {
    let model = simplified
    var mean = model.background.estimate
    if method == .cls(.profiled) || method == .clsb(.profiled) {
      let profiled = ProfiledCounts(model)
      mean = profiled.fit(0, profiled.observed).background
    }
    func poisson(_ n: Int, _ mean: Double) -> Double {
      SpecialFunctions.exp(PoissonDistribution.logProbability(n, mean: mean))
    }
    let least = 1e-8
    if controlFluctuates(method), case .onOff(_, let ratio) = model.background {
      let counts = ProfiledCounts.range(mean), controls = ProfiledCounts.range(ratio * mean)
      return counts.flatMap { n in
        controls.compactMap { k in
          let p = poisson(n, mean) * poisson(k, ratio * mean)
          return p < least ? nil : (n, k, p)
        }
      }
    }
    var most = ProfiledCounts.range(2 * mean + 10).upperBound
    var counts = BackgroundCounts(model.background, cut: model.cut, upTo: most)
    if case .exact = model.background {
    } else if method == .cls(.profiled) || method == .clsb(.profiled) {
      counts = BackgroundCounts(.exact(mean), cut: 1, upTo: most)
    }
    while most < Self.mostCounts, (counts.cumulative.last ?? 1) < 1 - 1e-6 {
      most *= 2
      counts = BackgroundCounts(model.background, cut: model.cut, upTo: most)
    }
    return counts.probability.indices.compactMap { n in
      counts.probability[n] < least ? nil : (n, nil, counts.probability[n])
    }
  }
}
