import Theory

/// How a narrow resonance couples to muons.
public enum ResonanceModel: String, Sendable, CaseIterable {
  /// A vector, g X_mu mubar gamma^mu mu.
  case zprime
  /// A scalar, g X mubar mu.
  case scalar
}

/// What is generated.
package enum HardProcess: Sendable, Equatable {
  /// e+e- -> mu+mu-mu+mu- in QED.
  case fourMuons
  /// e+e- -> mu+mu-X, X -> mu+mu-; the cross section for g = 1, without the branching fraction.
  case resonance(ResonanceModel, mass: Double)

  /// Smallest energy of the final state, GeV.
  package var threshold: Double {
    switch self {
    case .fourMuons: 4 * Constants.muonMass
    case .resonance(_, let mass): mass + 2 * Constants.muonMass
    }
  }
}
