/// The threshold of a network's score as a function of the hypothesis mass.
enum ScoreThreshold: Sendable {
  /// The same for all hypotheses.
  case fixed(network: String, Double)
  /// Chosen on simulation.
  case chosen(network: String, WorkingPoint)

  /// What candidates of a hypothesis must have.
  func requirement(at mass: Double) -> ScoreRequirement {
    switch self {
    case .fixed(let network, let threshold): ScoreRequirement(network: network, least: threshold)
    case .chosen(let network, let point):
      ScoreRequirement(network: network, least: point.threshold(at: mass))
    }
  }
}

/// What candidates of a window must have: at least a score of a network.
public struct ScoreRequirement: Sendable, Equatable {
  /// Name of the network, the column of its scores.
  public var network: String
  /// Smallest score that passes.
  public var least: Double
}
