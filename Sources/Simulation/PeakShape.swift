import NumericalMethods

/// The measured shape of a narrow resonance: two Crystal Balls with one mean.
///
/// Both have a Gaussian core; the first (`fraction`) has a power-law tail to low masses from
/// photon radiation, the second is wider with a tail to high masses from badly measured tracks.
/// Crystal Ball: J. E. Gaiser, SLAC-R-255 (1982), appendix F.
public struct PeakShape: Sendable, Equatable {
  /// Fraction of the first Crystal Ball, 0 to 1.
  public let fraction = 0.8
  /// Where the low tail starts, in units of the first width.
  public let alphaLow = 1.5
  /// Power of the low tail.
  public let powerLow = 4.0
  /// Where the high tail starts, in units of the second width.
  public let alphaHigh = 2.0
  /// Power of the high tail.
  public let powerHigh = 6.0
  /// Second width over the first.
  public let widthRatio = 1.6

  /// Creates the shape of the demonstration.
  public init() {}

  /// Returns the width of the first core in GeV: 1 MeV + 0.5 % of the mass.
  public static func width(atMass mass: Double) -> Double { 0.001 + 0.005 * mass }

  /// Draws a measured mass in GeV for a true one.
  public func draw(mass: Double, from random: inout RandomStream) -> Double {
    let width = Self.width(atMass: mass)
    if random.uniform() < fraction {
      return mass + width * Self.crystalBall(alpha: alphaLow, power: powerLow, &random)
    }
    return mass
      - widthRatio * width * Self.crystalBall(alpha: alphaHigh, power: powerHigh, &random)
  }

  /// Draws from a Crystal Ball of unit width at zero with its tail at t < -alpha.
  ///
  /// The core, a Gaussian cut at -alpha, comes by rejection; the tail (n/alpha)^n
  /// exp(-alpha²/2) (n/alpha - alpha - t)^-n by inverting its primitive:
  /// t = n/alpha - alpha - (n/alpha) u^(-1/(n-1)).
  static func crystalBall(
    alpha: Double, power: Double, _ random: inout RandomStream
  ) -> Double {
    if random.uniform() < tailProbability(alpha: alpha, power: power) {
      let ratio = power / alpha
      let stretch = SpecialFunctions.exp(
        -SpecialFunctions.log(random.uniform()) / (power - 1))
      return ratio - alpha - ratio * stretch
    }
    while true {
      let t = random.normal()
      if t > -alpha { return t }
    }
  }

  /// Returns the share of the tail in the area of a Crystal Ball.
  package static func tailProbability(alpha: Double, power: Double) -> Double {
    let tail = power / alpha / (power - 1) * SpecialFunctions.exp(-0.5 * alpha * alpha)
    let core =
      (Double.pi / 2).squareRoot() * (1 + SpecialFunctions.erf(alpha / 2.0.squareRoot()))
    return tail / (tail + core)
  }
}
