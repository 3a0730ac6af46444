/// A scalar boson that couples to muons alone, L = -g_S S μ̄μ.
///
/// Above the muon threshold other decays (two photons through a muon loop) are below 1 % and left out.
public struct MuonphilicScalar: Equatable, Sendable {
  /// The mass, GeV.
  public let mass: Double
  /// The coupling g_S, dimensionless.
  public let coupling: Double

  /// Makes the boson of a positive mass.
  public init(mass: Double, coupling: Double = 1) {
    precondition(mass.isFinite && mass > 0, "MuonphilicScalar: the mass must be positive")
    self.mass = mass
    self.coupling = coupling
  }

  /// The width to a pair of muons, g_S² m/(8 pi) (1 - 4 m_μ²/m²)^(3/2), GeV; zero below threshold.
  ///
  /// That of the Higgs boson with its coupling replaced (Djouadi, hep-ph/0503172, eq. 2.6).
  public var width: Double {
    let velocity = Kinematics.velocity(of: mass, toPairOf: Constants.muonMass)
    return coupling * coupling * mass / (8 * .pi) * velocity * velocity * velocity
  }

  /// The branching fraction to a pair of muons: 1 above threshold, 0 below.
  public var branchingFractionToMuons: Double { mass > 2 * Constants.muonMass ? 1 : 0 }
}
