import NumericalMethods

extension CountingModel {
  /// Computes an upper limit (an interval, for Feldman-Cousins) of the strength.
  ///
  /// No toys: probabilities are summed exactly, priors are integrated by quadratures whose order is
  /// raised until the limit is stable to 1e-8 of itself.
  /// - Parameters:
  ///   - method: How the limit is made.
  ///   - level: The confidence or credibility level, in (0, 1).
  /// - Returns: The limit with its status, error and construction.
  /// - Throws: `InferenceError` for numbers out of range, improper priors and methods that do not
  ///   know the model's nuisances.
  public func limit(_ method: CountingMethod, level: Double) throws(InferenceError) -> CountingLimit
  {
    try validate()
    guard level > 0, level < 1 else {
      throw .invalid(what: "level", found: level, allowed: "above 0 and below 1")
    }
    let model = simplified
    switch method {
    case .cls(.hybrid): return model.hybridLimit(level, isRatio: true)
    case .clsb(.hybrid): return model.hybridLimit(level, isRatio: false)
    case .cls(.profiled), .clsb(.profiled):
      try model.checkProfiled()
      return try ProfiledCounts(model).limit(level, isRatio: method == .cls(.profiled))
    case .bayesian(let prior):
      try prior.validate()
      return prior == .flat
        ? model.flatPriorLimit(level) : try model.posteriorLimit(prior, level)
    case .feldmanCousins(let isAdjusted):
      guard case .exact(let b) = model.background, model.efficiency == .exact else {
        throw .unsupported(
          what: "Feldman-Cousins interval of a count", found: "a background or efficiency error",
          allowed: "both known exactly")
      }
      let interval = FeldmanCousins(background: b, level: level)
        .interval(count: observed, isAdjusted: isAdjusted)
      return CountingLimit(
        status: .found, level: level, value: interval.upper / yieldPerUnit,
        error: 1e-9 * max(interval.upper, 1) / yieldPerUnit,
        construction: FeldmanCousins.construction(isAdjusted: isAdjusted),
        lower: interval.lower / yieldPerUnit)
    }
  }

  /// Throws where the best fit of the background is not known in closed form.
  func checkProfiled() throws(InferenceError) {
    switch background {
    case .exact, .gaussian, .logNormal, .onOff: return
    case .control, .inverted:
      throw .unsupported(
        what: "profiled background of a count",
        found: "a control sum with weights or a relative error, or inverted cuts",
        allowed: "one control count; average over the nuisances")
    }
  }

  /// CLs, or CLs+b, with the count as test statistic and probabilities averaged over the priors.
  private func hybridLimit(_ level: Double, isRatio: Bool) -> CountingLimit {
    let tail = CountTail(self, count: observed)
    let zero = tail.evaluate(0).below
    let construction =
      (isRatio ? "CLs" : "CLs+b") + " of the count, exactly summed" + averagedWords
    guard isRatio || zero > 1 - level else {
      return CountingLimit(
        status: .empty, level: level, value: 0, error: 0, construction: construction,
        warning: "the count is below what \(level) confidence allows without any signal")
    }
    let (value, error, isFound) = solve(
      tail, target: (1 - level) * (isRatio ? zero : 1)
    ) { efficiency.nodes(cut: cut, order: $0) }
    return CountingLimit(
      status: isFound ? .found : .notFound, level: level, value: value, error: error,
      construction: construction)
  }

  /// The flat-prior limit: the tail of the posterior is the mean of P(<= n) / efficiency.
  private func flatPriorLimit(_ level: Double) -> CountingLimit {
    let tail = CountTail(self, count: observed)
    let target = (1 - level) * tail.evaluate(0).below
    let (value, error, isFound) = solve(tail, target: target) {
      efficiency.nodesOverEfficiency(cut: cut, order: $0)
    }
    var limit = CountingLimit(
      status: isFound ? .found : .notFound, level: level, value: value, error: error,
      construction: "Bayesian, flat prior in the strength >= 0" + averagedWords)
    guard isFound, efficiency.isImproper(cut: cut) else { return limit }
    let lower = solve(tail, target: target) {
      efficiency.nodesOverEfficiency(cut: cut, order: $0, floor: 1e-3 * EfficiencyKnowledge.floor)
    }
    limit.status = .improper
    limit.error = lower.isFound ? (lower.value - value).magnitude : .infinity
    limit.warning = Self.improperWarning(lower.value)
    return limit
  }

