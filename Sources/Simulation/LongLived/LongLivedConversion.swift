import NumericalMethods

/// Photons that convert in the material around the beams, seen as a displaced pair of electrons.
///
/// Radii of beam pipe, pixel and strip layers as in the technical design of Belle II (arXiv:1011.0352);
/// the part of each is about its thickness in radiation lengths. Masses are chosen: what scattering and
/// resolution make of none.
enum LongLivedConversion {
  /// Radii, cm, with the part of the conversions up to each.
  static let layers: [(radius: Double, upTo: Double)] = [
    (1.0, 0.25), (1.4, 0.32), (2.2, 0.40), (3.9, 0.55), (8.0, 0.70), (10.4, 0.85), (13.5, 1),
  ]
  /// Thickness of a layer, cm.
  static let thickness = 0.1
  /// Mean of the measured mass above two electrons, GeV.
  static let meanMass = 0.01

  /// Radius for a number between 0 and 1, cm.
  static func radius(_ u: Double) -> Double {
    for layer in layers where u <= layer.upTo { return layer.radius }
    return layers[layers.count - 1].radius
  }
}

extension LongLivedGenerator {
  func conversion(_ random: inout RandomStream) -> LongLivedCandidate {
    let electron = ParticleKind.electron
    let mass = 2 * electron.mass + random.exponential(mean: LongLivedConversion.meanMass)
    var decay = draw(mass, &random)
    while !LongLivedKinematics.angles.contains(decay.boson.cosTheta) { decay = draw(mass, &random) }
    let distance =
      LongLivedConversion.radius(random.uniform())
      + LongLivedConversion.thickness * (random.uniform() - 0.5)
    return background(
      candidate(
        decay, mass: mass, kinds: (electron, electron), distance: distance, &random), &random)
  }
}
