import NumericalMethods

/// How well momenta and vertices are measured: chosen so that the mass of two tracks comes with 1 to 2 MeV
/// near threshold and 10 MeV at 3 GeV.
package enum InelasticTracking {
  /// Relative resolution of the transverse momentum: 0.1 % p_T/GeV and 0.5 % in quadrature.
  static func resolution(transverse: Double) -> Double {
    (1e-6 * transverse * transverse + 25e-6).squareRoot()
  }

  /// Resolution of azimuth and polar angle, rad: 0.6 mrad and 0.8 mrad GeV/p_T in quadrature.
  static func angleResolution(transverse: Double) -> Double {
    (36e-8 + 64e-8 / (transverse * transverse)).squareRoot()
  }

  /// Resolution of each coordinate of a vertex, cm: 0.01 cm and 0.5 % of its distance in quadrature.
  static func vertexResolution(distance: Double) -> Double {
    (1e-4 + 25e-6 * distance * distance).squareRoot()
  }

  /// Measures a momentum; widths are multiplied by `width`.
  ///
  /// The energy is that of the true mass.
  package static func measure(
    _ p: FourMomentum, mass: Double, width: Double, _ random: inout RandomStream
  ) -> FourMomentum {
    let transverse = p.transverseMomentumSquared.squareRoot()
    let angle = width * angleResolution(transverse: transverse)
    let measured =
      transverse * max(0.1, 1 + width * resolution(transverse: transverse) * random.normal())
    let (turn, tilt) = (angle * random.normal(), angle * random.normal())
    let (cosine, sine) = (SpecialFunctions.cos(turn), SpecialFunctions.sin(turn))
    let (x, y) = (p.px / transverse, p.py / transverse)
    // cot(θ + t) = (cot θ − tan t)/(1 + cot θ tan t)
    let (cotangent, tangent) = (p.pz / transverse, SpecialFunctions.tan(tilt))
    return .withMass(
      mass, px: measured * (x * cosine - y * sine), py: measured * (y * cosine + x * sine),
      pz: measured * (cotangent - tangent) / (1 + cotangent * tangent))
  }

  /// Measures a vertex.
  static func measure(
    _ vertex: DisplacedVertex, _ random: inout RandomStream
  ) -> DisplacedVertex {
    let width = vertexResolution(distance: vertex.distance)
    return DisplacedVertex(
      x: vertex.x + width * random.normal(), y: vertex.y + width * random.normal(),
      z: vertex.z + width * random.normal())
  }

  /// Path in which a decay spoils a track, cm.
  static let path = 60.0

  /// Whether a track decays to a muon on its way: pions and kaons with c τ of 780 and 371 cm (PDG 2024).
  static func decays(
    _ p: FourMomentum, _ kind: ParticleKind, _ random: inout RandomStream
  ) -> Bool {
    let lifetime: Double
    switch kind {
    case .pion: lifetime = 780.4
    case .kaon: lifetime = 371.1
    case .electron, .muon, .proton: return false
    }
    let momentum = (p.transverseMomentumSquared + p.pz * p.pz).squareRoot()
    return random.uniform() < -SpecialFunctions.expm1(-path * kind.mass / (momentum * lifetime))
  }
}
