import NumericalMethods

/// Intervals of Feldman and Cousins for a Poisson count on a known background.
///
/// A count n is accepted for a signal μ where the counts ranked before it by
/// R = P(n | μ + b) / P(n | max(n - b, 0) + b) have together less than the level (G. Feldman and
/// R. Cousins, Phys. Rev. D 57 (1998) 3873, section IV). In λ = μ + b two counts change their order
/// at ln λ = (r_m - r_n) / (m - n), with r_n = n ln max(n, b) - max(n, b): the counts before n are
/// n + 1 ... m between two such points above n. The ends are found from these exactly, not on a
/// grid of μ.
public struct FeldmanCousins: Hashable, Sendable {
  /// The expected background, >= 0.
  public let background: Double
  /// The confidence level, in (0, 1).
  public let level: Double

  /// Prepares intervals; `background` >= 0 and `level` in (0, 1).
  public init(background: Double, level: Double) {
    precondition(background >= 0 && level > 0 && level < 1, "FeldmanCousins: out of range")
    self.background = background
    self.level = level
  }

  /// An interval of the signal, in events.
  public struct Interval: Hashable, Sendable {
    /// The lower end; 0 where no signal is allowed.
    public var lower: Double
    /// The upper end.
    public var upper: Double
  }

  static func construction(isAdjusted: Bool) -> String {
    "Feldman-Cousins, exact order of the counts"
      + (isAdjusted ? ", upper end not rising with the background" : ", not adjusted")
  }

  /// Finds the interval of a count.
  ///
  /// - Parameters:
  ///   - count: The count, >= 0.
  ///   - isAdjusted: Whether the upper end is the largest one at this or a larger background, as in
  ///     the tables of the paper; without it the upper end may rise with the background.
  /// - Returns: The ends, to 1e-9.
  public func interval(count: Int, isAdjusted: Bool = true) -> Interval {
    precondition(count >= 0, "FeldmanCousins: the count must not be negative")
    let lower = Self.lower(count, background, level)
    let upper = Self.upper(count, background, level)
    return Interval(
      lower: lower, upper: isAdjusted ? max(upper, adjusted(count, upper)) : upper)
  }

  /// r_n of the type's description.
  private static func reference(_ n: Int, _ b: Double) -> Double {
    let mean = max(Double(n), b)
    return (n == 0 ? 0 : Double(n) * SpecialFunctions.log(mean)) - mean
  }

  /// Where counts m and n change their order.
  private static func tie(_ m: Int, _ n: Int, _ b: Double) -> Double {
    SpecialFunctions.exp((reference(m, b) - reference(n, b)) / Double(m - n))
  }

  /// The probability of the counts from a to c; 0 where c < a.
  private static func sum(_ a: Int, _ c: Int, _ mean: Double) -> Double {
    if c < a { return 0 }
    // The difference of the smaller tails keeps its digits.
    if Double(a) > mean {
      return PoissonDistribution.upperTail(atLeast: a, mean: mean)
        - PoissonDistribution.upperTail(atLeast: c + 1, mean: mean)
    }
    return PoissonDistribution.cumulative(c, mean: mean)
      - PoissonDistribution.cumulative(a - 1, mean: mean)
  }

  /// The largest accepted signal: in the last part between ties where n is accepted.
  ///
  /// Counts outside of n + 1 ... m have together P(<= n) + P(> m), which falls from part to part:
  /// where it is far below 1 - level no later part accepts n.
  static func upper(_ n: Int, _ b: Double, _ level: Double) -> Double {
    var m = max(n, Int(b)), end = 0.0
    while true {
      let left = max(m > n ? tie(m, n, b) : b, b), right = tie(m + 1, n, b)
      if right > left, let found = last(n, m, left, right, level) { end = max(end, found - b) }
      let outside = 1 - sum(n + 1, m, right)
      if m > n, outside < 0.3 * (1 - level) { return end }
      m += 1
    }
  }

  /// The last point of a part at which the counts from n + 1 to m have less than the level.
  private static func last(
    _ n: Int, _ m: Int, _ left: Double, _ right: Double, _ level: Double
  ) -> Double? {
    if sum(n + 1, m, right) < level { return right }
    // Their probability rises until P(n) = P(m), then falls; at the right end it is too large.
    guard m > n, sum(n + 1, m, left) < level else { return nil }
    let root = RootFinding.brent(in: left...right) { sum(n + 1, m, $0) - level }
    return root.status == .converged ? root.value : left
  }

  /// The smallest accepted signal.
  static func lower(_ n: Int, _ b: Double, _ level: Double) -> Double {
    var m = 0
    while m < n {
      let left = m == 0 ? b : max(tie(m - 1, n, b), b), right = max(tie(m, n, b), b)
      // On (left, right) the counts before n are m ... n - 1.
      if right > left {
        if sum(m, n - 1, left) < level { return left - b }
        if sum(m, n - 1, right) < level {
          let root = RootFinding.brent(in: left...right) { sum(m, n - 1, $0) - level }
          return root.value - b
        }
      }
      m += 1
    }
    return n == 0 ? 0 : max(Self.tie(n - 1, n, b) - b, 0)
  }

  /// The largest upper end at larger backgrounds, if it exceeds `floor`.
  ///
  /// The upper end falls with the background but for jumps up, where the counts n + 1 ... m get
  /// less than the level at their last point, the next tie: each m has one such background, above
  /// n. The jumps' heights fall, too, after the first few.
  private func adjusted(_ n: Int, _ floor: Double) -> Double {
    var most = floor, missed = 0
    var m = max(n, Int(background))
    while missed < 4 {
      m += 1
      // Backgrounds up to m + 1, where that tie is at μ = 0.
      let range = max(background, Double(n))...(Double(m) + 1)
      func excess(_ b: Double) -> Double { Self.sum(n + 1, m, Self.tie(m + 1, n, b)) - level }
      // Already accepted at this background: no jump above it.
      if excess(range.lowerBound) < 0 { continue }
      let root = RootFinding.brent(in: range, tolerance: 1e-11, excess)
      guard root.status == .converged else {
        missed += 1
        continue
      }
      let height = Self.tie(m + 1, n, root.value) - root.value
      missed = height > most ? 0 : missed + 1
      most = max(most, height)
    }
    return most
  }
}
