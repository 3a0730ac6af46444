import NumericalMethods
import Theory

/// Momenta of B → K X in the laboratory.
///
/// X isotropic in the rest frame of the B meson, which moves with 0.33 GeV, isotropic, in the c.m. frame
/// of Υ(4S), boosted by βγ = 0.284 along the electron beam.
enum LongLivedKinematics {
  static let mesonMomentum = 0.33
  static let boost = 0.284
  /// Polar angles in which tracks are seen, cosines of 150° and 17°.
  static let angles = -0.866_025_403_784_438_6...0.956_304_755_963_035_5

  struct Decay {
    var boson: FourMomentum
    var kaon: FourMomentum
  }

  /// Draws the momenta of boson and kaon (K or K* of the given mass).
  static func draw(
    meson: Double, kaon: Double, boson: Double, _ random: inout RandomStream
  ) -> Decay {
    let momentum = Kinematics.momentum(of: meson, to: kaon, and: boson) ?? 0
    let direction = isotropic(momentum, &random)
    let parent = isotropic(mesonMomentum, &random)
    let inCM = FourMomentum.withMass(meson, px: parent.0, py: parent.1, pz: parent.2)
    let energy = (1 + boost * boost).squareRoot()
    let frame = FourMomentum(px: 0, py: 0, pz: boost, energy: energy)
    func laboratory(_ mass: Double, _ sign: Double) -> FourMomentum {
      FourMomentum.withMass(
        mass, px: sign * direction.0, py: sign * direction.1, pz: sign * direction.2
      ).boosted(along: inCM, mass: meson).boosted(along: frame, mass: 1)
    }
    return Decay(boson: laboratory(boson, 1), kaon: laboratory(kaon, -1))
  }

  /// Draws the momenta of two decay products of given masses, isotropic in the rest frame.
  static func decay(
    _ parent: FourMomentum, mass: Double, to first: Double, and second: Double,
    _ random: inout RandomStream
  ) -> (FourMomentum, FourMomentum) {
    let momentum = Kinematics.momentum(of: mass, to: first, and: second) ?? 0
    let direction = isotropic(momentum, &random)
    let one = FourMomentum.withMass(first, px: direction.0, py: direction.1, pz: direction.2)
    let two = FourMomentum.withMass(second, px: -direction.0, py: -direction.1, pz: -direction.2)
    return (one.boosted(along: parent, mass: mass), two.boosted(along: parent, mass: mass))
  }

  static func isotropic(
    _ length: Double, _ random: inout RandomStream
  ) -> (Double, Double, Double) {
    let cosine = 2 * random.uniform() - 1
    let sine = (1 - cosine * cosine).squareRoot() * length
    let azimuth = 2 * Double.pi * random.uniform()
    return (
      sine * SpecialFunctions.cos(azimuth), sine * SpecialFunctions.sin(azimuth), cosine * length
    )
  }
}

extension FourMomentum {
  /// Cosine of the polar angle.
  var cosTheta: Double {
    let momentum = (px * px + py * py + pz * pz).squareRoot()
    return momentum > 0 ? pz / momentum : 1
  }
}
