import NumericalMethods

/// The colliding beams: energies, crossing angle, and the way from their rest frame to the laboratory.
package struct BeamFrame: Sendable {
  /// Four-momentum of the electrons, GeV: 7 GeV at 41.5 mrad from the axis of the detector.
  package static let electron = FourMomentum(px: 0.2903, py: 0, pz: 6.9942, energy: 7.0004)
  /// Four-momentum of the positrons, GeV.
  package static let positron = FourMomentum(px: 0.1661, py: 0, pz: -4.0026, energy: 4.006)
  /// Spread of the centre-of-mass energy, GeV.
  package static let energySpread = 0.005

  /// Sum of the beams.
  package let total: FourMomentum
  /// Energy in the rest frame, GeV.
  package let energy: Double
  private let cosine: Double
  private let sine: Double

  package init() {
    let (a, b) = (Self.electron, Self.positron)
    total = FourMomentum(
      px: a.px + b.px, py: a.py + b.py, pz: a.pz + b.pz, energy: a.energy + b.energy)
    energy = total.massSquared.squareRoot()
    let back = FourMomentum(
      px: -total.px, py: -total.py, pz: -total.pz, energy: total.energy)
    let seen = a.boosted(along: back, mass: energy)
    let length = (seen.px * seen.px + seen.pz * seen.pz).squareRoot()
    cosine = seen.pz / length
    sine = seen.px / length
  }

  /// The unit vectors of the beams in the laboratory, electron first.
  static var directions: (FourMomentum, FourMomentum) { (unit(electron), unit(positron)) }

  private static func unit(_ beam: FourMomentum) -> FourMomentum {
    let p = (beam.px * beam.px + beam.py * beam.py + beam.pz * beam.pz).squareRoot()
    return FourMomentum(px: beam.px / p, py: beam.py / p, pz: beam.pz / p, energy: 1)
  }

  /// Returns the laboratory momentum of a muon of the hard process.
  ///
  /// - Parameters:
  ///   - momentum: Momentum in the rest frame of the hard process.
  ///   - radiated: Fraction of s radiated by the electron, negative: by the positron.
  ///   - azimuth: Cosine and sine of a rotation about the beams.
  /// - Returns: The momentum in GeV.
  package func laboratory(
    _ momentum: FourMomentum, radiated: Double, azimuth: (cosine: Double, sine: Double)
  ) -> FourMomentum {
    var p = momentum
    (p.px, p.py) = (
      azimuth.cosine * p.px - azimuth.sine * p.py, azimuth.sine * p.px + azimuth.cosine * p.py
    )
    let x = radiated.magnitude
    if x > 0 {
      // A photon of energy x sqrt(s)/2 leaves: velocity x/(2 - x), gamma (1 - x/2)/sqrt(1 - x).
      let scale = 1 / (1 - x).squareRoot()
      let (gamma, push) = ((1 - 0.5 * x) * scale, (radiated > 0 ? -0.5 : 0.5) * x * scale)
      (p.energy, p.pz) = (gamma * p.energy + push * p.pz, gamma * p.pz + push * p.energy)
    }
    (p.px, p.pz) = (cosine * p.px + sine * p.pz, cosine * p.pz - sine * p.px)
    return p.boosted(along: total, mass: energy)
  }
}
