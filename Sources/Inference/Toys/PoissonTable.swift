import Kernels
import NumericalMethods

/// Poisson counts of many means at once: thresholds for a uniform number, in groups of eight.
///
/// A mean at or above `largest` has none: its count is drawn by itself.
final class PoissonTable {
  static let largest = 24.0

  let means: [Double]
  /// The places of means without thresholds.
  let single: [Int]
  private let thresholds: AlignedArray
  private let first: [Int32]
  private let base: [Double]

  init(_ means: [Double]) {
    self.means = means
    var first: [Int32] = [0], base: [Double] = [], single: [Int] = [], all: [Double] = []
    for (j, mean) in means.enumerated() {
      if mean >= Self.largest {
        single.append(j)
        base.append(0)
      } else if mean > 0 {
        // P(N <= k) from the first k with more than 2^-53 below it.
        var k = 0, probability = nj_exp_scalar(-mean), sum = probability
        while sum < 0x1p-54 {
          k += 1
          probability *= mean / Double(k)
          sum += probability
        }
        base.append(Double(k))
        while true {
          all.append(sum)
          k += 1
          probability *= mean / Double(k)
          sum += probability
          if Double(k) > mean, probability < 1e-17 { break }
        }
        while all.count % 8 != 0 { all.append(2) }
      } else {
        base.append(0)
      }
      first.append(Int32(all.count / 8))
    }
    (self.first, self.base, self.single) = (first, base, single)
    thresholds = AlignedArray(capacity: all.count + 16)
    for (i, t) in all.enumerated() { thresholds.base[i] = t }
  }

  /// Draws all counts: those with thresholds from blocks 2^40 on, the others from the stream.
  func draw(
    _ address: UnsafePointer<nj_toy_stream>, _ stream: inout RandomStream,
    into counts: UnsafeMutablePointer<Double>
  ) {
    nj_toy_counts(address, 1 << 40, thresholds.base, first, base, means.count, counts)
    for j in single { counts[j] = Double(stream.poisson(mean: means[j])) }
  }
}