  static func improperWarning(_ other: Double) -> String {
    "improper posterior: a normal efficiency prior reaches zero, where a flat prior of the strength"
      + " diverges; cut at \(EfficiencyKnowledge.floor) of the nominal efficiency, a cut at a"
      + " thousandth of that gives \(other); use a log-normal efficiency"
  }

  /// What the nuisances are averaged over, in words.
  var averagedWords: String {
    var words = ""
    switch background {
    case .exact: words = ", background known"
    case .gaussian: words = ", background averaged over a normal prior cut at 0 and \(cut) widths"
    case .logNormal: words = ", background averaged over a log-normal prior cut at \(cut) widths"
    case .onOff: words = ", background averaged over its gamma posterior from the control count"
    case .control: words = ", background averaged over its posterior from the control sum"
    case .inverted:
      words = ", background averaged over its posterior from counts with inverted cuts"
    }
    switch efficiency {
    case .exact: break
    case .gaussian: words += ", efficiency over a normal prior cut at 0 and \(cut) widths"
    case .logNormal: words += ", efficiency over a log-normal prior cut at \(cut) widths"
    }
    return words
  }

  /// Finds where the averaged P(<= n) has fallen to a target, with nodes of rising order.
  private func solve(
    _ tail: CountTail, target: Double, _ nodes: (Int) -> PriorNodes
  ) -> (value: Double, error: Double, isFound: Bool) {
    guard target > 0, tail.isConverged else { return (.nan, .nan, false) }
    var before = Double.nan
    for order in 0..<efficiency.orders {
      let prior = nodes(order)
      func excess(_ s: Double) -> (value: Double, derivative: Double) {
        let part = tail.evaluate(s, yieldPerUnit, prior)
        return (part.below - target, part.slope)
      }
      let n = Double(observed), scale = (n + 2 * n.squareRoot() + 4) / yieldPerUnit
      let start = before.isNaN ? scale : before
      var high = start
      while excess(high).value > 0, high < 1e9 * scale { high *= 2 }
      let root = RootFinding.newton(in: 0...high, start: start, excess)
      guard root.status == .converged else { return (.nan, .nan, false) }
      if efficiency.orders == 1 { return (root.value, 1e-9 * root.value, true) }
      let change = (root.value - before).magnitude
      if change <= 1e-8 * root.value { return (root.value, max(change, 1e-9 * root.value), true) }
      if order == efficiency.orders - 1 {
        return (root.value, change, change <= 1e-4 * root.value)
      }
      before = root.value
    }
    return (.nan, .nan, false)
  }

  /// The limit with a prior other than the flat one, by the posterior's density.
  private func posteriorLimit(
    _ prior: StrengthPrior, _ level: Double
  ) throws(InferenceError) -> CountingLimit {
    if case .inverseSquareRoot = prior, efficiency.isImproper(cut: cut) {
      throw .improper(
        what: "a normal efficiency prior that reaches zero", remedy: "use a log-normal efficiency")
    }
    let tail = CountTail(self, count: observed), zero = tail.evaluate(0).below
    let construction = "Bayesian, " + prior.description + averagedWords
    let failed = CountingLimit(
      status: .notFound, level: level, value: .nan, error: .nan, construction: construction)
    guard zero > 0, tail.isConverged else { return failed }
    var before = Double.nan, error = Double.infinity
    for order in 0..<efficiency.orders {
      let nodes = efficiency.nodes(cut: cut, order: order)
      var high = (Double(observed) + 30) / yieldPerUnit
      while tail.evaluate(high, yieldPerUnit, nodes).below > 1e-13 * zero { high *= 1.5 }
      let density = { (s: Double) in tail.likelihood(s, yieldPerUnit, nodes) }
      let found = ChebyshevDensity.quantile(
        prior, strengths: 0...high, level: level, tolerance: 1e-9, density)
      guard found.isConverged else { return failed }
      error = efficiency.orders == 1 ? found.error : (found.value - before).magnitude
      before = found.value
      if error <= 1e-8 * before { break }
    }
    return CountingLimit(
      status: error <= 1e-4 * before ? .found : .notFound, level: level, value: before,
      error: max(error, 1e-9 * before), construction: construction)
  }
}
