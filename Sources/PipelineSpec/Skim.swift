import Expressions
import Settings

/// What happens to each candidate: definitions, cuts, vetoes, best candidate.
public struct SkimSettings: Sendable, Equatable {
  /// Named quantities for later expressions, in any order.
  public var define: [Named<ExpressionSource>]
  /// Named cuts; their order is the cut flow.
  public var select: [Named<ExpressionSource>]
  /// Named windows that remove candidates.
  public var veto: [Named<VetoSettings>]
  /// Which candidate of an event is kept; nil keeps all.
  public var bestCandidate: BestCandidateSettings?
  /// Further columns or definitions to keep in the skim.
  public var keep: [String]
}

/// Windows of an expression whose candidates are removed.
public struct VetoSettings: Sendable, Equatable {
  /// The quantity that is compared with the windows.
  public var expression: ExpressionSource
  /// Closed windows [low, high] in the unit of the expression.
  public var windows: [ClosedRange<Double>]
}

/// Choice of one candidate per event, after all cuts and vetoes.
public struct BestCandidateSettings: Sendable, Equatable {
  /// Which of the candidates is kept.
  public enum Choice: String, Sendable, CaseIterable {
    case largest, smallest
  }

  /// Columns whose values together name an event; empty means the identity of the ntuple schema.
  public var per: [String]
  /// What candidates are ordered by; a NaN loses against every number.
  public var key: ExpressionSource
  /// Whether the largest or the smallest key is kept; ties go to the first row.
  public var keep: Choice
}
