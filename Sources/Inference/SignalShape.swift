/// The power-law tail of a Crystal Ball: begins `alpha` widths from the mean, falls as t^-n.
public struct CrystalBallTail: Hashable, Sendable {
  /// The side of the mean the tail lies on.
  public enum Side: Hashable, Sendable {
    /// Below the mean.
    case low
    /// Above the mean.
    case high
  }

  /// Where the tail begins, in widths from the mean, > 0.
  public var alpha: Double
  /// The power of the tail, > 1.
  public var n: Double
  /// The side of the mean the tail lies on.
  public var side: Side

  /// Creates a tail.
  public init(alpha: Double, n: Double, side: Side) {
    self.alpha = alpha
    self.n = n
    self.side = side
  }
}

/// The shape of a narrow signal in the observable; means and widths in the observable's unit.
public enum SignalShape: Hashable, Sendable {
  /// A normal distribution.
  case gaussian(mean: Double, width: Double)
  /// A Crystal Ball with a tail on both sides.
  ///
  /// Core exp(-t²/2); for t < -alphaLow and t > alphaHigh power laws that continue value and slope.
  case doubleSidedCrystalBall(
    mean: Double, width: Double, alphaLow: Double, nLow: Double, alphaHigh: Double, nHigh: Double)
  /// Two Crystal Balls with a shared mean: `fraction` of the first, the rest of the second.
  case twoCrystalBalls(
    mean: Double, width: Double, tail: CrystalBallTail, width2: Double, tail2: CrystalBallTail,
    fraction: Double)

  /// The position of the peak.
  public var mean: Double {
    switch self {
    case .gaussian(let mean, _): mean
    case .doubleSidedCrystalBall(let mean, _, _, _, _, _): mean
    case .twoCrystalBalls(let mean, _, _, _, _, _): mean
    }
  }

  /// The width of the (first) core.
  public var width: Double {
    switch self {
    case .gaussian(_, let width): width
    case .doubleSidedCrystalBall(_, let width, _, _, _, _): width
    case .twoCrystalBalls(_, let width, _, _, _, _): width
    }
  }
}

extension SignalShape {
  /// The same with all widths times a factor.
  public func scaled(by factor: Double) -> SignalShape {
    switch self {
    case .gaussian(let mean, let width): .gaussian(mean: mean, width: factor * width)
    case .doubleSidedCrystalBall(let mean, let width, let aLow, let nLow, let aHigh, let nHigh):
      .doubleSidedCrystalBall(
        mean: mean, width: factor * width, alphaLow: aLow, nLow: nLow, alphaHigh: aHigh,
        nHigh: nHigh)
    case .twoCrystalBalls(let mean, let width, let tail, let width2, let tail2, let fraction):
      .twoCrystalBalls(
        mean: mean, width: factor * width, tail: tail, width2: factor * width2, tail2: tail2,
        fraction: fraction)
    }
  }
}

/// On what each component of a shape is normalised before components are added.
public enum ShapeNormalisation: String, Hashable, Sendable {
  /// On the whole line: fractions are of all produced events.
  case fullLine = "full line"
  /// On the window: fractions are of the events in the window.
  case window
}
