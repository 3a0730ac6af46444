import NumericalMethods
import Theory

/// What `simulate fourmuon` is asked for.
public struct FourMuonSettings: Sendable, Equatable {
  /// Whether the simulated background radiates before it collides.
  public enum BackgroundRadiation: String, Sendable, CaseIterable {
    /// As the data do.
    case collinear
    /// Not at all, as in generators of the Born level.
    case none
  }

  /// Range of masses of X, GeV: pairs of muons above threshold, muons left beside.
  public static let massRange = 0.2114...10.2

  /// Luminosity of the data, fb^-1.
  public let luminosity: Double
  /// Luminosity of the background over that of the data.
  public let backgroundFactor: Double
  /// Generated events of each signal sample.
  public let signalEvents: Int
  /// Masses of the signal samples, GeV.
  public let masses: [Double]
  /// Models of the signal samples.
  public let models: [ResonanceModel]
  /// Signals put into the data.
  public let injections: [FourMuonInjection]
  /// Radiation of the simulated background.
  public let backgroundRadiation: BackgroundRadiation
  /// Seed of all random streams.
  public let seed: UInt64

  /// Creates settings.
  /// - Throws: `SimulationError.outOfRange`.
  public init(
    luminosity: Double = 178, backgroundFactor: Double = 5, signalEvents: Int = 20_000,
    masses: [Double] = FourMuonSettings.masses(count: 40),
    models: [ResonanceModel] = ResonanceModel.allCases, injections: [FourMuonInjection] = [],
    backgroundRadiation: BackgroundRadiation = .collinear, seed: UInt64 = 1
  ) throws(SimulationError) {
    try SimulationError.check(luminosity: luminosity)
    try SimulationError.check("--background", backgroundFactor, 0...1000)
    try SimulationError.check("--signal-events", signalEvents, 0...100_000_000)
    for mass in masses {
      try SimulationError.check("--masses", mass, Self.massRange, unit: "GeV")
    }
    self.luminosity = luminosity
    self.backgroundFactor = backgroundFactor
    self.signalEvents = signalEvents
    self.masses = masses
    self.models = models
    self.injections = injections
    self.backgroundRadiation = backgroundRadiation
    self.seed = seed
  }

  /// Returns masses from the threshold to 9.2 GeV, rounded to 0.1 MeV.
  ///
  /// The reduced mass sqrt(M² - 4 m_mu²) grows with the square of the index: dense near threshold.
  public static func masses(count: Int) -> [Double] {
    let (first, last) = (0.0143, 9.2)
    return (0..<count).map { index in
      let part = count > 1 ? Double(index) / Double(count - 1) : 0
      let reduced = first + (last - first) * part * part
      let mass = (reduced * reduced + 4 * Constants.muonMass * Constants.muonMass).squareRoot()
      return (mass * 10_000).rounded() / 10_000
    }
  }

  /// Reads `--masses`: a number of masses, or masses in GeV with commas.
  /// - Throws: `SimulationError.badMasses`, `.outOfRange`.
  public static func masses(text: String) throws(SimulationError) -> [Double] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    if parts.count == 1, let count = Int(text) {
      guard count >= 1, count <= 1000 else {
        throw .outOfRange(option: "--masses", found: text, allowed: "1 to 1000 masses")
      }
      return masses(count: count)
    }
    var masses: [Double] = []
    for part in parts {
      guard let mass = Double(part), mass.isFinite else { throw .badMasses(text: text) }
      masses.append(mass)
    }
    return masses
  }

  /// Reads `--models`: names with commas, or none.
  /// - Throws: `SimulationError.badModels`.
  public static func models(text: String) throws(SimulationError) -> [ResonanceModel] {
    if text == "none" { return [] }
    guard let models = SimulationError.list(text, { ResonanceModel(rawValue: String($0)) }) else {
      throw .badModels(text: text)
    }
    return models
  }
}

/// A narrow signal put into the data.
public struct FourMuonInjection: Sendable, Equatable {
  /// How much of it.
  public enum Amount: Sendable, Equatable {
    /// Cross section times branching fraction, fb; the number of events is Poisson distributed.
    case crossSection(Double)
    /// This many generated events.
    case events(Int)
  }

  /// Its coupling.
  public let model: ResonanceModel
  /// Its mass, GeV.
  public let mass: Double
  /// How much of it.
  public let amount: Amount

  /// Reads MODEL:MASS:CROSSSECTIONfb or MODEL:MASS:EVENTS.
  /// - Throws: `SimulationError.badResonance`, `.outOfRange`.
  public init(text: String) throws(SimulationError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let model = ResonanceModel(rawValue: String(parts[0])),
      let mass = Double(parts[1]), mass.isFinite
    else { throw .badResonance(text: text) }
    try SimulationError.check("--inject", mass, FourMuonSettings.massRange, unit: "GeV")
    if parts[2].hasSuffix("fb"), let section = Double(parts[2].dropLast(2)) {
      guard section > 0, section <= 1e6 else {
        throw .outOfRange(
          option: "--inject", found: "\(section) fb", allowed: "above 0, up to 1000000 fb")
      }
      amount = .crossSection(section)
    } else if let events = Int(parts[2]) {
      guard events >= 1, events <= 100_000_000 else {
        throw .outOfRange(
          option: "--inject", found: "\(events) events", allowed: "1 to 100000000 events")
      }
      amount = .events(events)
    } else {
      throw .badResonance(text: text)
    }
    self.model = model
    self.mass = mass
  }
}
