import NumericalMethods
import Theory

/// A track as the detector gives it.
package struct MeasuredTrack: Sendable {
  /// Momentum before the kinematic fit, GeV.
  package var px: Double
  package var py: Double
  package var pz: Double
  /// Likelihood ratio of the outer muon detector; NaN below its reach.
  package var outerScore: Double
  /// Likelihood ratio of the inner detectors; 0.5 where the outer one decides.
  package var innerScore: Double
  /// Distance from the interaction point across and along the beam, cm.
  package var dr: Double
  package var dz: Double

  package init(
    px: Double, py: Double, pz: Double, outerScore: Double, innerScore: Double, dr: Double,
    dz: Double
  ) {
    (self.px, self.py, self.pz) = (px, py, pz)
    (self.outerScore, self.innerScore) = (outerScore, innerScore)
    (self.dr, self.dz) = (dr, dz)
  }
}

/// What the detector does to four muons, in a few numbers.
///
/// Acceptance, momentum resolution and muon identification follow design values of Belle II; angles,
/// impact parameters, beam background and the efficiency of a track are plausible choices.
package struct Detector: Sendable {
  /// Smallest and largest polar angle of tracks, degrees.
  package static let acceptance = (17.0, 150.0)
  /// Smallest transverse momentum of a track, GeV.
  package static let smallestTransverseMomentum = 0.1
  /// Probability that a muon in the acceptance gives a track.
  package static let trackEfficiency = 0.985
  /// Momentum that muons need for the outer detector, GeV.
  package static let outerReach = 0.7
  /// Half width of the range about it where both scores are meaningful, GeV.
  static let outerOverlap = 0.1
  /// Smallest cotangent of the polar angle (150 degrees) and the largest (17 degrees).
  private let cotangents: (low: Double, high: Double)

  package init() {
    func cotangent(_ degrees: Double) -> Double {
      1 / SpecialFunctions.tan(degrees * Double.pi / 180)
    }
    cotangents = (cotangent(Self.acceptance.1), cotangent(Self.acceptance.0))
  }

  /// Whether a muon leaves a track that can be found.
  package func accepts(_ p: FourMomentum) -> Bool {
    let transverse = (p.px * p.px + p.py * p.py).squareRoot()
    return transverse > Self.smallestTransverseMomentum
      && p.pz > cotangents.low * transverse && p.pz < cotangents.high * transverse
  }

  /// Relative resolution of the transverse momentum: 0.1 % pT/GeV and 0.3 % in quadrature.
  package static func resolution(transverse: Double) -> Double {
    (1e-6 * transverse * transverse + 9e-6).squareRoot()
  }

  /// Resolution of the azimuth in rad: 0.2 mrad and scattering, 0.5 mrad GeV/pT, in quadrature.
  package static func azimuthResolution(transverse: Double) -> Double {
    (4e-8 + 2.5e-7 / (transverse * transverse)).squareRoot()
  }

  /// Resolution of the polar angle in rad: 0.3 mrad and 0.6 mrad GeV/pT in quadrature.
  package static func polarResolution(transverse: Double) -> Double {
    (9e-8 + 3.6e-7 / (transverse * transverse)).squareRoot()
  }

  /// Probability that the right score of a muon exceeds 0.5: 0.93 up to 0.7 GeV, 0.99 from 1.5 GeV.
  package static func identification(momentum: Double) -> Double {
    0.93 + 0.06 * min(1, max(0, (momentum - outerReach) / 0.8))
  }

  /// Measures an accepted muon; one track in twenty is two and a half times worse than the others.
  package func measure(_ p: FourMomentum, from random: inout RandomStream) -> MeasuredTrack {
    let transverse = (p.px * p.px + p.py * p.py).squareRoot()
    let worse = random.uniform() < 0.05 ? 2.5 : 1.0
    // The curvature, not the momentum, is measured with a Gaussian error.
    let curvature = 1 + worse * Self.resolution(transverse: transverse) * random.normal()
    let measured = transverse / max(0.1, curvature)
    let turn = worse * Self.azimuthResolution(transverse: transverse) * random.normal()
    let tilt = worse * Self.polarResolution(transverse: transverse) * random.normal()
    let (cosine, sine) = (SpecialFunctions.cos(turn), SpecialFunctions.sin(turn))
    let (ux, uy) = (p.px / transverse, p.py / transverse)
    // cot(theta + d) = (cot theta - tan d)/(1 + cot theta tan d)
    let cotangent = p.pz / transverse
    let tangent = SpecialFunctions.tan(tilt)
    let polar = (cotangent - tangent) / (1 + cotangent * tangent)
    let momentum = (p.px * p.px + p.py * p.py + p.pz * p.pz).squareRoot()
    let efficiency = Self.identification(momentum: momentum)
    let score = Self.score(efficiency, &random)
    let reaches = momentum > Self.outerReach - Self.outerOverlap
    let isLow = momentum < Self.outerReach + Self.outerOverlap
    return MeasuredTrack(
      px: measured * (ux * cosine - uy * sine), py: measured * (uy * cosine + ux * sine),
      pz: measured * polar, outerScore: reaches ? score : .nan, innerScore: isLow ? score : 0.5,
      dr: 0.002 * (-2 * SpecialFunctions.log(random.uniform())).squareRoot(),
      dz: 0.04 * random.normal())
  }

  /// A likelihood ratio, near one for most muons, above 0.5 with the given probability.
  private static func score(_ efficiency: Double, _ random: inout RandomStream) -> Double {
    let (choice, shape) = (random.uniform(), random.uniform())
    return choice < efficiency
      ? 1 - 0.5 * shape * shape * shape * shape : 0.5 * shape * shape
  }

  /// Energy of clusters without tracks, GeV: beam background, seldom lost radiation.
  func extraEnergy(from random: inout RandomStream) -> Double {
    var energy = 0.0
    for _ in 0..<random.poisson(mean: 0.8) {
      energy += 0.03 + random.exponential(mean: 0.04)
    }
    if random.uniform() < 0.03 { energy += random.exponential(mean: 0.5) }
    return energy
  }

  /// Number of tracks that are no muons of the event.
  func extraTracks(from random: inout RandomStream) -> Int { random.uniform() < 0.01 ? 1 : 0 }
}
