import NumericalMethods

/// A scalar boson that mixes with the Higgs boson, L = −sin θ (m_f/v) S f̄f.
///
/// All widths are proportional to sin²θ and given at sin θ = 1. Widths to leptons as those of the
/// Higgs boson; to two pions and kaons below 2 GeV from matrix elements, above from quarks and gluons
/// (Winkler, Phys. Rev. D 99 (2019) 015018).
public struct DarkScalar: Sendable, Equatable {
  /// How widths to two pions and two kaons below 2 GeV are known.
  public enum Hadrons: Sendable, Equatable {
    /// Moduli of the matrix elements for pions and kaons, GeV², columns 0 and 1 of a table.
    case amplitudes(TheoryTable)
    /// Chiral perturbation theory at leading order: right at threshold, wrong near 1 GeV.
    case leadingOrder
    /// Widths to pions and kaons of all charges at sin θ = 1, GeV, columns 0 and 1 of a table.
    case widths(TheoryTable)
  }

  /// The strong coupling at the boson's mass.
  public enum StrongCoupling: Sendable, Equatable {
    case constant(Double)
    /// Column 0 of a table.
    case table(TheoryTable)
  }

  /// Decays.
  public enum Products: String, Sendable, CaseIterable {
    case electrons, muons, taus, pions, kaons
    /// Four pions, two η and what else is below 2 GeV.
    case otherHadrons
    case gluons, strange, charm

    /// The part of decays whose products are charged.
    ///
    /// Isospin: two of three pairs of pions, one of two pairs of kaons; nil where it is not known.
    public var chargedFraction: Double? {
      switch self {
      case .electrons, .muons, .taus: 1
      case .pions: 2.0 / 3
      case .kaons: 0.5
      case .otherHadrons, .gluons, .strange, .charm: nil
      }
    }
  }

  /// Where pions and kaons end and quarks begin, GeV.
  public static let border = 2.0

  /// Widths to pions and kaons.
  public var hadrons: Hadrons
  /// Whether decays to more hadrons below 2 GeV are there.
  public var multiMeson: Bool
  /// The strong coupling.
  public var alphaS: StrongCoupling
  /// Quark mixing and the top mass, for its production and the gluon width.
  public var quarks: QuarkCouplings
  /// Mass of the strange quark, GeV.
  public var strangeMass = 0.095
  /// Mass of the charm quark, GeV.
  public var charmMass = 1.3
  /// Mass of the bottom quark in the gluon loop, GeV.
  public var bottomMass = 4.18
  /// Mass of the D meson, where decays to charm begin, GeV.
  public var dMesonMass = 1.865

  /// A boson.
  public init(
    hadrons: Hadrons, multiMeson: Bool = true, alphaS: StrongCoupling = .constant(0.3),
    quarks: QuarkCouplings = QuarkCouplings()
  ) {
    self.hadrons = hadrons
    self.multiMeson = multiMeson
    self.alphaS = alphaS
    self.quarks = quarks
  }

  /// The partial width at sin θ = 1.
  ///
  /// - Parameters:
  ///   - products: What it decays to, all charges.
  ///   - mass: GeV, positive.
  /// - Returns: GeV; 0 below threshold; nil where a table does not reach the mass.
  public func width(to products: Products, mass: Double) -> Double? {
    let v = Constants.higgsVacuum
    func fermions(_ product: Double, threshold: Double? = nil, colours: Double = 1) -> Double {
      let velocity = Kinematics.velocity(of: mass, toPairOf: threshold ?? product)
      return colours * product * product * mass * velocity * velocity * velocity
        / (8 * .pi * v * v)
    }
    let isLight = mass < Self.border
    switch products {
    case .electrons: return fermions(Constants.electronMass)
    case .muons: return fermions(Constants.muonMass)
    case .taus: return fermions(Constants.tauMass)
    case .pions: return isLight ? mesons(mass, .pions) : 0
    case .kaons: return isLight ? mesons(mass, .kaons) : 0
    case .otherHadrons:
      guard isLight, multiMeson, mass > 4 * Constants.pionMass else { return 0 }
      let ratio = 4 * Constants.pionMass / mass
      return 5.1e-9 * mass * mass * mass * (1 - ratio * ratio).squareRoot()
    case .strange:
      return isLight ? 0 : fermions(strangeMass, threshold: Constants.kaonMass, colours: 3)
    case .charm: return isLight ? 0 : fermions(charmMass, threshold: dMesonMass, colours: 3)
    case .gluons: return isLight ? 0 : gluons(mass)
    }
  }

