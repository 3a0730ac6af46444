import NumericalMethods

extension CountingCombination {
  /// The posterior probabilities above a strength, for the observed counts and the median outcome.
  func posteriorTails(
    _ yields: [Double], _ strength: Double, _ prior: StrengthPrior
  ) throws(InferenceError) -> (observed: Double, expected: Double) {
    try prior.validate()
    try checkProper(prior)
    let cap = outcomes.cap(yields.map { strength * $0 }), tested = cap * strength
    let channels = outcomes.channels
    var expected = [Int](repeating: 0, count: channels.count)
    if let order = RatioOrder(channels, signals: yields.map { tested * $0 }) {
      expected =
        order.quantile(channels, 0.5, most: Self.mostMedianOutcomes)?.counts
        ?? channels.map { Int($0.mean) }
    }
    let first = tail(yields, tested, prior, outcomes.observed)
    let isSame = zip(zip(expected, outcomes.observed), yields).allSatisfy {
      $0.0 == $0.1 || $1 == 0
    }
    return (first, isSame ? first : tail(yields, tested, prior, expected))
  }

  /// Throws where a normal efficiency that reaches zero leaves no posterior.
  func checkProper(_ prior: StrengthPrior) throws(InferenceError) {
    var efficiencies = counts.channels.map { ($0.efficiency, $0.cut) }
    if case .logUniform = prior {
    } else {
      efficiencies.append((counts.efficiency, counts.channels.map(\.cut).max() ?? 8))
    }
    for (efficiency, cut) in efficiencies where efficiency.isImproper(cut: cut) {
      throw .improper(
        what: "a normal efficiency that reaches zero", remedy: "use a log-normal efficiency")
    }
  }

  /// The likelihood of a strength, nuisances averaged over.
  func likelihood(_ yields: [Double], _ strength: Double, _ counts: [Int]) -> Double {
    let signal = yields.reduce(0) { $0 + strength * $1 }
    var sum = 0.0
    for batch in LaneBatch.batches(outcomes.common.nodes(signal: signal)) {
      var product = batch.weights
      for (index, channel) in outcomes.channels.enumerated() where yields[index] > 0 {
        let table = CountTables.counts(
          channel, (strength * yields[index]) * batch.factors, upTo: Double(counts[index]))
        product *= counts[index] < table.count ? table[counts[index]] : .zero
      }
      sum += product.sum()
    }
    return sum
  }

  private static let rule = GaussLegendreRule(count: 16)

  /// The part of the posterior above a strength.
  private func tail(
    _ yields: [Double], _ strength: Double, _ prior: StrengthPrior, _ counts: [Int]
  ) -> Double {
    // Relative to that of the strength, both are numbers of double precision.
    let reference = max(likelihood(yields, strength, counts), 1e-300)
    func density(_ u: Double) -> Double {
      let (s, density) = prior.strength(u)
      return density * (likelihood(yields, s, counts) / reference)
    }
    let high = highest(yields, counts, atLeast: strength)
    var (a, b) = (0.0, high)
    if case .logUniform(let range) = prior {
      (a, b) = (range.lowerBound, max(min(range.upperBound, high), range.lowerBound))
      if strength >= range.upperBound { return 0 }
      if b == a { b = range.upperBound }
    }
    let (low, top) = (prior.variable(a), prior.variable(b))
    let cut = min(max(strength > 0 ? prior.variable(strength) : low, low), top)
    func integral(_ from: Double, _ to: Double) -> Double {
      let panels = 8
      var sum = 0.0
      for panel in 0..<panels where to > from {
        let width = (to - from) / Double(panels), left = from + width * Double(panel)
        sum += Self.rule.integrate(over: left...(left + width), density)
      }
      return sum
    }
    let above = integral(cut, top), below = integral(low, cut)
    return above + below > 0 ? above / (above + below) : 1
  }

  /// A strength above which next to nothing of the likelihood is left, even beside what is above another.
  func highest(_ yields: [Double], _ counts: [Int], atLeast strength: Double) -> Double {
    var unit = 0.0, n = 0.0
    for (index, yield) in yields.enumerated() where yield > 0 {
      unit += yield
      n += Double(counts[index])
    }
    var reference = likelihood(yields, strength, counts)
    var high = max(strength, (n + 1) / unit)
    while true {
      let value = likelihood(yields, high, counts)
      reference = max(reference, value)
      if value <= 1e-13 * reference { return high }
      high += (n.squareRoot() + 4) / unit
    }
  }

  /// The quantile of the posterior of a strength for the observed counts; nil where none is found.
  func posteriorLimit(_ yields: [Double], _ prior: StrengthPrior, _ level: Double) -> Double? {
    var high = highest(yields, outcomes.observed, atLeast: 0)
    if case .logUniform(let range) = prior { high = min(high, range.upperBound) }
    if case .logUniform(let range) = prior, high <= range.lowerBound { high = range.upperBound }
    let root = RootFinding.brent(in: 0...high, tolerance: 1e-10 * high) {
      tail(yields, $0, prior, outcomes.observed) - (1 - level)
    }
    return root.status == .converged ? root.value : nil
  }
}
