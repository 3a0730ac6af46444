import NumericalMethods

/// A track as it is measured.
struct InelasticTrack {
  var momentum: FourMomentum
  /// What its identification takes it for, mostly what it is.
  var kind: ParticleKind

  /// Measures a track: one that decays on its way loses up to 40 % of its momentum and looks like a muon.
  init(
    _ momentum: FourMomentum, _ kind: ParticleKind, width: Double, _ random: inout RandomStream
  ) {
    self.kind = kind
    self.momentum = InelasticTracking.measure(
      momentum, mass: kind.mass, width: width, &random)
    guard InelasticTracking.decays(momentum, kind, &random) else { return }
    self.kind = .muon
    let left = 1 - 0.4 * random.uniform()
    let seen = self.momentum
    self.momentum = .withMass(
      kind.mass, px: left * seen.px, py: left * seen.py, pz: left * seen.pz)
  }

  /// Draws its identification as a kind of particle, 0 to 1.
  ///
  /// What it is: a tail of u^(1/40) for leptons, u^(1/8) for hadrons; the rest u⁸.
  func score(as kind: ParticleKind, _ random: inout RandomStream) -> Double {
    let power: Double
    if kind == self.kind {
      power = kind == .electron || kind == .muon ? 1.0 / 40 : 1.0 / 8
    } else {
      power = 8
    }
    return SpecialFunctions.exp(power * SpecialFunctions.log(random.uniform()))
  }
}
