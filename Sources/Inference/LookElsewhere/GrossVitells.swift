import NumericalMethods

/// The Gross–Vitells bound on a global p-value, from up-crossings of a low level by the signed root.
///
/// E. Gross and O. Vitells, arXiv:1005.1891, eqs. (2) and (3) with s = 1 for the one-sided q0: a scan
/// exceeds z if it starts there, or if it crosses z upwards,
/// P(max > z) ≤ Φ(−z) + ⟨N(z)⟩ with ⟨N(z)⟩ = ⟨N(z₀)⟩ exp(−(z² − z₀²)/2).
/// The inequality holds on any grid of hypotheses. The extrapolation of ⟨N⟩ is exact for a smooth
/// Gaussian process (Rice's formula); where steps are as coarse as the resolution it is too large, at
/// most by the factor from correlated to independent hypotheses: the bound stays a bound. The level 0
/// of the signed root has the most crossings, so that ⟨N⟩ is known best.
public struct GrossVitells: Hashable, Sendable {
  /// The level z₀, in standard deviations, not negative.
  public var level: Double
  /// ⟨N(z₀)⟩: the mean number of up-crossings of the level.
  public var crossings: Double
  /// Its standard error.
  public var crossingsError: Double

  /// Creates the bound from a mean number of up-crossings.
  public init(level: Double, crossings: Double, crossingsError: Double) {
    self.level = level
    self.crossings = crossings
    self.crossingsError = crossingsError
  }

  /// Creates the bound from the up-crossings of several independent scans.
  ///
  /// `counts` holds their up-crossings, one number a scan, at least one. The error is the standard
  /// error of the mean; of one scan √N, as if crossings were independent.
  public init(level: Double, counts: [Int]) {
    precondition(!counts.isEmpty, "GrossVitells: at least one scan")
    let n = Double(counts.count)
    let mean = Double(counts.reduce(0, +)) / n
    var squares = 0.0
    for count in counts { squares += (Double(count) - mean) * (Double(count) - mean) }
    self.init(
      level: level, crossings: mean,
      crossingsError: counts.count > 1
        ? (squares / (n - 1) / n).squareRoot() : mean.squareRoot())
  }

  /// Counts the up-crossings of a level: values that reach it where the value before did not.
  ///
  /// Values that are not a number are left out; their neighbours then follow on each other.
  public static func count(_ values: some Sequence<Double>, level: Double) -> Int {
    var count = 0
    var before: Double?
    for value in values where !value.isNaN {
      if let before, before < level, value >= level { count += 1 }
      before = value
    }
    return count
  }

  /// ⟨N(z)⟩: the mean number of up-crossings of another level z >= z₀.
  public func crossings(at z: Double) -> Double {
    crossings * SpecialFunctions.exp(-0.5 * (z * z - level * level))
  }

  /// Computes the bound on the probability that a scan exceeds z anywhere.
  ///
  /// - Returns: The bound, at most 1, with the error that ⟨N(z₀)⟩ gives it.
  public func pValue(at z: Double) -> (value: Double, error: Double) {
    let scale = SpecialFunctions.exp(-0.5 * (z * z - level * level))
    let value = NormalDistribution.upperTail(z) + crossings * scale
    return (min(value, 1), value < 1 ? crossingsError * scale : 0)
  }

  /// Computes the global significance that the bound leaves of a local one: at least so much.
  ///
  /// In logarithms, so that it holds where the p-value underflows; −∞ where the bound is 1.
  public func significance(at z: Double) -> Double {
    let start = NormalDistribution.logUpperTail(z)
    guard crossings > 0 else { return NormalDistribution.quantile(logUpperTail: start) }
    let crossing = SpecialFunctions.log(crossings) - 0.5 * (z * z - level * level)
    let top = max(start, crossing)
    let sum =
      top + SpecialFunctions.log1p(SpecialFunctions.exp(min(start, crossing) - top))
    return NormalDistribution.quantile(logUpperTail: min(sum, 0))
  }
}
