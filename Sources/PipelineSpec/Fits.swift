import Expressions
import Settings

/// A named fit of peaks on a background.
public struct FitSettings: Sendable, Equatable {
  /// Name of the sample; nil means all samples of role data.
  public var sample: String?
  /// The fitted quantity.
  public var observable: ExpressionSource
  /// Fitted range of the observable.
  public var window: ClosedRange<Double>
  /// Ranges left out of the window, ascending and disjoint.
  public var exclude: [ClosedRange<Double>]
  /// The peaks in the order of the file.
  public var peaks: [Named<PeakSettings>]
  /// The background.
  public var background: BackgroundShapeSettings
}

/// One peak of a named fit.
public struct PeakSettings: Sendable, Equatable {
  /// Family of the shape.
  public var shape: SignalShapeKind
  /// Where its density is one.
  public var normalise: Normalisation
  /// Start of the yield; nil: estimated from the data.
  public var yield: FitParameter?
  /// The shape's parameters by name, in the order of `shape.parameters`.
  public var parameters: [Named<FitParameter>]
  /// Sides of the tails of two Crystal Balls.
  public var sides: [TailSide]
}

/// A parameter of a named fit.
public struct FitParameter: Sendable, Equatable {
  /// Where the fit starts, or the value if `isFixed`.
  public var start: Double
  /// Whether the fit leaves it alone.
  public var isFixed: Bool
  /// Lower bound, if any.
  public var min: Double?
  /// Upper bound, if any.
  public var max: Double?
  /// Parameters with the same name are one parameter; nil: on its own.
  public var sharedName: String?
}
