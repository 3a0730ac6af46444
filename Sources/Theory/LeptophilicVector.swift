import NumericalMethods

/// A vector boson that couples to the difference of the muon and the tau number, Lμ-Lτ.
///
/// Charged leptons and their neutrinos have the charges ±g', nothing else couples: the minimal model
/// of Altmannshofer et al., arXiv:1609.04026. Partial widths are those of a vector coupling to Dirac
/// fermions (PDG 2024, section 49, two-body decays) and to left-handed neutrinos.
public struct LeptophilicVector: Equatable, Sendable {
  /// The mass, GeV.
  public let mass: Double
  /// The coupling g', dimensionless.
  public let coupling: Double

  /// Makes the boson of a positive mass.
  public init(mass: Double, coupling: Double = 1) {
    precondition(mass.isFinite && mass > 0, "LeptophilicVector: the mass must be positive")
    self.mass = mass
    self.coupling = coupling
  }

  /// The width to a pair of muons, GeV; zero below threshold.
  public var widthToMuons: Double { width(toPairOf: Constants.muonMass) }

  /// The width to a pair of tau leptons, GeV; zero below threshold.
  public var widthToTaus: Double { width(toPairOf: Constants.tauMass) }

  /// The width to neutrinos of both kinds, GeV: twice g'² m/(24 pi).
  public var widthToNeutrinos: Double { coupling * coupling * mass / (12 * .pi) }

  /// The total width, GeV.
  public var width: Double { widthToMuons + widthToTaus + widthToNeutrinos }

  /// The branching fraction to a pair of muons; it does not depend on the coupling.
  public var branchingFractionToMuons: Double { fraction(widthToMuons) }

  /// The branching fraction to a pair of tau leptons.
  public var branchingFractionToTaus: Double { fraction(widthToTaus) }

  /// The branching fraction to neutrinos of both kinds.
  public var branchingFractionToNeutrinos: Double { fraction(widthToNeutrinos) }

  // g'² m/(12 pi) (1 + 2 r) sqrt(1 - 4 r), r = (lepton mass/m)².
  private func width(toPairOf lepton: Double) -> Double {
    let ratio = lepton / mass
    return coupling * coupling * mass / (12 * .pi) * (1 + 2 * ratio * ratio)
      * Kinematics.velocity(of: mass, toPairOf: lepton)
  }

  private func fraction(_ partial: Double) -> Double { coupling == 0 ? 0 : partial / width }
}
