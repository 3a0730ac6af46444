/// A parameter of a named fit; parameters of one name are one parameter.
public struct FitParameter: Hashable, Sendable {
  /// The name in the result.
  public var name: String
  /// The value the fit starts from.
  public var start: Double
  /// The lowest value allowed.
  public var minimum: Double
  /// The highest value allowed.
  public var maximum: Double
  /// Whether the value stays at `start`.
  public var isFixed: Bool

  /// Creates a parameter.
  public init(
    _ name: String, start: Double, minimum: Double = -.infinity, maximum: Double = .infinity,
    isFixed: Bool = false
  ) {
    self.name = name
    self.start = start
    self.minimum = minimum
    self.maximum = maximum
    self.isFixed = isFixed
  }
}

/// One peak of a named fit.
public struct Peak: Hashable, Sendable {
  /// The shape with its free or fixed parameters.
  public enum Shape: Hashable, Sendable {
    /// A normal distribution.
    case gaussian(mean: FitParameter, width: FitParameter)
    /// A Crystal Ball with a tail on both sides.
    case doubleSidedCrystalBall(
      mean: FitParameter, width: FitParameter, alphaLow: FitParameter, nLow: FitParameter,
      alphaHigh: FitParameter, nHigh: FitParameter)
    /// Two Crystal Balls with a shared mean.
    case twoCrystalBalls(
      mean: FitParameter, width: FitParameter, alpha: FitParameter, n: FitParameter,
      side: CrystalBallTail.Side, width2: FitParameter, alpha2: FitParameter, n2: FitParameter,
      side2: CrystalBallTail.Side, fraction: FitParameter)
  }

  /// The name as in the pipeline file.
  public var name: String
  /// The shape.
  public var shape: Shape
  /// The number of events: in the window, or on the full line, as `normalisation` says.
  public var yield: FitParameter
  /// On what the shape is normalised.
  public var normalisation: ShapeNormalisation

  /// Creates a peak.
  public init(
    name: String, shape: Shape, yield: FitParameter, normalisation: ShapeNormalisation = .window
  ) {
    self.name = name
    self.shape = shape
    self.yield = yield
    self.normalisation = normalisation
  }
}
