import Expressions
import Settings

/// Families of signal shapes.
public enum SignalShapeKind: String, Sendable, CaseIterable {
  case gaussian
  /// Two Crystal Balls with one mean, each with its own width and tail.
  case twoCrystalBalls = "two crystal balls"
  /// A Gaussian core with a power law on each side.
  case doubleSidedCrystalBall = "double-sided crystal ball"

  /// Names of the shape's parameters in the order of the pipeline file.
  public var parameters: [String] {
    switch self {
    case .gaussian: ["mean", "width"]
    case .twoCrystalBalls:
      ["mean", "width", "alpha", "n", "width2", "alpha2", "n2", "fraction"]
    case .doubleSidedCrystalBall: ["mean", "width", "alphaLow", "nLow", "alphaHigh", "nHigh"]
    }
  }
}

/// Where a peak's probability density is one.
public enum Normalisation: String, Sendable, CaseIterable {
  /// On the whole line: the yield counts all signal, inside and outside the window.
  case fullLine = "full line"
  /// On the window: the yield counts the signal inside.
  case window
}

/// On which side of the mean a Crystal Ball has its power-law tail.
public enum TailSide: String, Sendable, CaseIterable {
  case low, high
}

/// A background density.
public indirect enum BackgroundShapeSettings: Sendable, Equatable {
  /// A polynomial of the given order on the window.
  case polynomial(order: Int)
  /// An exponential.
  case exponential
  /// A sum of shapes with own yields.
  case sum([BackgroundShapeSettings])
}
