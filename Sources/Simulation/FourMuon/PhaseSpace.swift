import NumericalMethods
import Theory

/// Two-body kinematics and maps shared by the processes.
enum PhaseSpace {
  static let muonMass = Constants.muonMass
  /// The smallest squared mass of a muon pair.
  static let threshold = 4 * Constants.muonMass * Constants.muonMass

  /// Square root of the triangle function of s and two squared masses, zero below threshold.
  static func triangleRoot(_ s: Double, _ a: Double, _ b: Double) -> Double {
    let x = s - a - b
    return max(0, x * x - 4 * a * b).squareRoot()
  }

  /// Velocity of the muons of a pair in its rest frame.
  static func velocity(_ square: Double) -> Double {
    max(0, 1 - threshold / square).squareRoot()
  }

  /// A value between the bounds with a density as its inverse.
  static func logarithmic(_ low: Double, _ high: Double, _ uniform: Double) -> Double {
    low * SpecialFunctions.exp(uniform * SpecialFunctions.log(high / low))
  }

  /// A direction drawn over the sphere.
  static func direction(_ random: inout RandomStream) -> (x: Double, y: Double, z: Double) {
    let z = 2 * random.uniform() - 1
    let transverse = (1 - z * z).squareRoot()
    let azimuth = 2 * Double.pi * random.uniform()
    return (
      transverse * SpecialFunctions.cos(azimuth), transverse * SpecialFunctions.sin(azimuth), z
    )
  }

  /// The muons of a pair at rest, the first one along a direction, seen from where it moves.
  static func pair(
    _ square: Double, along direction: (x: Double, y: Double, z: Double), moving: FourMomentum
  ) -> (FourMomentum, FourMomentum) {
    let mass = square.squareRoot()
    let p = 0.5 * mass * velocity(square)
    let (x, y, z) = (p * direction.x, p * direction.y, p * direction.z)
    let first = FourMomentum(px: x, py: y, pz: z, energy: 0.5 * mass)
    let second = FourMomentum(px: -x, py: -y, pz: -z, energy: 0.5 * mass)
    return (first.boosted(along: moving, mass: mass), second.boosted(along: moving, mass: mass))
  }

  /// A cosine with the density of two poles just outside [-1, 1]: A / ((A² - c²) L) with
  /// L = log((A + 1) / (A - 1)), so that log((A + c) / (A - c)) is flat in [-L, L].
  static func betweenPoles(_ pole: Double, logarithm: Double, _ uniform: Double) -> Double {
    let ratio = SpecialFunctions.exp(logarithm * (2 * uniform - 1))
    return min(1, max(-1, pole - 2 * pole / (ratio + 1)))
  }

  /// The direction with a cosine and an azimuth about an axis of unit length.
  static func direction(
    cosine: Double, azimuth: Double, about axis: (x: Double, y: Double, z: Double)
  ) -> (x: Double, y: Double, z: Double) {
    let sine = max(0, 1 - cosine * cosine).squareRoot()
    let (u, v) = (sine * SpecialFunctions.cos(azimuth), sine * SpecialFunctions.sin(azimuth))
    // Two unit vectors across the axis (Duff et al. 2017): no direction is singular.
    let sign = axis.z >= 0 ? 1.0 : -1.0
    let a = -1 / (sign + axis.z)
    let b = axis.x * axis.y * a
    let first = (1 + sign * axis.x * axis.x * a, sign * b, -sign * axis.x)
    let second = (b, sign + axis.y * axis.y * a, -axis.y)
    return (
      u * first.0 + v * second.0 + cosine * axis.x,
      u * first.1 + v * second.1 + cosine * axis.y,
      u * first.2 + v * second.2 + cosine * axis.z
    )
  }
}
