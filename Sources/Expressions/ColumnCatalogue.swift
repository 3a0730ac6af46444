/// What an ntuple schema offers to expressions.
public struct ColumnCatalogue: Sendable {
  /// Type of each column in expressions, by alias.
  public var columns: [String: ValueType]
  /// Columns that hold a list of values in each row.
  public var lists: Set<String>
  /// Particles of four-vector functions.
  public var particles: [Particle]
  /// Columns that together name an event.
  public var identity: [String]

  /// Creates a catalogue.
  public init(
    columns: [String: ValueType], lists: Set<String> = [], particles: [Particle],
    identity: [String]
  ) {
    self.columns = columns
    self.lists = lists
    self.particles = particles
    self.identity = identity
  }
}
