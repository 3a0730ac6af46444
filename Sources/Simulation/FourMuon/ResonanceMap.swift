import NumericalMethods
import Theory

/// The phase-space map of e+e- -> mu-mu+X, X -> mu-mu+ with a narrow X.
///
/// Muons 0 and 1 accompany X, 2 and 3 are its own. The energy left to X goes by its inverse (soft
/// radiation) or flat, the angle by the poles of both muon lines, the decay is flat.
struct ResonanceMap: Sendable {
  /// Mass of X, GeV.
  let mass: Double
  /// Probability of the energy by its inverse.
  var inverseProbability = 0.5

  /// Squared mass of X.
  var square: Double { mass * mass }

  /// Draws a point into a block; the energy stands there.
  ///
  /// - Returns: The density against the phase space of mu-mu+X times that of the decay, GeV^-2.
  func draw(into block: TrialBlock, trial: Int, from random: inout RandomStream) -> Double {
    let s = block.energySquared[trial]
    let energy = s.squareRoot()
    let low = PhaseSpace.threshold
    let (smallest, largest) = (2 * energy * mass, s + square - low)
    let range = SpecialFunctions.log(largest / smallest)
    let soft: Double
    if random.uniform() < inverseProbability {
      soft = smallest * SpecialFunctions.exp(random.uniform() * range)
    } else {
      soft = smallest + (largest - smallest) * random.uniform()
    }
    let primary = max(low * (1 + 1e-12), s + square - soft)
    let root = PhaseSpace.triangleRoot(s, primary, square)
    let beta = PhaseSpace.velocity(primary)
    let axis = PhaseSpace.direction(&random)
    let p = 0.5 * root / energy
    let (x, y, z) = (p * axis.x, p * axis.y, p * axis.z)
    let pairMomentum = FourMomentum(
      px: x, py: y, pz: z, energy: 0.5 * (s + primary - square) / energy)
    let resonance = FourMomentum(
      px: -x, py: -y, pz: -z, energy: 0.5 * (s + square - primary) / energy)
    let pole = soft / (beta * root)
    let logarithm = SpecialFunctions.log((pole + 1) / (pole - 1))
    let cosine = PhaseSpace.betweenPoles(pole, logarithm: logarithm, random.uniform())
    let along = PhaseSpace.direction(
      cosine: cosine, azimuth: 2 * Double.pi * random.uniform(), about: axis)
    let pair = PhaseSpace.pair(primary, along: along, moving: pairMomentum)
    let decay = PhaseSpace.pair(square, along: PhaseSpace.direction(&random), moving: resonance)
    block.set(pair.0, muon: 0, trial: trial)
    block.set(pair.1, muon: 1, trial: trial)
    block.set(decay.0, muon: 2, trial: trial)
    block.set(decay.1, muon: 3, trial: trial)
    let ofSoft =
      inverseProbability / (soft * range) + (1 - inverseProbability) / (largest - smallest)
    let ofAngle = 2 * pole / ((pole * pole - cosine * cosine) * logarithm)
    return 1024 * Double.pi * Double.pi * Double.pi * Double.pi * s * ofSoft * ofAngle
      / (root * beta * PhaseSpace.velocity(square))
  }
}
