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
