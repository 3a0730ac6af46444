/// The smallest interval that holds a part of weighted values.
///
/// Its half width is a resolution that needs no model: the standard deviation of a normal
/// distribution for 68.27 %, insensitive to far tails.
public struct SmallestInterval: Equatable, Sendable {
  /// The lowest value inside.
  public let low: Double
  /// The highest value inside.
  public let high: Double
  /// Standard error of the half width.
  ///
  /// The interval from a to b with f(a) = f(b) = f holds P with variance q(1-q)/n; its length
  /// answers with dL = dP/f, to first order whatever way it moves. So the half width has the error
  /// sqrt(q(1-q)/n) / (2f), with n the effective entries and f the mean density within a quarter of
  /// the half width around both ends. An interval that begins at the lowest (ends at the highest)
  /// value has one free end only, whose density is taken.
  public let error: Double

  /// Half the length.
  public var halfWidth: Double { 0.5 * (high - low) }

  /// Finds the interval; of several equally small ones the lowest.
  ///
  /// - Parameters:
  ///   - probability: Part of the sum of weights inside, at least, 0…1 without the ends.
  ///   - values: Finite and ascending, not empty.
  ///   - weights: Their weights, >= 0 with a positive sum; nil for ones.
  public init(probability: Double, values: [Double], weights: [Double]? = nil) {
    precondition(!values.isEmpty, "SmallestInterval: no values")
    var sums = [0.0], squares = 0.0
    sums.reserveCapacity(values.count + 1)
    for i in values.indices {
      let w = weights?[i] ?? 1
      sums.append(sums[i] + w)
      squares += w * w
    }
    let total = sums[values.count]
    // A last bit of rounding must not ask for one more value.
    let goal = probability * total * (1 - 1e-12)
    var best = (first: 0, last: values.count - 1), last = 0
    for first in values.indices {
      while last < values.count - 1, sums[last + 1] - sums[first] < goal { last += 1 }
      guard sums[last + 1] - sums[first] >= goal else { break }
      if values[last] - values[first] < values[best.last] - values[best.first] {
        best = (first, last)
      }
    }
    low = values[best.first]
    high = values[best.last]
    let reach = 0.125 * (high - low)
    func density(around x: Double) -> Double {
      let from = max(x - reach, values[0]), to = min(x + reach, values[values.count - 1])
      let first = Self.firstIndex(values) { $0 >= from }
      let end = Self.firstIndex(values) { $0 > to }
      return to > from ? (sums[end] - sums[first]) / (to - from) : 0
    }
    let atLow = density(around: low), atHigh = density(around: high)
    let edge =
      best.first == 0
      ? atHigh : best.last == values.count - 1 ? atLow : 0.5 * (atLow + atHigh)
    let entries = total * total / squares
    let spread = (probability * (1 - probability) / entries).squareRoot()
    error = edge > 0 ? spread * total / (2 * edge) : 0
  }

  /// The first index whose value passes a test that all later ones pass too.
  static func firstIndex(_ values: [Double], where test: (Double) -> Bool) -> Int {
    var low = 0, high = values.count
    while low < high {
      let middle = (low + high) / 2
      if test(values[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
