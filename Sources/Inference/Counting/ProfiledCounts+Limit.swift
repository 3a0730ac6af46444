import NumericalMethods

extension ProfiledCounts {
  /// CLs (or CLs+b) of a strength, from the distribution of q-tilde at the nuisances that fit the
  /// data best at this strength and at none.
  package func confidence(_ strength: Double, isRatio: Bool) -> Double {
    let q = testStatistic(strength, observed)
    func probability(_ truth: Double) -> Double {
      self.probability(of: q, Truth(truth, fit(truth, observed))) { testStatistic(strength, $0) }
    }
    let signal = probability(strength)
    return isRatio ? signal / probability(0) : signal
  }

  /// The limit by CLs or CLs+b.
  ///
  /// The distribution is discrete and its order changes with the strength: CLs has small jumps. The
  /// limit is the largest strength found at which it is above 1 - level, with strengths up to 2 %
  /// above a root tried, too.
  package func limit(_ level: Double, isRatio: Bool) throws(InferenceError) -> CountingLimit {
    let construction =
      (isRatio ? "CLs" : "CLs+b")
      + " of q-tilde with profiled nuisances, exact distribution at their conditional best fit"
    let alpha = 1 - level
    func excess(_ s: Double) -> Double { confidence(s, isRatio: isRatio) - alpha }
    func result(_ status: CountingLimit.Status, _ value: Double) -> CountingLimit {
      CountingLimit(
        status: status, level: level, value: value, error: 1e-7 * value,
        construction: construction,
        warning: status == .empty
          ? "the count is below what \(level) confidence allows without any signal" : nil)
    }
    let n = Double(model.observed)
    var scale = (n + 2 * n.squareRoot() + 4) / model.yieldPerUnit
    if excess(1e-6 * scale) < 0 { return result(.empty, 0) }
    var low = 1e-6 * scale
    while excess(scale) > 0 {
      low = scale
      scale *= 1.6
      if scale > 1e6 * (n + 4) / model.yieldPerUnit { return result(.notFound, .nan) }
    }
    var value = Double.nan
    for _ in 0..<8 {
      let root = RootFinding.brent(in: low...scale, tolerance: 1e-8 * scale, excess)
      guard root.status == .converged || root.status == .callLimit else {
        return result(.notFound, .nan)
      }
      value = root.value
      guard
        let above = (1...8).map({ value * (1 + 0.0025 * Double($0)) }).last(where: {
          excess($0) > 0
        })
      else { break }
      (low, scale) = (above, above * 1.3)
      while excess(scale) > 0 { scale *= 1.3 }
    }
    return result(.found, value)
  }
}
