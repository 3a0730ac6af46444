import NumericalMethods
import Theory

/// Photons radiated by the beams along their flight, after the exponentiated radiator of Kuraev and
/// Fadin (Sov. J. Nucl. Phys. 41, 466 (1985)).
struct Radiation: Sendable {
  /// The radiator's power: 2 alpha/pi (L - 1), L = log(s/m_e²).
  let beta: Double
  /// Largest radiated fraction of s.
  let largest: Double
  private let hardProbability: Double
  private let logarithmLeft: Double
  private let powerOfLargest: Double
  private let soft: Double
  private let second: Double

  /// Radiation down to a smallest squared energy of the hard process.
  init(energySquared s: Double, smallest: Double, hardProbability: Double) {
    let logarithm = SpecialFunctions.log(
      s / (Constants.electronMass * Constants.electronMass))
    let alpha = Constants.fineStructure / Double.pi
    beta = 2 * alpha * (logarithm - 1)
    largest = 1 - smallest / s
    self.hardProbability = hardProbability
    logarithmLeft = -SpecialFunctions.log(smallest / s)
    powerOfLargest = SpecialFunctions.pow(largest, beta)
    let pi2 = Double.pi * Double.pi
    soft =
      1 + alpha * (pi2 / 3 - 0.5) + 0.75 * beta
      - beta * beta / 24 * (logarithm / 3 + 2 * pi2 - 9.25)
    second = beta * beta / 8
  }

  /// Draws a fraction x with the weight of the radiator over the density drawn from: most often
  /// beta x^(beta-1), else 1/(1 - x).
  func draw(from random: inout RandomStream) -> (fraction: Double, weight: Double) {
    let x: Double
    if random.uniform() < hardProbability {
      x = min(largest, -SpecialFunctions.expm1(-logarithmLeft * random.uniform()))
    } else {
      x = largest * SpecialFunctions.exp(SpecialFunctions.log(random.uniform()) / beta)
    }
    // Both divided by beta x^(beta-1).
    let inverse = x > 0 ? SpecialFunctions.pow(x, 1 - beta) / beta : 0
    let rest = 1 - x
    var hard = -beta * (1 - 0.5 * x)
    if x > 0 {
      let logarithmRest = SpecialFunctions.log1p(-x)
      hard +=
        second
        * (-4 * (2 - x) * SpecialFunctions.log(x)
          - (1 + 3 * rest * rest) / x * logarithmRest - 6 + x)
    }
    let radiator = soft + hard * inverse
    let drawn =
      (1 - hardProbability) / powerOfLargest + hardProbability * inverse / (rest * logarithmLeft)
    return (x, max(0, radiator) / drawn)
  }
}
