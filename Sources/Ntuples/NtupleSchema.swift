import Diagnostics
import Expressions
import Settings

/// What the columns of one kind of ntuple are called, mean and look like.
public struct NtupleSchema: Sendable, Equatable {
  /// Version of the schema grammar.
  public var grammarVersion: Int
  /// What kind of ntuple.
  public var title: String
  /// Default group or dataset inside a file; nil: the only one there.
  public var table: String?
  /// Aliases whose values together name one event; empty: rows are events without names.
  public var identity: [String]
  /// Alias of the candidate's number inside its event, if there is one.
  public var candidate: String?
  /// The columns by alias, in the order of the file.
  public var columns: [Named<NtupleColumnSettings>]
  /// Named particles: which columns hold their momenta.
  public var particles: [Named<ParticleSettings>]
}

/// One column of an ntuple under its alias.
public struct NtupleColumnSettings: Sendable, Equatable {
  /// What the values are.
  public enum Kind: String, Sendable, CaseIterable {
    /// Floating point or whole numbers.
    case number
    /// Whole numbers.
    case integer
    /// True or false.
    case boolean
  }

  /// How a missing value is written.
  public enum Missing: Sendable, Equatable {
    /// As NaN (the rule without a statement).
    case nan
    /// As this number; it is read as NaN.
    case value(Double)
  }

  /// Names in the files, best first; the alias itself if none is stated.
  public var names: [String]
  /// What the values are.
  public var kind: Kind
  /// Unit, empty if dimensionless.
  public var unit: String
  /// What the column means.
  public var meaning: String
  /// Whether every file must have it.
  public var isRequired: Bool
  /// How a missing value is written.
  public var missing: Missing
  /// Whether a row holds a list of values.
  public var isList: Bool
}

/// The columns of one particle's momentum, by alias.
public struct ParticleSettings: Sendable, Equatable {
  /// Columns of the momentum.
  public var momentum: Particle.Momentum
  /// What fixes the energy.
  public var energy: Particle.Energy
}

extension NtupleSchema {
  /// What the columns offer to expressions.
  public var catalogue: ColumnCatalogue {
    ColumnCatalogue(
      columns: Dictionary(
        columns.map { ($0.name, $0.value.kind == .boolean ? .boolean : .number) },
        uniquingKeysWith: { first, _ in first }),
      lists: Set(columns.filter(\.value.isList).map(\.name)), particles: expressionParticles,
      identity: identity)
  }

  /// The particles as four-vector functions take them.
  public var expressionParticles: [Particle] {
    particles.map {
      Particle(name: $0.name, momentum: $0.value.momentum, energy: $0.value.energy)
    }
  }
}
