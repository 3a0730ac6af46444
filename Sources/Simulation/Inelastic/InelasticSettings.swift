/// What `simulate idm` is asked for.
public struct InelasticSettings: Sendable, Equatable {
  /// Lifetimes c τ that can be simulated, cm.
  static let lifetimeRange = 0.0001...1e6
  /// Smallest mass of χ₁, GeV.
  static let smallestChi1 = 0.1

  /// What h' decays to.
  public let pairs: [InelasticPair]
  /// Luminosity of the data, fb⁻¹.
  public let luminosity: Double
  /// Luminosity of the background over that of the data.
  public let backgroundFactor: Double
  /// Masses of h'.
  public let masses: InelasticMasses
  /// Masses of χ₁, GeV.
  public let chiMasses: [Double]
  /// Masses of A' and χ₂ over it.
  public let ratios: InelasticRatios
  /// Lifetimes c τ with which h' is generated, cm.
  public let lifetimes: [Double]
  /// Lifetimes c τ with which χ₂ is generated, cm.
  public let chi2Lifetimes: [Double]
  /// Generated events of each mass of h' and χ₁ and each pair of lifetimes.
  public let signalEvents: Int
  /// Signals put into the data.
  public let injections: [InelasticInjection]
  /// Seed of all random streams.
  public let seed: UInt64

  /// Creates settings.
  /// - Throws: `SimulationError.outOfRange`.
  public init(
    pairs: [InelasticPair] = InelasticPair.allCases, luminosity: Double = 365,
    backgroundFactor: Double = 4, masses: InelasticMasses = .count(14),
    chiMasses: [Double] = [1, 1.5, 2, 2.5, 3], ratios: InelasticRatios = .usual,
    lifetimes: [Double] = [0.01, 0.1, 1, 10, 100, 1000],
    chi2Lifetimes: [Double] = [0.1, 1, 10, 100], signalEvents: Int = 200,
    injections: [InelasticInjection] = [], seed: UInt64 = 1
  ) throws(SimulationError) {
    try SimulationError.check(luminosity: luminosity)
    try SimulationError.check("--background", backgroundFactor, 0...1000)
    try SimulationError.check("--signal-events", signalEvents, 0...1_000_000)
    try Self.check("--lifetimes", lifetimes)
    try Self.check("--chi2-lifetimes", chi2Lifetimes)
    let lightest = InelasticPair.mumu.threshold
    for chi1 in chiMasses {
      try Self.check("--chi-masses", chi1: chi1, mass: lightest, ratios)
    }
    switch masses {
    case .count(let count): try SimulationError.check("--masses", count, 2...1000)
    case .list(let masses):
      let rest = Self.largestMass(chi1: chiMasses.min() ?? Self.smallestChi1, ratios)
      for mass in masses {
        try SimulationError.check("--masses", mass, lightest...max(lightest, rest), unit: "GeV")
      }
    }
    for injection in injections {
      try Self.check("--inject", chi1: injection.chi1, mass: injection.mass, ratios)
    }
    self.pairs = pairs
    self.luminosity = luminosity
    self.backgroundFactor = backgroundFactor
    self.masses = masses
    self.chiMasses = chiMasses
    self.ratios = ratios
    self.lifetimes = lifetimes
    self.chi2Lifetimes = chi2Lifetimes
    self.signalEvents = signalEvents
    self.injections = injections
    self.seed = seed
  }

  /// Points that are simulated for a pair: for each mass of χ₁ those of h' that the beams can make with A'.
  public func points(of pair: InelasticPair) -> [InelasticPoint] {
    chiMasses.flatMap { chi1 in
      let largest = Self.largestMass(chi1: chi1, ratios)
      return masses.values(pair).filter { $0 <= largest }.map {
        InelasticPoint(mass: $0, chi1: chi1, ratios: ratios)
      }
    }
  }

  /// Largest mass of h', GeV: 10 MeV below what the beams can make with A', rounded to 0.1 MeV.
  static func largestMass(chi1: Double, _ ratios: InelasticRatios) -> Double {
    ((BeamFrame().energy - ratios.darkPhoton * chi1 - 0.01) * 10_000).rounded(.down) / 10_000
  }

  /// Throws unless the beams can make h' with the A' of a mass of χ₁.
  private static func check(
    _ option: String, chi1: Double, mass: Double, _ ratios: InelasticRatios
  ) throws(SimulationError) {
    let most = (BeamFrame().energy - mass - 0.01) / ratios.darkPhoton
    let largest = (most * 10_000).rounded(.down) / 10_000
    guard chi1 >= smallestChi1, chi1 <= largest else {
      throw .outOfRange(
        option: option, found: "a mass of chi1 of \(chi1) GeV",
        allowed: "\(smallestChi1) to \(largest) GeV with h' of \(mass) GeV")
    }
  }

  private static func check(
    _ option: String, _ lifetimes: [Double]
  ) throws(SimulationError) {
    for lifetime in lifetimes {
      try SimulationError.check(option, lifetime, lifetimeRange, unit: "cm")
    }
  }

  /// Reads `--pairs`: names with commas, or all.
  /// - Throws: `SimulationError.badPairs`.
  public static func pairs(text: String) throws(SimulationError) -> [InelasticPair] {
    if text == "all" { return InelasticPair.allCases }
    guard let pairs = SimulationError.list(text, { InelasticPair(rawValue: String($0)) }) else {
      throw .badPairs(text: text)
    }
    return pairs
  }

  /// Reads `--chi-masses`: values in GeV with commas.
  /// - Throws: `SimulationError.badChiMasses`.
  public static func chiMasses(text: String) throws(SimulationError) -> [Double] {
    guard let masses = SimulationError.numbers(text) else { throw .badChiMasses(text: text) }
    return masses
  }

  /// Reads lists of lifetimes: values in cm with commas.
  /// - Throws: `SimulationError.badLifetimes`.
  public static func lifetimes(
    _ option: String, text: String
  ) throws(SimulationError) -> [Double] {
    guard let lifetimes = SimulationError.numbers(text) else {
      throw .badLifetimes(option: option, text: text)
    }
    return lifetimes
  }
}
