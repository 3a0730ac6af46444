/// A stream of random numbers that depends only on its seed, task and toy (Philox4x32-10).
///
/// Counter based (Salmon et al., SC11): streams are independent, cheap to make, and the same on any
/// machine and for any division of the work. The key of a stream is one Philox block of (task, toy)
/// under the seed: 128 bits, so that streams do not meet.
public struct RandomStream: Sendable {
  private let key: SIMD2<UInt32>
  private let stream: SIMD2<UInt32>
  private var block: UInt64 = 0
  private var words: (UInt64, UInt64) = (0, 0)
  private var left = 0
  var spareNormal: Double?

  /// Makes the stream of one toy of one task.
  public init(seed: UInt64, task: UInt64 = 0, toy: UInt64 = 0) {
    let derived = RandomStream.philox(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: toy), UInt32(truncatingIfNeeded: toy >> 32),
        UInt32(truncatingIfNeeded: task), UInt32(truncatingIfNeeded: task >> 32)),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    key = derived.lowHalf
    stream = derived.highHalf
  }

  /// Draws 64 random bits.
  public mutating func bits() -> UInt64 {
    if left == 2 {
      left = 1
      return words.1
    }
    if left == 1 { left = 0 }
    let output = RandomStream.philox(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), stream.x,
        stream.y), key: key)
    block &+= 1
    words.0 = UInt64(output.x) | UInt64(output.y) << 32
    words.1 = UInt64(output.z) | UInt64(output.w) << 32
    left = 2
    return words.0
  }

  /// Draws a number in the open interval (0, 1): an odd multiple of 2^-53.
  public mutating func uniform() -> Double { Double(bits() >> 11 | 1) * 0x1p-53 }

  /// Draws a number between the bounds, neither of them included unless by rounding.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// The key and the upper half of the counter: for kernels that draw blocks of this stream.
  ///
  /// Numbers drawn one by one count blocks from 0; kernels take theirs from 2^40 on.
  package var address: (key: SIMD2<UInt32>, stream: SIMD2<UInt32>) { (key, stream) }

  /// Computes one block of Philox4x32 with ten rounds.
  package static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) * UInt64(c0)
      let p1 = UInt64(0xCD9E_8D57) * UInt64(c2)
      let (high0, high1) = (UInt32(p0 >> 32), UInt32(p1 >> 32))
      c0 = high1 ^ c1 ^ k0
      c2 = high0 ^ c3 ^ k1
      c1 = UInt32(truncatingIfNeeded: p1)
      c3 = UInt32(truncatingIfNeeded: p0)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(c0, c1, c2, c3)
  }
}
