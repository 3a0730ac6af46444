import NumericalMethods

extension CountingCombination {
  /// A limit by CLs or CLs+b, ordered by the likelihood ratio of the tested strength.
  func hybridLimit(
    _ yields: [Double], _ level: Double, isRatio: Bool
  ) throws(InferenceError) -> CountingLimit {
    let channels = outcomes.channels
    var n = 0.0, unit = 0.0, used = 0
    for (channel, yield) in zip(channels, yields) where yield > 0 {
      n += Double(channel.observed)
      unit += yield
      used += 1
    }
    let construction =
      (isRatio ? "CLs" : "CLs+b") + " of the likelihood ratio of \(used) counts, exactly"
      + " summed, nuisances averaged over"
    let root = try crossing(
      yields, level, isRatio: isRatio, from: (n + 2 * n.squareRoot() + 4) / unit
    ) { order in order.ratio { Double(channels[$0].observed) } }
    var limit = CountingLimit(
      status: .found, level: level, value: root ?? .nan, error: 1e-7 * (root ?? .nan),
      construction: construction)
    if root == nil { limit.status = .notFound }
    if root == 0 {
      limit.status = .empty
      limit.warning = "the counts are below what \(level) confidence allows without any signal"
    }
    return limit
  }

  /// Finds the strength at which CLs or CLs+b of an outcome, which may depend on the order, is 1 - level.
  ///
  /// - Returns: The strength, 0 where none is allowed, nil where none was found.
  private func crossing(
    _ yields: [Double], _ level: Double, isRatio: Bool, from start: Double,
    _ ratio: (RatioOrder) throws(InferenceError) -> Double
  ) throws(InferenceError) -> Double? {
    var fault: InferenceError?
    func excess(_ s: Double) -> Double {
      guard fault == nil,
        let order = RatioOrder(outcomes.channels, signals: yields.map { s * $0 })
      else { return fault == nil ? level : .nan }
      do throws(InferenceError) {
        guard let below = outcomes.below([try ratio(order)], order)?.first else {
          throw Self.tooMany
        }
        return (isRatio ? below.cls : below.signal) - (1 - level)
      } catch {
        fault = error
        return .nan
      }
    }
    var high = start
    if !isRatio, excess(1e-6 * high) < 0 { return 0 }
    while excess(high) > 0, high < 1e6 * start { high *= 1.5 }
    if let fault { throw fault }
    let root = RootFinding.brent(in: (1e-6 * high)...high, tolerance: 1e-8 * high, excess)
    if let fault { throw fault }
    return root.status == .converged ? root.value : nil
  }

  /// The most outcomes that are visited to find one at a quantile.
  private static let mostQuantileOutcomes = 500_000

  /// Quantiles of the limits by CLs or CLs+b over all outcomes of the background alone.
  ///
  /// At a strength exactly those outcomes give a smaller limit whose likelihood ratio is below some value:
  /// CLs grows with the ratio. So the quantile of the limits is the strength at which CLs of the outcome
  /// at this quantile of the ratio is 1 - level, and no limit of another outcome is needed.
  func hybridQuantiles(
    _ yields: [Double], _ level: Double, isRatio: Bool, _ deviations: [Double]
  ) throws(InferenceError) -> [Double] {
    var unit = 0.0, background = 0.0
    for (channel, yield) in zip(outcomes.channels, yields) where yield > 0 {
      unit += yield
      background += channel.mean
    }
    let start = (background + 2 * background.squareRoot() + 4) / unit
    var values: [Double] = []
    for deviation in deviations {
      let target = NormalDistribution.cumulative(deviation)
      let root = try crossing(yields, level, isRatio: isRatio, from: start) {
        (order) throws(InferenceError) in
        guard
          let found = order.quantile(outcomes.channels, target, most: Self.mostQuantileOutcomes)
        else {
          throw .unsupported(
            what: "expected limits of several counts",
            found: "more than \(Self.mostQuantileOutcomes) outcomes up to a quantile",
            allowed: "fewer channels or candidates; use toys")
        }
        return found.ratio
      }
      values.append(root ?? .nan)
    }
    return values
  }
}
