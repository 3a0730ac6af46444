/// A 64-bit number that stands for an event, from the columns that identify it.
///
/// Each identity value (a whole number) is mixed in turn by the finaliser of SplitMix64 (Steele,
/// Lea, Flood 2014). Unblinded fractions and disjoint parts of a simulated sample are intervals of
/// this number; it depends on nothing but the identity, not on files, order or machines.
public enum EventHash {
  /// Mixes one more identity value into a hash; start with 0.
  @inlinable @inline(__always)
  public static func mixed(_ hash: UInt64, _ value: Int64) -> UInt64 {
    var z = (hash ^ UInt64(bitPattern: value)) &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Returns the hash as a number in [0, 1) with 53 bits.
  @inlinable
  public static func fraction(_ hash: UInt64) -> Double { Double(hash >> 11) * 0x1p-53 }
}
