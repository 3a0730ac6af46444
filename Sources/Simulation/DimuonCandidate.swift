/// Two tracks taken for muons.
struct DimuonCandidate {
  struct Muon {
    var momentum: FourMomentum
    var charge: Int8
    var muonID: Double
  }

  var first: Muon
  var second: Muon
  var vertexProbability: Double
  var weight: Double

  /// Invariant mass in GeV.
  var mass: Double {
    let (a, b) = (first.momentum, second.momentum)
    let (px, py, pz) = (a.px + b.px, a.py + b.py, a.pz + b.pz)
    let energy = a.energy + b.energy
    return (energy * energy - px * px - py * py - pz * pz).squareRoot()
  }
}
