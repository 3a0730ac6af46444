import NumericalMethods

/// The radiation of photons by the electron and the positron before they annihilate.
///
/// The radiator D(s, x) is the density of x = 1 - s'/s, where s' is the squared mass that is left:
///
///     D = beta x^(beta - 1) [1 + (alpha/pi)(pi²/3 - 1/2) + 3 beta/4] - beta (1 - x/2),
///     beta = (2 alpha/pi) [ln(s/m_e²) - 1].
///
/// Kuraev and Fadin, Sov. J. Nucl. Phys. 41 (1985) 466, to first order in alpha with the soft photons
/// exponentiated; written so in Benayoun et al., hep-ph/9910523, and Actis et al., arXiv:0912.0749.
/// The terms of order beta² that some texts add change D by 2e-3 in its soft part.
public struct Radiator: Equatable, Sendable {
  /// The squared energy of the beams in their rest frame, GeV².
  public let s: Double
  /// The fine-structure constant used.
  public let alpha: Double
  /// The exponent of the soft photons, 0.088 at 10.58 GeV.
  public let beta: Double
  /// The largest value of `weight`, reached at x = 0.
  public let maximumWeight: Double

  /// Makes the radiator of an energy.
  ///
  /// - Parameters:
  ///   - sqrtS: The energy of the beams in their rest frame, GeV, at least 0.01.
  ///   - alpha: The fine-structure constant, positive.
  public init(sqrtS: Double, alpha: Double = Constants.fineStructure) {
    precondition(
      sqrtS.isFinite && sqrtS >= 0.01, "Radiator: the energy must be finite and at least 0.01 GeV")
    precondition(alpha > 0 && alpha < 0.05, "Radiator: alpha must be positive and below 0.05")
    let s = sqrtS * sqrtS
    let me = Constants.electronMass
    let beta = 2 * alpha / .pi * (SpecialFunctions.log(s / (me * me)) - 1)
    self.s = s
    self.alpha = alpha
    self.beta = beta
    maximumWeight = 1 + alpha / .pi * (.pi * .pi / 3 - 0.5) + 0.75 * beta
  }

  /// Computes the density D(s, x); infinite at zero, where it is integrable.
  ///
  /// - Parameter x: 1 - s'/s, from 0 to 1.
  /// - Returns: The density; its integral is about 1.
  public func density(_ x: Double) -> Double {
    beta * (maximumWeight * SpecialFunctions.pow(x, beta - 1) - (1 - 0.5 * x))
  }

  /// Computes the integral of the density from 0 to `x`.
  ///
  /// At x = 1 it is 1 to the order of the radiator, not exactly.
  public func cumulative(_ x: Double) -> Double {
    maximumWeight * SpecialFunctions.pow(x, beta) - beta * x * (1 - 0.25 * x)
  }

  /// Draws x from the leading term beta x^(beta - 1), cut at `limit`: limit × uniform^(1/beta).
  ///
  /// Events so drawn have the weight `weight(x)` × limit^beta; kept with the probability
  /// `weight(x)` / `maximumWeight` they follow the density.
  /// - Parameters:
  ///   - uniform: A uniform random number from 0 to 1.
  ///   - limit: The largest x, above 0 and up to 1.
  /// - Returns: x, from 0 to `limit`; below 1e-300 it is 0.
  public func leadingFraction(uniform: Double, upTo limit: Double) -> Double {
    limit * SpecialFunctions.pow(uniform, 1 / beta)
  }

  /// Computes the density over its leading term beta x^(beta - 1); positive, at most `maximumWeight`.
  public func weight(_ x: Double) -> Double {
    maximumWeight - SpecialFunctions.pow(x, 1 - beta) * (1 - 0.5 * x)
  }

  /// Integrates D(s, x) sigma(s (1 - x)) over x from 0 to `limit`, to about 1e-7 for smooth functions.
  ///
  /// In t = x^beta the soft peak is flat; beyond x = 1/2 the variable is ln s', in which cross
  /// sections above a threshold are smooth.
  /// - Parameters:
  ///   - limit: The largest x, above 0 and below 1: 1 - (threshold or cut)/s.
  ///   - sigma: The cross section at the squared mass s', GeV², in any unit.
  /// - Returns: The cross section with radiation, in the unit of `sigma`.
  public func convolve(upTo limit: Double, sigma: (Double) -> Double) -> Double {
    precondition(limit > 0 && limit < 1, "Radiator: the limit of x must lie between 0 and 1")
    let middle = min(limit, 0.5)
    let soft = Quadrature.integrate(
      over: 0...SpecialFunctions.pow(middle, beta), relative: 1e-7
    ) { t in
      let x = SpecialFunctions.pow(t, 1 / beta)
      return weight(x) * sigma(s * (1 - x))
    }
    guard limit > middle else { return soft.value }
    let logs = SpecialFunctions.log((1 - limit) * s)...SpecialFunctions.log((1 - middle) * s)
    let hard = Quadrature.integrate(
      over: logs, absolute: 1e-8 * soft.value.magnitude, relative: 1e-6
    ) { logarithm in
      let mass = SpecialFunctions.exp(logarithm)
      return density(1 - mass / s) * sigma(mass) * mass / s
    }
    return soft.value + hard.value
  }
}
