import PipelineSpec

/// The cuts chosen by the hypothesis, with the thresholds of scores.
struct HypothesisCuts: Sendable {
  /// Cuts in the order of the pipeline file.
  let settings: [HypothesisCut]
  /// Thresholds of scores, one a cut; nil for expressions.
  let thresholds: [ScoreThreshold?]

  /// Cuts whose thresholds the file states; those chosen on simulation come from `points`.
  init(_ settings: [HypothesisCut], points: [Int: WorkingPoint]) {
    self.settings = settings
    thresholds = settings.enumerated().map { index, cut in
      guard case .score(let network, let score) = cut.criterion else { return nil }
      if case .above(let least) = score { return .fixed(network: network, least) }
      return points[index].map { .chosen(network: network, $0) }
    }
  }

  /// The hypotheses between two masses that share a set of cuts.
  struct Part: Sendable {
    /// The masses.
    var masses: ClosedRange<Double>
    /// Cuts by expression, one bit each.
    var rules: UInt64
    /// Threshold of the score that is cut on; nil without one.
    var threshold: ScoreThreshold?
  }

  /// Divides a range of masses where the cuts change.
  func parts(of masses: ClosedRange<Double>, constituent: Double?) -> [Part] {
    var edges = [masses.lowerBound, masses.upperBound]
    for range in settings.compactMap(\.range) {
      for bound in [range.bounds.lowerBound, range.bounds.upperBound] {
        let mass = Hypothesis(bound, range.variable, constituent: constituent).mass
        if masses.contains(mass) { edges.append(mass) }
      }
    }
    edges = Set(edges).sorted()
    var parts: [Part] = []
    var last: (rules: UInt64, cut: Int?)?
    for (low, high) in zip(edges, edges.dropFirst()) {
      let middle = Hypothesis((low + high) / 2, .mass, constituent: constituent)
      let cut = settings.indices.first {
        thresholds[$0] != nil && middle.isInside(settings[$0].range)
      }
      let rules = requirements(at: middle).rules
      if let last, last == (rules, cut) {
        parts[parts.count - 1].masses = parts[parts.count - 1].masses.lowerBound...high
        continue
      }
      parts.append(
        Part(masses: low...high, rules: rules, threshold: cut.flatMap { thresholds[$0] }))
      last = (rules, cut)
    }
    return parts
  }

  /// What candidates of a hypothesis fulfil: expressions by one bit each, and the first score's cut.
  func requirements(at hypothesis: Hypothesis) -> (rules: UInt64, score: ScoreRequirement?) {
    var rules: UInt64 = 0
    var score: ScoreRequirement?
    var bit: UInt64 = 1
    for (cut, threshold) in zip(settings, thresholds) {
      let isRuled = hypothesis.isInside(cut.range)
      if cut.expression != nil {
        if isRuled { rules |= bit }
        bit <<= 1
      } else if isRuled, score == nil {
        score = threshold?.requirement(at: hypothesis.mass)
      }
    }
    return (rules, score)
  }
}
