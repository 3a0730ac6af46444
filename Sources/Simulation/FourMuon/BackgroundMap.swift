import NumericalMethods
import Theory

/// The phase-space maps of e+e- -> mu-mu-mu+mu+, one for each class of diagrams.
///
/// Muons 0 and 1 are negative, 2 and 3 positive. Channels 0 and 1 are the two pairings of double
/// conversion: both photons' squared masses by 1/m², the angle of a photon by the poles of the
/// electron line. Channels 2 to 5 are the four choices of the pair that annihilation makes first:
/// the radiated pair by 1/m², the energy left to it by its inverse (soft radiation), the angle by
/// the poles of both muon lines.
package struct BackgroundMap: Sendable {
  /// Number of channels.
  package static let channels = 6

  /// Probabilities of the channels.
  package var probabilities: [Double] = [0.25, 0.25, 0.125, 0.125, 0.125, 0.125]

  /// (mu- of the first pair, mu+ of the first pair, mu- and mu+ of the second) of a channel.
  private static func muons(_ channel: Int) -> (Int, Int, Int, Int) {
    switch channel {
    case 0: (0, 2, 1, 3)
    case 1: (0, 3, 1, 2)
    case 2: (0, 2, 1, 3)
    case 3: (0, 3, 1, 2)
    case 4: (1, 2, 0, 3)
    default: (1, 3, 0, 2)
    }
  }

  /// Draws a point into a block; the energy stands there.
  func draw(into block: TrialBlock, trial: Int, from random: inout RandomStream) {
    let channel = random.index(weights: probabilities)
    let s = block.energySquared[trial]
    let energy = s.squareRoot()
    let low = PhaseSpace.threshold
    let muonMass = PhaseSpace.muonMass
    let largest = (energy - 2 * muonMass) * (energy - 2 * muonMass)
    let muons = Self.muons(channel)
    let chosen = PhaseSpace.logarithmic(low, largest, random.uniform())
    let left = energy - chosen.squareRoot()
    let first: FourMomentum
    let second: FourMomentum
    let firstPair: (FourMomentum, FourMomentum)
    if channel < 2 {
      let other = PhaseSpace.logarithmic(low, left * left, random.uniform())
      let (a, b) = random.uniform() < 0.5 ? (chosen, other) : (other, chosen)
      let root = PhaseSpace.triangleRoot(s, a, b)
      let (pole, logarithm) = Self.conversionPole(s, a, b, root)
      let cosine = PhaseSpace.betweenPoles(pole, logarithm: logarithm, random.uniform())
      (first, second) = Self.back(
        s, energy, a, b, root,
        PhaseSpace.direction(
          cosine: cosine, azimuth: 2 * Double.pi * random.uniform(), about: (0, 0, 1)))
      firstPair = PhaseSpace.pair(a, along: PhaseSpace.direction(&random), moving: first)
      let pair = PhaseSpace.pair(b, along: PhaseSpace.direction(&random), moving: second)
      block.set(pair.0, muon: muons.2, trial: trial)
      block.set(pair.1, muon: muons.3, trial: trial)
    } else {
      let smallest = 2 * energy * chosen.squareRoot()
      let soft = PhaseSpace.logarithmic(smallest, s + chosen - low, random.uniform())
      let primary = max(low, s + chosen - soft)
      let root = PhaseSpace.triangleRoot(s, primary, chosen)
      let axis = PhaseSpace.direction(&random)
      (first, second) = Self.back(s, energy, primary, chosen, root, axis)
      let pole = soft / (PhaseSpace.velocity(primary) * root)
      let logarithm = SpecialFunctions.log((pole + 1) / (pole - 1))
      let cosine = PhaseSpace.betweenPoles(pole, logarithm: logarithm, random.uniform())
      let along = PhaseSpace.direction(
        cosine: cosine, azimuth: 2 * Double.pi * random.uniform(), about: axis)
      firstPair = PhaseSpace.pair(primary, along: along, moving: first)
      let pair = PhaseSpace.pair(chosen, along: PhaseSpace.direction(&random), moving: second)
      block.set(pair.0, muon: muons.2, trial: trial)
      block.set(pair.1, muon: muons.3, trial: trial)
    }
    block.set(firstPair.0, muon: muons.0, trial: trial)
    block.set(firstPair.1, muon: muons.1, trial: trial)
  }

  /// Two systems back to back, the first along a direction.
  private static func back(
    _ s: Double, _ energy: Double, _ a: Double, _ b: Double, _ root: Double,
    _ direction: (x: Double, y: Double, z: Double)
  ) -> (FourMomentum, FourMomentum) {
    let p = 0.5 * root / energy
    let (x, y, z) = (p * direction.x, p * direction.y, p * direction.z)
    return (
      FourMomentum(px: x, py: y, pz: z, energy: 0.5 * (s + a - b) / energy),
      FourMomentum(px: -x, py: -y, pz: -z, energy: 0.5 * (s + b - a) / energy)
    )
  }

  /// Where the electron propagator would have its pole, (s - a - b)/root > 1, and
  /// L = log((A + 1)/(A - 1)); A - 1 = 4ab / (root (s - a - b + root)) without cancellation.
  private static func conversionPole(
    _ s: Double, _ a: Double, _ b: Double, _ root: Double
  ) -> (pole: Double, logarithm: Double) {
    let x = s - a - b
    let above = 4 * a * b / (root * (x + root))
    return (1 + above, SpecialFunctions.log((2 + above) / above))
  }

  /// Computes the densities of all channels against the four-body phase space, which includes its
  /// powers of 2 pi; GeV^-4.
  package func densities(
    _ block: TrialBlock, trial: Int, into densities: UnsafeMutablePointer<Double>
  ) {
    let s = block.energySquared[trial]
    let energy = s.squareRoot()
    let m2 = PhaseSpace.threshold / 4
    let p0 = block.momentum(muon: 0, trial: trial)
    let p1 = block.momentum(muon: 1, trial: trial)
    let p2 = block.momentum(muon: 2, trial: trial)
    let p3 = block.momentum(muon: 3, trial: trial)
    func square(_ a: FourMomentum, _ b: FourMomentum) -> Double {
      2 * m2 + 2 * (a.energy * b.energy - a.px * b.px - a.py * b.py - a.pz * b.pz)
    }
    let common = 2048 * Double.pi * Double.pi * Double.pi * Double.pi * Double.pi * s
    let largest = SpecialFunctions.log(
      (energy - 2 * PhaseSpace.muonMass) * (energy - 2 * PhaseSpace.muonMass)
        / PhaseSpace.threshold)
    // `a` and `b` of one pairing: conversion, then annihilation to a first, then to b first.
    func pairing(
      _ a0: FourMomentum, _ a1: FourMomentum, _ b0: FourMomentum, _ b1: FourMomentum
    ) -> (Double, Double, Double) {
      let (a, b) = (square(a0, a1), square(b0, b1))
      let root = PhaseSpace.triangleRoot(s, a, b)
      let (betaA, betaB) = (PhaseSpace.velocity(a), PhaseSpace.velocity(b))
      let shared = common / (root * betaA * betaB * largest)
      let (leftA, leftB) = (energy - a.squareRoot(), energy - b.squareRoot())
      let ordered =
        0.5 / SpecialFunctions.log(leftA * leftA / PhaseSpace.threshold)
        + 0.5 / SpecialFunctions.log(leftB * leftB / PhaseSpace.threshold)
      let (pole, logarithm) = Self.conversionPole(s, a, b, root)
      let cosine = (a0.pz + a1.pz) * 2 * energy / root
      let angle = 2 * pole / ((pole * pole - cosine * cosine) * logarithm)
      let conversion = shared * ordered * angle / (a * b)
      func annihilation(
        _ primary: Double, _ beta: Double, _ radiated: Double, _ e0: Double, _ e1: Double
      ) -> Double {
        let soft = s + radiated - primary
        let range = SpecialFunctions.log(
          (s + radiated - PhaseSpace.threshold) / (2 * energy * radiated.squareRoot()))
        let pole = soft / (beta * root)
        let logarithm = SpecialFunctions.log((pole + 1) / (pole - 1))
        let (d0, d1) = (s - 2 * energy * e1, s - 2 * energy * e0)
        return shared * soft / (2 * radiated * range * pole * d0 * d1 * logarithm)
      }
      return (
        conversion, annihilation(a, betaA, b, a0.energy, a1.energy),
        annihilation(b, betaB, a, b0.energy, b1.energy)
      )
    }
    let one = pairing(p0, p2, p1, p3)
    let two = pairing(p0, p3, p1, p2)
    densities[0] = one.0
    densities[1] = two.0
    densities[2] = one.1
    densities[3] = two.1
    densities[4] = two.2
    densities[5] = one.2
  }
}
