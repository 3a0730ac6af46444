import Expressions
import Settings

/// The signal as a function of the hypothesis.
public struct SignalSettings: Sendable, Equatable {
  /// Family of the shape.
  public var shape: SignalShapeKind
  /// The shape's parameters by name, in the order of `shape.parameters`; mean in the observable.
  public var parameters: [Named<Curve>]
  /// Sides of the tails of two Crystal Balls.
  public var sides: [TailSide]
  /// The mass resolution that steps and windows are multiples of, in the observable.
  public var resolution: Curve
  /// Selection efficiency, 0…1.
  public var efficiency: Curve
  /// Where its density is one.
  public var normalise: Normalisation
}
