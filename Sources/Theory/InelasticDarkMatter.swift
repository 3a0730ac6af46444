/// A point of the dark sector with a dark Higgs boson h', a dark photon A' and two states χ1, χ2.
///
/// A' couples to the electromagnetic current with ε e and to χ2 χ1 off the diagonal with g_D,
/// α_D = g_D²/(4π); χ1 and χ2 are Majorana fermions (Duerr et al., JHEP 04 (2021) 146,
/// arXiv:2012.08595; Belle II, arXiv:2505.09705). Decays of h' are those of a `DarkScalar`.
public struct InelasticDarkMatter: Sendable, Equatable {
  /// How the rate of decays χ2 → χ1 and hadrons is known.
  public enum Hadrons: Sendable, Equatable {
    /// R = σ(e⁺e⁻ → hadrons)/σ(e⁺e⁻ → μ⁺μ⁻) over √q², column 0 of a table from 2 m_π or below.
    case ratio(TheoryTable)
    /// Charged leptons alone.
    case none
  }

  /// Mass of the dark photon, GeV.
  public let darkPhotonMass: Double
  /// Mass of the lighter state, GeV.
  public let chi1Mass: Double
  /// Δm = m(χ2) − m(χ1), GeV.
  public let splitting: Double
  /// α_D, dimensionless.
  public let alphaD: Double
  /// ε, dimensionless.
  public let kineticMixing: Double
  /// Charge q of the dark Higgs field in units of that of χ.
  ///
  /// It is 1 in dark Higgs-strahlung (arXiv:0903.0363), 2 where the field's vacuum splits χ.
  public let higgsCharge: Double
  /// Energy of the beams in their rest frame, GeV.
  public let sqrtS: Double
  /// Decays χ2 → χ1 and hadrons.
  public let hadrons: Hadrons

  /// Takes a point where A' → χ1 χ2 is open.
  ///
  /// - Parameters:
  ///   - darkPhotonMass: GeV, above 2 `chi1Mass` + `splitting`.
  ///   - chi1Mass: GeV, positive.
  ///   - splitting: GeV, positive.
  ///   - alphaD: g_D²/(4π), positive.
  ///   - kineticMixing: ε, positive.
  ///   - higgsCharge: q, positive.
  ///   - sqrtS: GeV, positive.
  ///   - hadrons: Decays χ2 → χ1 and hadrons.
  /// - Throws: What is wrong with the point.
  public init(
    darkPhotonMass: Double, chi1Mass: Double, splitting: Double, alphaD: Double,
    kineticMixing: Double, higgsCharge: Double, sqrtS: Double, hadrons: Hadrons
  ) throws(TheoryError) {
    for (quantity, value) in [
      ("mass of the dark photon", darkPhotonMass), ("mass of χ1", chi1Mass),
      ("mass splitting", splitting), ("alphaD", alphaD), ("kinetic mixing", kineticMixing),
      ("charge of the dark Higgs", higgsCharge), ("energy of the beams", sqrtS),
    ] where !(value > 0 && value.isFinite) {
      throw .notPositive(quantity: quantity, value: value)
    }
    let threshold = 2 * chi1Mass + splitting
    guard darkPhotonMass > threshold else {
      throw .closed(decay: "A' → χ1 χ2", mass: darkPhotonMass, threshold: threshold)
    }
    self.darkPhotonMass = darkPhotonMass
    self.chi1Mass = chi1Mass
    self.splitting = splitting
    self.alphaD = alphaD
    self.kineticMixing = kineticMixing
    self.higgsCharge = higgsCharge
    self.sqrtS = sqrtS
    self.hadrons = hadrons
  }

  /// Mass of the heavier state, GeV.
  public var chi2Mass: Double { chi1Mass + splitting }

  /// The sum of the masses of χ1 and χ2, GeV, where A' → χ1 χ2 opens.
  public var massSum: Double { 2 * chi1Mass + splitting }

  /// The yield variable y = ε² α_D (m(χ1)/m(A'))⁴ (arXiv:1505.00011).
  public var y: Double {
    let ratio = chi1Mass / darkPhotonMass
    return kineticMixing * kineticMixing * alphaD * ratio * ratio * ratio * ratio
  }

  /// Computes ε from the yield variable.
  ///
  /// - Parameters:
  ///   - y: ε² α_D (m(χ1)/m(A'))⁴, not negative.
  ///   - alphaD: α_D, positive.
  ///   - massRatio: m(χ1)/m(A'), positive.
  /// - Returns: ε, not negative.
  public static func kineticMixing(y: Double, alphaD: Double, massRatio: Double) -> Double {
    (y / alphaD).squareRoot() / (massRatio * massRatio)
  }
}