  /// The total width at sin θ = 1, GeV; nil where a table does not reach the mass.
  public func totalWidth(mass: Double) -> Double? {
    var sum = 0.0
    for products in Products.allCases {
      guard let width = width(to: products, mass: mass) else { return nil }
      sum += width
    }
    return sum
  }

  /// c τ at sin θ = 1, cm; nil where a table does not reach the mass or nothing is open.
  public func decayLength(mass: Double) -> Double? {
    guard let width = totalWidth(mass: mass), width > 0 else { return nil }
    return Constants.hbarCGeVCentimetres / width
  }

  /// The coefficient of b → s X at sin θ = 1, GeV⁻¹: 3 √2 G_F m_t² V_ts V_tb/(16 π² v).
  public var coefficient: Double {
    3 * 2.0.squareRoot() * Constants.fermi * quarks.topMass * quarks.topMass * quarks.vts
      * quarks.vtb / (16 * .pi * .pi * Constants.higgsVacuum)
  }

  private func mesons(_ mass: Double, _ products: Products) -> Double? {
    let (v, isPion) = (Constants.higgsVacuum, products == .pions)
    let product = isPion ? Constants.pionMass : Constants.kaonMass
    let velocity = Kinematics.velocity(of: mass, toPairOf: product)
    guard velocity > 0 else { return 0 }
    let modulus: Double
    switch hadrons {
    case .amplitudes(let table):
      guard let value = table.curves[isPion ? 0 : 1].value(at: mass) else { return nil }
      modulus = value
    case .leadingOrder: modulus = Self.leadingOrder(mass, isPion: isPion)
    case .widths(let table): return table.curves[isPion ? 0 : 1].value(at: mass)
    }
    // Three pion states against four of kaons, the pair of neutral pions counted once.
    return (isPion ? 3 : 4) * velocity * modulus * modulus / (32 * .pi * v * v * mass)
  }

  /// (7 Γ + 7 Δ + 2 Θ)/9 with the form factors of leading-order chiral perturbation theory.
  private static func leadingOrder(_ mass: Double, isPion: Bool) -> Double {
    let s = mass * mass
    let pion = Constants.pionMass * Constants.pionMass
    let kaon = Constants.kaonMass * Constants.kaonMass
    return isPion
      ? (7 * pion + 2 * (s + 2 * pion)) / 9
      : (7 * (pion / 2) + 7 * (kaon - pion / 2) + 2 * (s + 2 * kaon)) / 9
  }

  private func gluons(_ mass: Double) -> Double? {
    let coupling: Double
    switch alphaS {
    case .constant(let value): coupling = value
    case .table(let table):
      guard let value = table.curves[0].value(at: mass) else { return nil }
      coupling = value
    }
    var sum = (real: 0.0, imaginary: 0.0)
    for quark in [charmMass, bottomMass, quarks.topMass] {
      let term = Self.loop(mass * mass / (4 * quark * quark))
      sum.real += term.real
      sum.imaginary += term.imaginary
    }
    let v = Constants.higgsVacuum
    return coupling * coupling * mass * mass * mass
      / (32 * .pi * .pi * .pi * v * v)
      * (sum.real * sum.real + sum.imaginary * sum.imaginary)
  }

  /// A quark's part of the gluon amplitude, [x + (x − 1) f(x)]/x²; 2/3 for a heavy quark, x = m²/(4 m_q²).
  static func loop(_ x: Double) -> (real: Double, imaginary: Double) {
    if x < 1e-4 {
      // f = x + x²/3 + 8x³/45 + …: the terms of first order cancel.
      return (2.0 / 3 + 7 * x / 45, 0)
    }
    var f = (real: 0.0, imaginary: 0.0)
    if x <= 1 {
      let angle = SpecialFunctions.asin(x.squareRoot())
      f.real = angle * angle
    } else {
      let root = (1 - 1 / x).squareRoot()
      let logarithm = SpecialFunctions.log((1 + root) / (1 - root))
      // −¼ (L − iπ)²
      f.real = -(logarithm * logarithm - .pi * .pi) / 4
      f.imaginary = logarithm * .pi / 2
    }
    return ((x + (x - 1) * f.real) / (x * x), (x - 1) * f.imaginary / (x * x))
  }
}
