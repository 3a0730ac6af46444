import Columns

/// The names that expressions may use: columns, constants, particles, mass hypotheses, beams.
public struct ExpressionEnvironment: Sendable, Hashable {
  /// Storage type of each input column by its name in expressions.
  public var columns: [String: ColumnType]
  /// Type of a column where it is not that of its storage.
  ///
  /// A numeric column declared `boolean` is true where it is neither zero nor NaN; a bool column
  /// declared `number` is 0 or 1.
  public var types: [String: ValueType]
  /// Those of `columns` that hold a list a row; their types are those of the elements.
  public var lists: Set<String>
  /// Named numbers; `pi` is always known.
  public var constants: [String: Double]
  /// Particles that four-vector functions take.
  public var particles: [Particle]
  /// Masses in GeV that may follow `as`; added to, or replacing, `standardMassHypotheses`.
  public var massHypotheses: [String: Double]
  /// The beams, needed by centre-of-mass and recoil functions.
  public var beams: Beams?

  /// Creates an environment.
  public init(
    columns: [String: ColumnType] = [:], types: [String: ValueType] = [:],
    lists: Set<String> = [], constants: [String: Double] = [:], particles: [Particle] = [],
    massHypotheses: [String: Double] = [:], beams: Beams? = nil
  ) {
    self.columns = columns
    self.types = types
    self.lists = lists
    self.constants = constants
    self.particles = particles
    self.massHypotheses = massHypotheses
    self.beams = beams
  }

  /// Masses in GeV that expressions know by name.
  ///
  /// Source: Particle Data Group, Phys. Rev. D 110, 030001 (2024). Charged particles, `e mu tau pi
  /// K p`, long names `electron muon pion kaon proton`, and `gamma` for zero.
  public static let standardMassHypotheses: [String: Double] = [
    "e": 0.000_510_998_950_00, "electron": 0.000_510_998_950_00,
    "mu": 0.105_658_375_5, "muon": 0.105_658_375_5,
    "tau": 1.776_93,
    "pi": 0.139_570_39, "pion": 0.139_570_39,
    "K": 0.493_677, "kaon": 0.493_677,
    "p": 0.938_272_088_16, "proton": 0.938_272_088_16,
    "gamma": 0,
  ]

  /// The declared type of a column, else that of its storage; nil for an unknown column.
  public func type(ofColumn name: String) -> ValueType? {
    guard let kind = columns[name] else { return nil }
    return types[name] ?? (kind == .bool ? .boolean : .number)
  }

  /// Whether a name is that of a column with a list a row.
  func isList(_ name: String) -> Bool { lists.contains(name) && columns[name] != nil }

  /// The mass in GeV of a named hypothesis.
  public func mass(ofHypothesis name: String) -> Double? {
    massHypotheses[name] ?? Self.standardMassHypotheses[name]
  }
}
