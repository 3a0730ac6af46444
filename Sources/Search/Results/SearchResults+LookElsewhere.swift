import Inference
import NumericalMethods

/// How likely background alone shows, anywhere in a scan, what the data show at their most
/// significant hypothesis.
public struct LookElsewhereResults: Equatable, Sendable {
  /// Level of the signed root whose up-crossings are counted.
  public var level: Double
  /// Whether the Gross–Vitells bound was asked for.
  public var hasBound: Bool
  /// Largest signed root of the data; NaN without a valid hypothesis.
  public var largest: Double
  /// Mass of that hypothesis.
  public var mass: Double
  /// Up-crossings of the level by the scan of the data.
  public var observedCrossings: Int
  /// Full-scan toys that ran, in order; empty without.
  public var toys: [ScanToy]
  /// Mass at which each toy is largest, shape [toys]; NaN without a valid hypothesis.
  public var toyMasses: [Double]

  /// Makes the results of a scan from its points and the toys that ran.
  public init(level: Double, hasBound: Bool, points: [ScanPoint], toys: [ScanToy]) {
    self.level = level
    self.hasBound = hasBound
    let fitted = points.filter { $0.status.isValid && $0.signedRoot.isFinite }
    let top = fitted.max { $0.signedRoot < $1.signedRoot }
    largest = top?.signedRoot ?? .nan
    mass = top?.mass ?? .nan
    observedCrossings = GrossVitells.count(fitted.map(\.signedRoot), level: level)
    self.toys = toys
    toyMasses = toys.map { points.indices.contains($0.point) ? points[$0.point].mass : .nan }
  }

  /// Local p-value of the largest signed root.
  public var localPValue: Double { NormalDistribution.upperTail(largest) }

  /// Toys with a valid fit: those that count.
  private var valid: [ScanToy] { toys.filter { !$0.largest.isNaN } }

  /// Toys whose largest signed root reaches a value; nil without toys.
  public func exceeding(_ z: Double) -> BinomialProportion? {
    let valid = valid
    guard !valid.isEmpty else { return nil }
    return BinomialProportion(valid.count { $0.largest >= z }, of: valid.count)
  }

  /// Toys at least as significant as the data; nil without toys.
  public var exceeding: BinomialProportion? { largest.isNaN ? nil : exceeding(largest) }

  /// The bound by the up-crossings of the data's scan alone.
  public var observedBound: GrossVitells {
    GrossVitells(level: level, counts: [observedCrossings])
  }

  /// The bound by the toys' up-crossings, or by the data's without toys; nil where not asked for.
  public var bound: GrossVitells? {
    guard hasBound else { return nil }
    let counts = valid.map(\.crossings)
    return counts.isEmpty ? observedBound : GrossVitells(level: level, counts: counts)
  }

  /// Fits of the toys that failed, and all of them.
  public func failedFits(hypotheses: Int) -> (failed: Int, all: Int) {
    (toys.reduce(0) { $0 + $1.failed }, toys.count * hypotheses)
  }

  /// Significances at which the outputs compare toys and bound: steps of 0.1 from 0 to beyond all.
  public var thresholds: [Double] {
    let most = max(4, largest.isNaN ? 0 : largest, valid.map(\.largest).max() ?? 0)
    return (0...Int((min(most, 12) * 10).rounded(.up)) + 2).map { Double($0) / 10 }
  }
}
