import NumericalMethods

/// The prior of an efficiency by as few nodes as a signal needs.
///
/// With a relative width k a signal of λ events has averaged Poisson probabilities about as wide in the
/// prior's variable as 1/√(k² λ) of its own width. An m-point Gauss-Hermite rule leaves of them about
/// (a / (2 + a))^m with a = k² λ; m is the smallest rule that makes this 1e-8.
struct EfficiencyNodes: Sendable {
  private let width: Double
  private let rules: [PriorNodes]
  /// Rules for wide priors and many events, by the largest a they serve.
  private let fine: [(most: Double, nodes: PriorNodes)]

  private static let hermite = [3, 5, 7, 10, 14, 21, 28].map(GaussHermiteRule.init(count:))

  init(_ efficiency: EfficiencyKnowledge, cut: Double) {
    func rules(_ value: (Double) -> Double) -> [PriorNodes] {
      Self.hermite.map { rule in
        PriorNodes(
          values: rule.nodes.map { value(2.0.squareRoot() * $0) },
          weights: rule.logWeights.map {
            SpecialFunctions.exp($0) / Double.pi.squareRoot()
          })
      }
    }
    var own: [PriorNodes] = []
    switch efficiency {
    case .exact:
      (width, self.rules, fine) = (0, [.one], [])
      return
    case .gaussian(let size):
      width = size
      // A rule that knows no cut needs a prior that is next to nothing where it is cut.
      if cut >= 6, size <= 0.12 { own = rules { 1 + size * $0 } }
    case .logNormal(let kappa):
      let size = SpecialFunctions.log(kappa)
      width = size
      if cut >= 6 { own = rules { SpecialFunctions.exp(size * $0) } }
    }
    self.rules = own
    fine = [(10, 0), (80, 1), (Double.infinity, 3)].map {
      ($0, efficiency.nodes(cut: cut, order: $1))
    }
  }

  /// The nodes for a number of signal events.
  func nodes(signal: Double) -> PriorNodes {
    let a = width * width * signal
    if a == 0, let first = rules.first { return first }
    let count = 18.4 / SpecialFunctions.log1p(2 / a)
    if let rule = rules.first(where: { Double($0.values.count) >= count }) { return rule }
    return fine.first { a <= $0.most }?.nodes ?? rules[rules.count - 1]
  }
}
