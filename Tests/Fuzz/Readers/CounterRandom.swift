/// Random numbers of one case: splitmix64 of a key and a counter, so that any case can be made alone.
struct CounterRandom {
  private let key: UInt64
  private var counter: UInt64 = 0

  /// Numbers of case `number` under a seed.
  init(seed: UInt64, case number: Int) {
    key = Self.mixed(Self.mixed(seed) &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The next 64 bits.
  mutating func bits() -> UInt64 {
    counter += 1
    return Self.mixed(key &+ counter &* 0x9E37_79B9_7F4A_7C15)
  }

  /// A number from 0 to `count - 1`.
  mutating func below(_ count: Int) -> Int {
    Int(bits().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// One of some.
  mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }

  /// True with a probability in percent.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
