import Theory

/// What h' decays to.
public enum InelasticPair: String, Sendable, CaseIterable {
  case mumu, pipi, KK

  /// Mass of a daughter, GeV.
  public var mass: Double {
    switch self {
    case .mumu: Constants.muonMass
    case .pipi: Constants.pionMass
    case .KK: Constants.kaonMass
    }
  }

  var kind: ParticleKind {
    switch self {
    case .mumu: .muon
    case .pipi: .pion
    case .KK: .kaon
    }
  }

  /// Lightest h' that can be simulated, GeV: 1 MeV above threshold, rounded to 0.1 MeV.
  public var threshold: Double { ((2 * mass + 0.001) * 10_000).rounded() / 10_000 }

  /// Masses of h' that are simulated unless others are asked for, GeV.
  var usualMasses: ClosedRange<Double> {
    switch self {
    case .mumu: 0.22...3
    case .pipi: 0.29...3
    case .KK: 1...3
    }
  }

  /// Number among all pairs.
  var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
