/// What of two displaced pairs the simulated detector sees.
///
/// Angles, momenta, radius and place along the beam of what is seen as in studies of such decays at Belle II
/// (arXiv:1911.03176, arXiv:2012.08595); how the efficiency falls with the radius, the trigger and the
/// differences between data and simulation are chosen, the efficiency of reconstruction so that limits
/// come to 0.1 fb at best, as published by Belle II (arXiv:2505.09705). Nothing of it is a number of the
/// experiment.
public enum InelasticDetector {
  /// Radius up to which vertices are found, cm.
  public static let radius = 60.0
  /// Places along the beam where vertices are found, cm.
  public static let places = -55.0...140
  /// Smallest transverse momentum of a track, GeV.
  public static let transverseMomentum = 0.05
  /// Smallest momentum of an electron, GeV.
  public static let electronMomentum = 0.1
  /// Part of the seen and triggered signals that is reconstructed.
  public static let reconstructedPart = 0.27
  /// Smallest transverse distance of one vertex at least that the ntuples hold, cm: what is nearer is not
  /// displaced.
  public static let shortest = 0.05
  /// Smallest probability of a vertex that the ntuples hold.
  static let probability = 0.001
  /// Largest energy of clusters without tracks that the ntuples hold, GeV.
  static let extraEnergy = 2.0
  /// Widths in data over simulation.
  public static let dataWidth = 1.04

  /// Part of the vertices found at a distance from the beam line, cm.
  public static func foundPart(radius: Double) -> Double {
    let rest = max(0, 1 - radius / Self.radius)
    return rest * rest
  }

  /// Relative efficiency in data over simulation of a vertex at a distance from the beam line, cm.
  ///
  /// What a control sample should find: nothing lost of what is not displaced, 2 % near the beam, 8 % from
  /// 20 cm on; two vertices lose independently.
  public static func dataRatio(radius: Double) -> Double {
    radius < shortest ? 1 : 0.98 - 0.06 * min(radius, 20) / 20
  }

  /// Whether tracks and vertex of a pair can be seen.
  static func sees(_ pair: DisplacedPair) -> Bool {
    sees(pair.tracks.0, pair.kinds.0) && sees(pair.tracks.1, pair.kinds.1)
      && pair.vertex.radius < radius && places.contains(pair.vertex.z)
  }

  private static func sees(_ track: FourMomentum, _ kind: ParticleKind) -> Bool {
    let square = track.transverseMomentumSquared
    guard square > transverseMomentum * transverseMomentum else { return false }
    let isStrong =
      kind != .electron || square + track.pz * track.pz > electronMomentum * electronMomentum
    return isStrong && LongLivedKinematics.angles.contains(track.cosTheta)
  }

  /// Whether three tracks from within the inner radius of the drift chamber, or clusters of more than 1 GeV,
  /// start the readout: electrons leave all their energy, others 0.2 GeV.
  static func triggers(_ pairs: [DisplacedPair]) -> Bool {
    var (tracks, energy) = (0, 0.0)
    for pair in pairs {
      for (track, kind) in [(pair.tracks.0, pair.kinds.0), (pair.tracks.1, pair.kinds.1)] {
        energy += kind == .electron ? track.energy : min(track.energy, 0.2)
        if pair.vertex.radius < 16.8, track.transverseMomentumSquared > 0.04 { tracks += 1 }
      }
    }
    return tracks >= 3 || energy > 1
  }
}
