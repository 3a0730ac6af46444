import NumericalMethods
import Theory

/// What of a displaced pair the simulated detector sees, and how well.
///
/// Chosen so that limits come out as those published by Belle II on B → K(*) S (Phys. Rev. D 108 (2023)
/// L111104): the acceptance A(m), the radius up to which vertices are found and the resolution were
/// derived from those limits and their mass grid; nothing of it is a number of the experiment.
public struct LongLivedDetector: Sendable, Equatable {
  /// Part of K⁺ selected, and of two leptons, hadrons: what the usual cuts on identification keep.
  static let kaonPass = 1 - 0.016_796_16  // 1 − 0.6⁸
  /// Part of K* candidates inside ±50 MeV: a Breit–Wigner of 47.3 MeV.
  static let kStarPass = 0.7186
  /// Signal events with a Fox–Wolfram R₂ below 0.45: 1 − (1 − 0.45/0.6)³.
  static let shapePass = 0.984_375
  /// Smallest transverse distance of a vertex that the ntuples hold, cm.
  public static let shortest = 0.05
  /// Resolution of that distance, cm.
  public static let vertexResolution = 0.01

  /// Relative efficiency for a signal at a transverse distance in cm, 1 far from the beam.
  ///
  /// Published limits for c τ of 0.05 and 0.1 cm are a seventh better than a constant one gives.
  static func nearness(distance: Double) -> Double {
    1 + nearGain * SpecialFunctions.exp(-distance / nearLength)
  }
  /// How much better vertices at the beam are found than those far from it.
  public static let nearGain = 0.25
  /// Distance over which that falls by e, cm.
  public static let nearLength = 0.25

  /// Relative efficiency in data over simulation at a transverse distance in cm.
  ///
  /// What a control sample should find: 2 % lost near the beam, 8 % at 20 cm.
  public static func dataRatio(distance: Double) -> Double {
    0.98 - 0.06 * min(distance, 20) / 20
  }
  /// Widths in data over simulation.
  public static let dataWidth = 1.04

  /// A decay channel.
  public let channel: LongLivedChannel

  /// The detector for a channel.
  public init(_ channel: LongLivedChannel) { self.channel = channel }

  /// σ of the reduced mass, GeV: twice the step of the published mass grids.
  public func resolution(mass: Double) -> Double {
    2e-3 * (channel.pair == .ee ? Self.electronSteps : Self.otherSteps).clamped(at: mass)
  }

  /// Radius up to which vertices are found, cm.
  public func radius(mass: Double) -> Double {
    let isWide = channel.parent == .neutralB || channel.pair == .ee
    return (isWide ? Self.wideRadius : Self.radius).clamped(at: mass)
  }

  /// Straight lines between values at ascending masses, GeV.
  private static func curve(_ masses: [Double], _ values: [Double]) -> Interpolant {
    guard let curve = try? Interpolant(arguments: masses, values: values, method: .linear) else {
      preconditionFailure("the masses of a curve of the detector ascend")
    }
    return curve
  }

  private static let stepMasses = [
    0.03, 0.1, 0.215, 0.25, 0.3, 0.5, 0.7, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.7,
  ]
  /// Steps of the grid of K⁺ee, MeV.
  private static let electronSteps = curve(
    stepMasses, [0.81, 0.95, 1.09, 1.13, 1.19, 1.39, 1.55, 1.8, 2.2, 2.6, 3.2, 3.9, 4.6, 5.2, 5.2])
  /// Steps of the grid of K⁺μμ, MeV, which starts at 0.215 GeV.
  private static let otherSteps = curve(
    stepMasses, [0.71, 0.71, 0.71, 0.76, 0.84, 1.11, 1.32, 1.55, 1.8, 2.2, 2.6, 3.1, 3.8, 4.4, 4.7])

  private static let radiusMasses = [0.35, 0.8, 1.2, 1.5, 2.2, 2.7, 3.4, 4.1]
  private static let radius = curve(radiusMasses, [20, 20, 15, 12, 12, 10, 10, 8])
  private static let wideRadius = curve(radiusMasses, [25, 20, 15, 12, 12, 10, 10, 8])

