import NumericalMethods

/// A pseudoscalar boson that couples to all fermions alike, L = (∂_μ a/f_a) Σ f̄ γ^μ γ₅ f.
///
/// The coupling is g_Y = 2 v/f_a; all widths and the square of the b → s coefficient are proportional to
/// g_Y² and given at g_Y = 1. Parity forbids two pions and two kaons.
public struct UniversalALP: Sendable, Equatable {
  /// Where widths to hadrons and photons come from.
  public enum Hadrons: Sendable, Equatable {
    /// Widths in units of (2/f_a)²/4, GeV³, hadrons and photons, columns 0 and 1 of a table.
    case table(TheoryTable)
    /// Charged leptons alone.
    case none
  }

  /// Widths to hadrons and photons.
  public var hadrons: Hadrons
  /// Scale at which the couplings are alike, GeV.
  public var scale: Double
  /// Quark mixing and the top mass.
  public var quarks: QuarkCouplings

  /// A boson.
  public init(hadrons: Hadrons, scale: Double = 1000, quarks: QuarkCouplings = QuarkCouplings()) {
    self.hadrons = hadrons
    self.scale = scale
    self.quarks = quarks
  }

  /// The width to a pair of leptons of a mass at g_Y = 1, g_Y² m_l² m_a β/(8 π v²), GeV.
  public func width(toPairOf lepton: Double, mass: Double) -> Double {
    let v = Constants.higgsVacuum
    return lepton * lepton * mass * Kinematics.velocity(of: mass, toPairOf: lepton)
      / (8 * .pi * v * v)
  }

  /// The width to electrons at g_Y = 1, GeV.
  public func widthToElectrons(mass: Double) -> Double {
    width(toPairOf: Constants.electronMass, mass: mass)
  }

  /// The width to muons at g_Y = 1, GeV.
  public func widthToMuons(mass: Double) -> Double {
    width(toPairOf: Constants.muonMass, mass: mass)
  }

  /// The total width at g_Y = 1, GeV; nil where a table does not reach the mass.
  public func totalWidth(mass: Double) -> Double? {
    var sum = [Constants.electronMass, Constants.muonMass, Constants.tauMass].reduce(0) {
      $0 + width(toPairOf: $1, mass: mass)
    }
    switch hadrons {
    case .none: break
    case .table(let table):
      for curve in table.curves {
        guard let value = curve.powerLaw(at: mass) else { return nil }
        // 2/f_a = g_Y/v.
        sum += value / (4 * Constants.higgsVacuum * Constants.higgsVacuum)
      }
    }
    return sum
  }

  /// c τ at g_Y = 1, cm; nil where a table does not reach the mass or nothing is open.
  public func decayLength(mass: Double) -> Double? {
    guard let width = totalWidth(mass: mass), width > 0 else { return nil }
    return Constants.hbarCGeVCentimetres / width
  }

  /// The coefficient of b → s a at g_Y = 1, GeV⁻¹: V_tb V_ts m_t² ln(Λ²/m_t²)/(4 π² v³).
  ///
  /// The leading logarithm of Dolan et al., arXiv:1412.5174; without the running of lepton couplings.
  public var coefficient: Double {
    let v = Constants.higgsVacuum
    let top = quarks.topMass * quarks.topMass
    return quarks.vtb * quarks.vts * top * SpecialFunctions.log(scale * scale / top)
      / (4 * .pi * .pi * v * v * v)
  }
}
