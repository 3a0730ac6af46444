import NumericalMethods

/// Energy and momentum in GeV.
package struct FourMomentum {
  package var px: Double
  package var py: Double
  package var pz: Double
  package var energy: Double

  var transverseMomentumSquared: Double { px * px + py * py }

  package init(px: Double, py: Double, pz: Double, energy: Double) {
    (self.px, self.py, self.pz, self.energy) = (px, py, pz, energy)
  }

  /// Squared mass, GeV².
  package var massSquared: Double { energy * energy - px * px - py * py - pz * pz }

  /// Whether |eta| is below a limit whose hyperbolic sine is given.
  func isCentral(sinhLimit: Double) -> Bool {
    pz * pz < sinhLimit * sinhLimit * transverseMomentumSquared
  }

  /// The vector seen from a frame where the old rest frame moves as `frame` (its mass given).
  func boosted(along frame: FourMomentum, mass: Double) -> FourMomentum {
    let product = px * frame.px + py * frame.py + pz * frame.pz
    let boostedEnergy = (energy * frame.energy + product) / mass
    let factor = (energy + boostedEnergy) / (frame.energy + mass)
    return FourMomentum(
      px: px + factor * frame.px, py: py + factor * frame.py, pz: pz + factor * frame.pz,
      energy: boostedEnergy)
  }

  static func withMass(_ mass: Double, px: Double, py: Double, pz: Double) -> FourMomentum {
    FourMomentum(
      px: px, py: py, pz: pz, energy: (px * px + py * py + pz * pz + mass * mass).squareRoot())
  }

  /// Draws a momentum: transverse part from a gamma distribution (p exp(-p/scale)), flat in
  /// rapidity up to `largestRapidity`, any azimuth.
  static func draw(
    mass: Double, scale: Double, largestRapidity: Double, from random: inout RandomStream
  ) -> FourMomentum {
    let transverse = -scale * SpecialFunctions.log(random.uniform() * random.uniform())
    let rapidity = largestRapidity * (2 * random.uniform() - 1)
    let azimuth = 2 * Double.pi * random.uniform()
    let transverseMass = (mass * mass + transverse * transverse).squareRoot()
    return withMass(
      mass, px: transverse * SpecialFunctions.cos(azimuth),
      py: transverse * SpecialFunctions.sin(azimuth),
      pz: transverseMass * SpecialFunctions.sinh(rapidity))
  }
}
