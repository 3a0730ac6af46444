/// Masses of one signal, GeV.
public struct InelasticPoint: Sendable, Equatable {
  /// Mass of h'.
  public let mass: Double
  /// Mass of χ₁, the stable one.
  public let chi1: Double
  /// Mass of A'.
  public let darkPhoton: Double
  /// Mass of χ₂ less that of χ₁.
  public let splitting: Double

  /// The point of a mass of h' and one of χ₁.
  package init(mass: Double, chi1: Double, ratios: InelasticRatios = .usual) {
    self.mass = mass
    self.chi1 = chi1
    darkPhoton = ratios.darkPhoton * chi1
    splitting = ratios.splitting * chi1
  }

  /// Mass of χ₂.
  public var chi2: Double { chi1 + splitting }
}

/// Masses of A' and of χ₂ less χ₁, both over the mass of χ₁.
public struct InelasticRatios: Sendable, Equatable {
  /// Mass of A' over that of χ₁.
  public let darkPhoton: Double
  /// Mass of χ₂ less that of χ₁, over that of χ₁.
  public let splitting: Double

  /// Three times the mass of χ₁, and 0.4 times.
  public static let usual = InelasticRatios()

  private init() { (darkPhoton, splitting) = (3, 0.4) }

  /// Creates ratios for which A' decays to both.
  /// - Throws: `SimulationError.outOfRange`.
  public init(darkPhoton: Double, splitting: Double) throws(SimulationError) {
    // χ₁ from 0.1 GeV on: the lightest χ₂ can make two electrons.
    try SimulationError.check("--splitting-ratio", splitting, 0.02...10)
    try SimulationError.check("--dark-photon-ratio", darkPhoton, 2 + splitting...100)
    self.darkPhoton = darkPhoton
    self.splitting = splitting
  }
}
