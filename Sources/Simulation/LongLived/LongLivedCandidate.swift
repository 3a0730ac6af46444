import NumericalMethods

/// A displaced pair beside K or K*, as it is measured.
struct LongLivedCandidate {
  /// What is known of a generated S.
  struct Truth {
    /// Mass, GeV; proper decay length and lifetime c τ, cm.
    var mass: Double
    var length: Double
    var lifetime: Double
    /// Momentum of the B meson in the laboratory.
    var meson: FourMomentum
  }

  /// Daughters of S, the positive one first, with their true masses.
  var tracks: (FourMomentum, FourMomentum)
  var kinds: (ParticleKind, ParticleKind)
  var kaon: FourMomentum
  /// The pion of a K*.
  var pion: FourMomentum?
  /// Transverse distance and place along the beam of the vertex, cm.
  var distance: Double
  var z: Double
  var mbc: Double
  var deltaE: Double
  var shape: Double
  /// Cosine of the transverse angle between momentum and flight.
  var pointing: Double
  var scores: [Double] = []
  var prompt: [Double] = []
  var probability: Double
  var truth: Truth?

  /// Tells the numbers of the file.
  ///
  /// - Parameters:
  ///   - channel: Its daughters' mass is that of the energies, whatever the tracks are.
  ///   - sides: Which of two equal signs were drawn.
  ///   - generated: Generated events of its mass, nil in data, which have no truth.
  /// - Returns: The numbers in the order of `LongLivedColumn`.
  func values(channel: LongLivedChannel, sides: LongLivedSides, generated: Int?) -> [Double] {
    let pair = LongLivedPair(tracks, mass: channel.pair.mass)
    let vertex = pair.vertex(distance: distance, z: z, pointing: pointing, isLeft: sides.isLeft)
    let charge = sides.isPositive ? 1.0 : -1
    var values = [1.0]
    func momentum(_ vector: FourMomentum) { values += [vector.px, vector.py, vector.pz] }
    for (track, charge, scores) in [
      (pair.positive, 1.0, scores[0..<4]), (pair.negative, -1, scores[4..<8]),
    ] {
      momentum(track)
      values += [track.energy, charge]
      values += scores
    }
    momentum(kaon)
    values.append(charge)
    values += prompt[0..<3]
    if let pion {
      momentum(pion)
      values.append(-charge)
      values += prompt[3..<6]
      values.append(max(0, kaon.adding(pion).massSquared).squareRoot())
    }
    values += [
      pair.mass, pair.openingAngle, mbc, deltaE, shape, distance, vertex.x, vertex.y, z,
      probability, pointing, pair.cosine(to: vertex),
    ]
    guard let generated else { return values }
    let nothing = Double.nan
    values += [
      truth?.mass ?? nothing, truth?.length ?? nothing, truth?.lifetime ?? nothing,
      truth?.meson.px ?? nothing, truth?.meson.py ?? nothing, truth?.meson.pz ?? nothing,
      truth == nil ? 0 : 1, Double(generated),
    ]
    return values
  }
}

/// Signs that are as likely as their opposite.
struct LongLivedSides {
  /// Whether the prompt kaon is positive.
  var isPositive: Bool
  /// Whether the flight lies to the left of the momentum, seen along the beam.
  var isLeft: Bool
}
