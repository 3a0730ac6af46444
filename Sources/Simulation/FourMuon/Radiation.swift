import NumericalMethods
import Theory

/// Photons radiated by the beams along their flight, with the density of the radiator in Theory.
package struct Radiation: Sendable {
  /// The radiator of the beams.
  package let radiator: Radiator
  /// Largest radiated fraction of s.
  package let largest: Double
  private let hardProbability: Double
  private let logarithmLeft: Double
  private let powerOfLargest: Double

  /// Radiation down to a smallest energy of the hard process.
  package init(energy: Double, smallest: Double, hardProbability: Double) {
    radiator = Radiator(sqrtS: energy)
    let left = smallest * smallest / (energy * energy)
    largest = 1 - left
    self.hardProbability = hardProbability
    logarithmLeft = -SpecialFunctions.log(left)
    powerOfLargest = SpecialFunctions.pow(largest, radiator.beta)
  }

  /// Draws a fraction x with the weight of the radiator over the density drawn from.
  ///
  /// Most often that is the leading term beta x^(beta-1), else 1/(1 - x), which cross sections that
  /// fall with s ask for. The mean weight is the integral of the radiator.
  package func draw(from random: inout RandomStream) -> (fraction: Double, weight: Double) {
    let x: Double
    if random.uniform() < hardProbability {
      x = min(largest, -SpecialFunctions.expm1(-logarithmLeft * random.uniform()))
    } else {
      x = radiator.leadingFraction(uniform: random.uniform(), upTo: largest)
    }
    // Both densities over the leading term.
    let inverse = SpecialFunctions.pow(x, 1 - radiator.beta) / radiator.beta
    let drawn =
      (1 - hardProbability) / powerOfLargest
      + hardProbability * inverse / ((1 - x) * logarithmLeft)
    return (x, radiator.weight(x) / drawn)
  }
}
