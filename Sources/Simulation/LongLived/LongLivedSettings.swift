import NumericalMethods

/// What `simulate bks` is asked for.
public struct LongLivedSettings: Sendable, Equatable {
  /// B⁺ and B⁻ mesons in 1 fb⁻¹: 2 · 198e6 · 0.514 in 189 fb⁻¹.
  public static let chargedMesons = 2 * 198e6 * 0.514 / 189
  /// B⁰ and B̄⁰ mesons in 1 fb⁻¹: 2 · 198e6 · 0.486 in 189 fb⁻¹.
  public static let neutralMesons = 2 * 198e6 * 0.486 / 189

  /// Lifetimes c τ that can be simulated, cm.
  static let lifetimeRange = 0.0001...1e6

  /// Channels written.
  public let channels: [LongLivedChannel]
  /// Luminosity of the data, fb⁻¹.
  public let luminosity: Double
  /// Luminosity of the background over that of the data.
  public let backgroundFactor: Double
  /// Number of masses of S in each channel.
  public let masses: Int
  /// Lifetimes c τ with which S is generated, cm.
  public let lifetimes: [Double]
  /// Generated events of each mass and lifetime.
  public let signalEvents: Int
  /// Signals put into the data.
  public let injections: [LongLivedInjection]
  /// Seed of all random streams.
  public let seed: UInt64

  /// Creates settings.
  /// - Throws: `SimulationError.outOfRange`.
  public init(
    channels: [LongLivedChannel] = LongLivedChannel.allCases, luminosity: Double = 189,
    backgroundFactor: Double = 4, masses: Int = 24,
    lifetimes: [Double] = [0.01, 0.1, 1, 10, 100], signalEvents: Int = 2000,
    injections: [LongLivedInjection] = [], seed: UInt64 = 1
  ) throws(SimulationError) {
    try SimulationError.check(luminosity: luminosity)
    try SimulationError.check("--background", backgroundFactor, 0...1000)
    try SimulationError.check("--masses", masses, 2...1000)
    try SimulationError.check("--signal-events", signalEvents, 0...100_000_000)
    for lifetime in lifetimes {
      try SimulationError.check("--lifetimes", lifetime, Self.lifetimeRange, unit: "cm")
    }
    self.channels = channels
    self.luminosity = luminosity
    self.backgroundFactor = backgroundFactor
    self.masses = masses
    self.lifetimes = lifetimes
    self.signalEvents = signalEvents
    self.injections = injections
    self.seed = seed
  }

  /// Masses of S in a channel, GeV: evenly in the reduced mass, rounded to 0.1 MeV.
  public func masses(of channel: LongLivedChannel) -> [Double] {
    let square = 4 * channel.pair.mass * channel.pair.mass
    func reduced(_ mass: Double) -> Double { (mass * mass - square).squareRoot() }
    let (low, high) = (reduced(channel.massRange.lowerBound), reduced(channel.massRange.upperBound))
    return (0..<masses).map { index in
      let value = low + (high - low) * Double(index) / Double(masses - 1)
      return ((value * value + square).squareRoot() * 10_000).rounded() / 10_000
    }
  }

  /// Reads `--channels`: names with commas, or all.
  /// - Throws: `SimulationError.badChannels`.
  public static func channels(text: String) throws(SimulationError) -> [LongLivedChannel] {
    if text == "all" { return LongLivedChannel.allCases }
    guard let channels = SimulationError.list(text, { LongLivedChannel(name: String($0)) }) else {
      throw .badChannels(text: text)
    }
    return channels
  }

  /// Reads `--lifetimes`: values in cm with commas.
  /// - Throws: `SimulationError.badLifetimes`.
  public static func lifetimes(text: String) throws(SimulationError) -> [Double] {
    guard let lifetimes = SimulationError.numbers(text) else { throw .badLifetimes(text: text) }
    return lifetimes
  }
}

/// A signal put into the data.
public struct LongLivedInjection: Sendable, Equatable {
  /// Its channel.
  public let channel: LongLivedChannel
  /// Mass of S, GeV.
  public let mass: Double
  /// Lifetime c τ, cm.
  public let lifetime: Double
  /// Product of the branching fractions of meson and S (and K*); the number of events fluctuates.
  public let branching: Double

  /// Reads CHANNEL:MASS:CTAU:B.
  /// - Throws: `SimulationError.badLongLived`, `.outOfRange`.
  public init(text: String) throws(SimulationError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, let channel = LongLivedChannel(name: String(parts[0])),
      let mass = Double(parts[1]), let lifetime = Double(parts[2]), let product = Double(parts[3]),
      mass.isFinite
    else { throw .badLongLived(text: text) }
    try SimulationError.check("--inject", mass, channel.massRange, unit: "GeV")
    try SimulationError.check(
      "--inject", lifetime, LongLivedSettings.lifetimeRange, unit: "cm")
    guard product > 0, product <= 1e-3 else {
      throw .outOfRange(option: "--inject", found: "\(product)", allowed: "above 0, up to 0.001")
    }
    self.channel = channel
    self.mass = mass
    self.lifetime = lifetime
    branching = product
  }
}
