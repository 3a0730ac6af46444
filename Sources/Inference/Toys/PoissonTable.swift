import Kernels
import NumericalMethods

/// Poisson counts of many means at once: thresholds for a uniform number, in groups of eight.
///
/// The count is the number of k with P(N <= k) below the number, exact to 2^-53 in probability. A
/// mean at or above `largest` has none: its count is drawn by itself.
package final class PoissonTable {
  static let largest = 1000.0

  package let means: [Double]
  /// The places of means without thresholds.
  package let single: [Int]
  private let thresholds: AlignedArray
  private let base: AlignedArray
  private let first: [Int32]
  private let groups: [Int32]

  /// Up to so many thresholds of a mean are compared all, beyond it by a guide.
  private static let mostRows = 64

  package init(_ means: [Double]) {
    self.means = means
    let size = (means.count + 7) / 8 * 8
    var first = [Int32](repeating: 0, count: size), groups = first
    var single: [Int] = [], all: [Double] = []
    let base = AlignedArray(capacity: size + 8)
    for start in stride(from: 0, to: size, by: 8) {
      let block = (start..<start + 8).map { j -> [Double] in
        guard j < means.count, means[j] > 0 else { return [] }
        guard means[j] < Self.largest else {
          single.append(j)
          return []
        }
        let (lowest, values) = Self.thresholds(means[j])
        base.base[j] = Double(lowest)
        return values
      }
      let rows = block.map(\.count).max() ?? 0
      if rows <= Self.mostRows {
        for lane in 0..<8 {
          first[start + lane] = Int32(all.count / 8)
          groups[start + lane] = Int32(rows)
        }
        for k in 0..<rows { all += block.map { k < $0.count ? $0[k] : 2 } }
      } else {
        for (lane, values) in block.enumerated() {
          first[start + lane] = Int32(all.count / 8)
          Self.append(values, to: &all, groups: &groups[start + lane])
        }
      }
    }
    (self.first, self.groups, self.base, self.single) = (first, groups, base, single)
    thresholds = AlignedArray(capacity: all.count + 16)
    for (i, t) in all.enumerated() { thresholds.base[i] = t }
  }

  /// Adds one mean's thresholds after their guide.
  private static func append(
    _ values: [Double], to all: inout [Double], groups: inout Int32
  ) {
    let count = values.isEmpty ? 0 : values.count / 8 + 1
    groups = -1 - Int32(count)
    let padded = values + [Double](repeating: 2, count: 8 * count - values.count)
    for g in 0..<count { all.append(padded[8 * g + 7]) }
    while all.count % 8 != 0 { all.append(2) }
    all += padded
  }

  /// P(N <= k) from the first k with more than 2^-54 below it.
  private static func thresholds(_ mean: Double) -> (first: Int, values: [Double]) {
    var k = 0, values: [Double] = []
    var sum = 0.0
    // Far below the mean the terms underflow: they start where they count.
    k = max(Int(mean - 12 * mean.squareRoot()), 0)
    var probability = nj_exp_scalar(PoissonDistribution.logProbability(k, mean: mean))
    sum = probability
    while sum < 0x1p-54 {
      k += 1
      probability *= mean / Double(k)
      sum += probability
    }
    let first = k
    repeat {
      values.append(sum)
      k += 1
      probability *= mean / Double(k)
      sum += probability
    } while Double(k) <= mean || probability > 1e-17
    return (first, values)
  }

  /// Draws all counts: those with thresholds from blocks 2^40 on, the others from the stream.
  ///
  /// - Returns: Their sum.
  @discardableResult
  package func draw(
    _ address: UnsafePointer<nj_toy_stream>, _ stream: inout RandomStream,
    into counts: UnsafeMutablePointer<Double>
  ) -> Double {
    var total = nj_toy_counts(
      address, 1 << 40, thresholds.base, first, groups, base.base, means.count, counts)
    for j in single {
      // The kernel has counted their base, zero.
      counts[j] = Double(stream.poisson(mean: means[j]))
      total += counts[j]
    }
    return total
  }
}
