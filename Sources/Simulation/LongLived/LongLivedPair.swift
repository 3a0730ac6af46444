import NumericalMethods

/// Two tracks under a mass hypothesis, and where their vertex lies.
struct LongLivedPair {
  let positive: FourMomentum
  let negative: FourMomentum

  /// Takes the momenta of two tracks and gives both a mass, GeV.
  init(_ tracks: (FourMomentum, FourMomentum), mass: Double) {
    positive = .withMass(mass, px: tracks.0.px, py: tracks.0.py, pz: tracks.0.pz)
    negative = .withMass(mass, px: tracks.1.px, py: tracks.1.py, pz: tracks.1.pz)
  }

  var sum: FourMomentum { positive.adding(negative) }

  /// Invariant mass, GeV.
  var mass: Double { max(0, sum.massSquared).squareRoot() }

  /// Angle between the tracks in the laboratory, rad; by sine and cosine, as small ones are of interest.
  var openingAngle: Double {
    let (a, b) = (positive, negative)
    let (x, y, z) = (
      a.py * b.pz - a.pz * b.py, a.pz * b.px - a.px * b.pz, a.px * b.py - a.py * b.px
    )
    return SpecialFunctions.atan2(
      y: (x * x + y * y + z * z).squareRoot(), x: a.px * b.px + a.py * b.py + a.pz * b.pz)
  }

  /// A place in space, cm.
  struct Vertex {
    var x: Double
    var y: Double
    var z: Double
  }

  /// Returns the vertex at a transverse distance, cm, whose flight makes an angle of the given cosine with
  /// the transverse momentum.
  func vertex(distance: Double, z: Double, pointing: Double, isLeft: Bool) -> Vertex {
    let momentum = sum
    let transverse = momentum.transverseMomentumSquared.squareRoot()
    let (x, y) =
      transverse > 0 ? (momentum.px / transverse, momentum.py / transverse) : (1.0, 0.0)
    let sine = max(0, 1 - pointing * pointing).squareRoot() * (isLeft ? 1 : -1)
    return Vertex(
      x: distance * (pointing * x - sine * y), y: distance * (pointing * y + sine * x), z: z)
  }

  /// Cosine of the angle in space between the momentum and the flight to a vertex.
  func cosine(to vertex: Vertex) -> Double {
    let momentum = sum
    let product = momentum.px * vertex.x + momentum.py * vertex.y + momentum.pz * vertex.z
    let squares =
      (momentum.transverseMomentumSquared + momentum.pz * momentum.pz)
      * (vertex.x * vertex.x + vertex.y * vertex.y + vertex.z * vertex.z)
    return squares > 0 ? min(1, max(-1, product / squares.squareRoot())) : 1
  }
}

extension FourMomentum {
  func adding(_ other: FourMomentum) -> FourMomentum {
    FourMomentum(
      px: px + other.px, py: py + other.py, pz: pz + other.pz, energy: energy + other.energy)
  }
}
