import NumericalMethods

/// Momenta of e⁺e⁻ → h' A' with all its decays, in the laboratory.
package struct InelasticEvent {
  package var higgs: FourMomentum
  package var darkPhoton: FourMomentum
  /// χ₁ of A'.
  package var first: FourMomentum
  package var chi2: FourMomentum
  /// χ₁ of χ₂.
  package var second: FourMomentum
  /// Daughters of h' and electrons of χ₂, the positive ones first.
  package var pair: (FourMomentum, FourMomentum)
  package var electrons: (FourMomentum, FourMomentum)
}

/// Draws events of one signal by exact kinematics.
///
/// e⁺e⁻ → h' A' at the energy of the beams without radiation; A' at its mass; A' → χ₁ χ₂, h' → x⁺x⁻ and the
/// virtual photon of χ₂ → χ₁ e⁺e⁻ isotropic, q² from its spectrum.
package struct InelasticProduction: Sendable {
  package let pair: InelasticPair
  package let point: InelasticPoint
  private let frame = BeamFrame()
  private let spectrum: InelasticSpectrum
  /// Kinematic function of the squared masses and squared mass of A', both over s.
  private let kallen: Double
  private let photon: Double

  /// Prepares the events of a point, which the beams can make.
  package init(_ pair: InelasticPair, _ point: InelasticPoint) {
    self.pair = pair
    self.point = point
    spectrum = InelasticSpectrum(point)
    let s = frame.energy * frame.energy
    photon = point.darkPhoton * point.darkPhoton / s
    let higgs = point.mass * point.mass / s
    let rest = 1 - higgs - photon
    kallen = rest * rest - 4 * higgs * photon
  }

  /// Draws one event.
  package func draw(_ random: inout RandomStream) -> InelasticEvent {
    let momentum = 0.5 * frame.energy * kallen.squareRoot()
    let cosine = self.cosine(&random)
    let sine = (1 - cosine * cosine).squareRoot() * momentum
    let azimuth = 2 * Double.pi * random.uniform()
    let (x, y, z) = (
      sine * SpecialFunctions.cos(azimuth), sine * SpecialFunctions.sin(azimuth),
      cosine * momentum
    )
    func laboratory(_ mass: Double, _ sign: Double) -> FourMomentum {
      frame.laboratory(
        .withMass(mass, px: sign * x, py: sign * y, pz: sign * z), radiated: 0, azimuth: (1, 0))
    }
    let higgs = laboratory(point.mass, 1)
    let darkPhoton = laboratory(point.darkPhoton, -1)
    let (first, chi2) = LongLivedKinematics.decay(
      darkPhoton, mass: point.darkPhoton, to: point.chi1, and: point.chi2, &random)
    let mass = spectrum.draw(&random).squareRoot()
    let (second, virtual) = LongLivedKinematics.decay(
      chi2, mass: point.chi2, to: point.chi1, and: mass, &random)
    let electron = ParticleKind.electron.mass
    return InelasticEvent(
      higgs: higgs, darkPhoton: darkPhoton, first: first, chi2: chi2, second: second,
      pair: LongLivedKinematics.decay(
        higgs, mass: point.mass, to: pair.mass, and: pair.mass, &random),
      electrons: LongLivedKinematics.decay(
        virtual, mass: mass, to: electron, and: electron, &random))
  }

  /// Draws the cosine between h' and the electron beam, density λ sin²θ + 8 m²/s of A' (the one of
  /// e⁺e⁻ → Z H with other couplings, arXiv:0903.0363).
  private func cosine(_ random: inout RandomStream) -> Double {
    if random.uniform() < 12 * photon / (kallen + 12 * photon) { return 2 * random.uniform() - 1 }
    while true {
      let cosine = 2 * random.uniform() - 1
      if random.uniform() > cosine * cosine { return cosine }
    }
  }
}
