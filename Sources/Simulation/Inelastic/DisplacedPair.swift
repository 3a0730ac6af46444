import NumericalMethods

/// Two tracks of opposite charge from one vertex, the positive one first.
struct DisplacedPair {
  /// What the tracks are.
  var kinds: (ParticleKind, ParticleKind)
  /// Their momenta where they begin.
  var tracks: (FourMomentum, FourMomentum)
  /// Where they begin.
  var vertex: DisplacedVertex

  /// Sum of the momenta.
  var sum: FourMomentum { tracks.0.adding(tracks.1) }
}

/// A place seen from the collision, cm.
struct DisplacedVertex {
  var x: Double
  var y: Double
  var z: Double

  /// Distance from the beam line, cm.
  var radius: Double { (x * x + y * y).squareRoot() }
  /// Distance from the collision, cm.
  var distance: Double { (x * x + y * y + z * z).squareRoot() }

  /// Takes a place.
  init(x: Double, y: Double, z: Double) { (self.x, self.y, self.z) = (x, y, z) }

  /// The place where a particle decays after its proper time.
  ///
  /// - Parameters:
  ///   - momentum: Its momentum.
  ///   - mass: Its mass, GeV.
  ///   - length: Proper decay length, cm.
  init(of momentum: FourMomentum, mass: Double, length: Double) {
    let scale = length / mass
    self.init(x: scale * momentum.px, y: scale * momentum.py, z: scale * momentum.pz)
  }

  /// The place at a distance, cm, whose direction makes an angle, rad, with a momentum.
  init(
    distance: Double, angle: Double, to momentum: FourMomentum, _ random: inout RandomStream
  ) {
    let (x, y, z) = (momentum.px, momentum.py, momentum.pz)
    let transverse = (x * x + y * y).squareRoot()
    let length = (x * x + y * y + z * z).squareRoot()
    let azimuth = 2 * Double.pi * random.uniform()
    let along = distance * SpecialFunctions.cos(angle) / length
    let across = distance * SpecialFunctions.sin(angle) / transverse
    let (level, up) = (
      across * SpecialFunctions.cos(azimuth), across * SpecialFunctions.sin(azimuth) / length
    )
    // Across: (y, −x, 0) and its product with the momentum.
    self.init(
      x: along * x + level * y + up * x * z, y: along * y - level * x + up * y * z,
      z: along * z - up * transverse * transverse)
  }

  /// Angle to a momentum, rad, 0 to π; by sine and cosine, as small ones are of interest.
  func angle(to p: FourMomentum) -> Double {
    let (a, b, c) = (y * p.pz - z * p.py, z * p.px - x * p.pz, x * p.py - y * p.px)
    return SpecialFunctions.atan2(
      y: (a * a + b * b + c * c).squareRoot(), x: x * p.px + y * p.py + z * p.pz)
  }
}
