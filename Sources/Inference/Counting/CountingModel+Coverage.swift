import NumericalMethods

/// The probability that a limit holds the truth, summed exactly over the outcomes.
public struct CountingCoverage: Hashable, Sendable {
  /// The coverage.
  public var value: Double
  /// The probability of the outcomes left out of the sum, at most.
  public var neglected: Double
  /// The construction in words.
  public var construction: String
}

extension CountingModel {
  /// Computes the coverage of a method at a true strength: Σ P(n | s + b) over the n whose limit is
  /// not below s.
  ///
  /// A control count fluctuates with the count; normal control measurements are held at the
  /// model's, so that the coverage is conditional on them. The model's own count does not matter.
  /// - Parameters:
  ///   - method: How limits are made.
  ///   - level: Their level.
  ///   - strength: The true strength, >= 0.
  ///   - truth: The true background; nil is the model's estimate.
  ///   - efficiency: The true efficiency relative to the nominal one.
  /// - Returns: The coverage, to what the sum leaves out.
  /// - Throws: What `limit(_:level:)` throws.
  public func coverage(
    of method: CountingMethod, level: Double, strength: Double, background truth: Double? = nil,
    efficiency: Double = 1
  ) throws(InferenceError) -> CountingCoverage {
    try validate()
    guard strength >= 0, strength.isFinite else {
      throw .invalid(what: "true strength", found: strength, allowed: ">= 0")
    }
    let b = truth ?? background.estimate
    let mean = strength * yieldPerUnit * efficiency + b
    guard case .onOff(_, let ratio) = background else {
      let value = try covered(method, level, strength, mean)
      return CountingCoverage(
        value: value, neglected: 3e-13,
        construction: "exact sum over counts, control measurements held")
    }
    var total = CompensatedSum(), left = 1.0
    for control in ProfiledCounts.range(ratio * b) {
      let p = SpecialFunctions.exp(
        PoissonDistribution.logProbability(control, mean: ratio * b))
      if p < 1e-9 { continue }
      left -= p
      var model = self
      model.background = .onOff(count: control, ratio: ratio)
      total += p * (try model.covered(method, level, strength, mean))
    }
    return CountingCoverage(
      value: total.total, neglected: max(left, 0) + 3e-13,
      construction: "exact sum over counts and control counts")
  }

  /// The probability of the counts whose interval holds a strength.
  private func covered(
    _ method: CountingMethod, _ level: Double, _ strength: Double, _ mean: Double
  ) throws(InferenceError) -> Double {
    func holds(_ n: Int) throws(InferenceError) -> Bool {
      var model = self
      model.observed = n
      let limit = try model.limit(method, level: level)
      return limit.value >= strength && limit.lower <= strength
    }
    let counts = ProfiledCounts.range(mean)
    if case .feldmanCousins = method {
      var sum = CompensatedSum()
      for n in counts where try holds(n) {
        sum += SpecialFunctions.exp(PoissonDistribution.logProbability(n, mean: mean))
      }
      return sum.total
    }
    // Limits rise with the count.
    if try holds(counts.lowerBound) { return 1 }
    var (low, high) = (counts.lowerBound, counts.upperBound)
    if !(try holds(high)) { return 0 }
    while high - low > 1 {
      let middle = (low + high) / 2
      if try holds(middle) { high = middle } else { low = middle }
    }
    return PoissonDistribution.upperTail(atLeast: high, mean: mean)
  }
}