  /// Masses at which the published limits were turned into parts, GeV.
  private static let limitMasses = [
    0.25, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.65, 1.9, 2.2, 2.5, 2.8, 3.3, 3.5, 3.9,
    4.1, 4.3, 4.5, 4.63,
  ]
  /// 1/(limit · geometry) in 10⁷ for B⁺ → K⁺μμ, the mean over c τ from 0.25 to 10 cm.
  private static let muonParts = curve(
    limitMasses,
    [
      3.22, 2.59, 2.17, 2.01, 1.75, 1.79, 1.99, 1.89, 2.04, 1.86, 1.98, 2.01, 2, 2.45, 2.5, 2.4,
      3.05, 3.18, 3.58, 3.81, 4.24, 5.53, 5.96,
    ])
  /// The same for B⁺ → K⁺ee, which starts at lighter masses.
  private static let electronParts = curve(
    [0.03, 0.05, 0.075, 0.1, 0.15, 0.2] + limitMasses,
    [
      0.95, 1.05, 1.19, 1.35, 1.38, 1.47, 1.59, 1.4, 1.3, 1.31, 1.21, 1.27, 1.2, 1.25, 1.27, 1.28,
      1.59, 1.87, 1.52, 1.46, 1.75, 1.94, 1.86, 1.74, 2.27, 2.54, 2.79, 3.39, 3.33,
    ])
  /// The same for B⁰ → K*⁰μμ.
  private static let neutralParts = curve(
    radiusMasses, [1.3, 1, 0.83, 1.1, 1.2, 1.2, 1.3, 1.5])

  /// K*⁰ee over K*⁰μμ, in units of K⁺ee over K⁺μμ: published limits at 1 GeV, c τ of 0.25 to 10 cm.
  private static let neutralElectrons = 1.28

  /// Part of the decays within radius and angles that pass the usual selection.
  public func selectedPart(mass: Double) -> Double {
    let isCharged = channel.parent == .chargedB
    let charged = Self.muonParts.clamped(at: mass)
    let electrons = Self.electronParts.clamped(at: mass)
    let muons = isCharged ? charged : Self.neutralParts.clamped(at: mass)
    let perLimit: Double  // A N_B / 1.92, in 10⁷
    switch channel.pair {
    case .mumu: perLimit = muons
    case .ee: perLimit = isCharged ? electrons : Self.neutralElectrons * muons * electrons / charged
    case .pipi: perLimit = muons / 1.3
    case .KK: perLimit = muons / 1.5
    }
    return perLimit * 1e7 * 1.92 / (isCharged ? 2.04e8 : 1.92e8)
  }

  /// Part that is written: of it the usual cuts keep `selectedPart`.
  func writtenPart(mass: Double) -> Double {
    var pass = Self.shapePass * Self.kaonPass
    if channel.pair == .ee || channel.pair == .mumu { pass *= 0.985_22 * 0.985_22 }
    if channel.pair == .KK { pass *= Self.kaonPass * Self.kaonPass }
    if channel.parent == .neutralB { pass *= Self.kStarPass }
    return min(1, selectedPart(mass: mass) / pass)
  }

  /// Draws a reduced mass for a true one: a Gaussian core with power-law tails on both sides.
  func reducedMass(
    _ reduced: Double, mass: Double, width factor: Double, _ random: inout RandomStream
  ) -> Double {
    let width = factor * resolution(mass: mass)
    let low = channel.pair == .ee ? HalfCrystalBall(alpha: 1, power: 3) : Self.lowHalf
    let lowPart = low.area / (low.area + Self.highHalf.area)
    for _ in 0..<1000 {
      let t =
        random.uniform() < lowPart ? -low.draw(&random) : Self.highHalf.draw(&random)
      let value = reduced + t * width
      if value >= 0 { return value }
    }
    return reduced
  }

  private static let lowHalf = HalfCrystalBall(alpha: 1.4, power: 5)
  private static let highHalf = HalfCrystalBall(alpha: 1.4, power: 8)
}

/// One side of a double-sided Crystal Ball of unit width: a Gaussian up to alpha, then a power.
struct HalfCrystalBall: Sendable, Equatable {
  let alpha: Double
  let power: Double
  /// Area of the tail, and of all, for a height of 1 at zero.
  private let tail: Double
  let area: Double

  init(alpha: Double, power: Double) {
    self.alpha = alpha
    self.power = power
    tail = power / alpha / (power - 1) * SpecialFunctions.exp(-0.5 * alpha * alpha)
    area = tail + (Double.pi / 2).squareRoot() * SpecialFunctions.erf(alpha / 2.0.squareRoot())
  }

  /// Draws a distance from zero, the tail by inverting its primitive.
  func draw(_ random: inout RandomStream) -> Double {
    if random.uniform() < tail / area {
      let ratio = power / alpha
      return alpha - ratio
        + ratio * SpecialFunctions.exp(-SpecialFunctions.log(random.uniform()) / (power - 1))
    }
    while true {
      let t = random.normal().magnitude
      if t < alpha { return t }
    }
  }
}
