/// What `simulate dimuon` is asked for.
public struct DimuonSettings: Sendable, Equatable {
  /// How rows lie in the files.
  public enum Layout: String, Sendable, CaseIterable {
    /// One dataset per column (deflate and shuffle).
    case columns
    /// One PyTables table as basf2's VariablesToHDF5 writes (Blosc with lz4).
    case table
  }

  /// A narrow signal put into the data.
  public struct Injection: Sendable, Equatable {
    /// Mass in GeV.
    public let mass: Double
    /// Events added to the data.
    public let events: Int

    /// Creates an injection.
    /// - Throws: `SimulationError.outOfRange`.
    public init(mass: Double, events: Int) throws(SimulationError) {
      guard mass >= 0.25, mass <= 14.5 else {
        throw .outOfRange(option: "--inject", found: "\(mass) GeV", allowed: "0.25 to 14.5 GeV")
      }
      guard events >= 1, events <= 100_000_000 else {
        throw .outOfRange(
          option: "--inject", found: "\(events) events", allowed: "1 to 100000000 events")
      }
      self.mass = mass
      self.events = events
    }

    /// Reads MASS:EVENTS.
    /// - Throws: `SimulationError.badInjection`, `.outOfRange`.
    public init(text: String) throws(SimulationError) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let mass = Double(parts[0]), let events = Int(parts[1]),
        mass.isFinite
      else { throw .badInjection(text: text) }
      try self.init(mass: mass, events: events)
    }
  }

  /// Events of the data sample before injection.
  public let events: Int
  /// Files of each sample.
  public let files: Int
  /// Simulated background events for each data event.
  public let backgroundFactor: Int
  /// Seed of all random streams.
  public let seed: UInt64
  /// Layout of the files.
  public let layout: Layout
  /// Signals put into the data.
  public let injections: [Injection]

  /// Creates settings.
  /// - Throws: `SimulationError.outOfRange`.
  public init(
    events: Int = 1_000_000, files: Int = 2, backgroundFactor: Int = 3, seed: UInt64 = 1,
    layout: Layout = .columns, injections: [Injection] = []
  ) throws(SimulationError) {
    try SimulationError.check("--events", events, 1...1_000_000_000)
    try SimulationError.check("--files", files, 1...10_000)
    try SimulationError.check("--background", backgroundFactor, 0...1000)
    self.events = events
    self.files = files
    self.backgroundFactor = backgroundFactor
    self.seed = seed
    self.layout = layout
    self.injections = injections
  }
}
