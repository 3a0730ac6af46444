import NumericalMethods

/// Two displaced pairs as they are measured.
struct InelasticCandidate {
  /// What is known of a generated signal.
  struct Truth {
    var point: InelasticPoint
    /// Proper decay lengths, cm.
    var higgsLength: Double
    var chi2Length: Double
  }

  /// A pair and the fit of its vertex.
  struct Pair {
    var tracks: (InelasticTrack, InelasticTrack)
    var vertex: DisplacedVertex
    var probability: Double
    /// Distance of the true vertex from the beam line, cm.
    var trueRadius: Double

    /// Angle between momentum and flight, rad.
    var pointing: Double {
      vertex.angle(to: tracks.0.momentum.adding(tracks.1.momentum))
    }
  }

  var higgs: Pair
  var chi2: Pair
  /// Energy of clusters without tracks, GeV.
  var extraEnergy: Double
  var tracks: Int
  var truth: Truth?

  /// Whether the ntuples hold it: one vertex is displaced, the fits succeeded, little else was seen.
  var isKept: Bool {
    let shortest = InelasticDetector.shortest
    return (higgs.vertex.radius > shortest || chi2.vertex.radius > shortest)
      && min(higgs.probability, chi2.probability) > InelasticDetector.probability
      && extraEnergy < InelasticDetector.extraEnergy
  }

  /// Tells the numbers of the file.
  ///
  /// - Parameters:
  ///   - generated: Generated events of its file, nil in data, which have no truth.
  ///   - random: Identification is drawn here.
  /// - Returns: The numbers in the order of `InelasticColumn`.
  func values(generated: Int?, _ random: inout RandomStream) -> [Double] {
    var values: [Double] = []
    for (pair, kinds) in [
      (higgs, [ParticleKind.muon, .pion, .kaon, .proton]), (chi2, [.electron]),
    ] {
      for (track, charge) in [(pair.tracks.0, 1.0), (pair.tracks.1, -1)] {
        values += [track.momentum.px, track.momentum.py, track.momentum.pz, charge]
        for kind in kinds { values.append(track.score(as: kind, &random)) }
      }
    }
    values += [
      higgs.vertex.radius, chi2.vertex.radius, higgs.pointing, chi2.pointing, higgs.probability,
      chi2.probability, extraEnergy, Double(tracks),
    ]
    guard let generated else { return values }
    let nothing = Double.nan
    values += [
      truth == nil ? 0 : 1, truth?.point.mass ?? nothing, truth?.point.darkPhoton ?? nothing,
      truth?.point.chi1 ?? nothing, truth?.point.splitting ?? nothing,
      truth?.higgsLength ?? nothing, truth?.chi2Length ?? nothing, Double(generated),
    ]
    return values
  }
}
