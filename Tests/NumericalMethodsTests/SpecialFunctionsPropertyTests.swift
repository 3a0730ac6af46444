import Kernels
import NumericalMethods
import TestSupport
import Testing

@Suite struct SpecialFunctionsPropertyTests {
  static let names = [
    "sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "asin", "acos", "atan", "sinh",
    "cosh", "tanh", "erf", "erfc", "erfcx", "normal_upper_tail", "sin", "cos", "tan",
  ]

  /// Arguments of all sizes, with the edges: a multiple of 8 so that all lanes are used.
  static func arguments(toy: UInt64) -> [Double] {
    var random = RandomStream(seed: 7, toy: toy)
    var result: [Double] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, -.nan, .signalingNaN, 0x1p-1074, -0x1p-1074,
      0x1p-1022, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0x1p30, 0x1p31, 0x1p52,
      0x1p53, -0x1p53, 0.5, -0.5, 2, -2, 3, -3, 709.7, -745.1, 1e5, -1e5, 1e22,
    ]
    for _ in 0..<1500 { result.append(Double(bitPattern: random.bits())) }
    for _ in 0..<1500 { result.append(random.uniform(in: -3...3)) }
    for _ in 0..<1500 { result.append(random.uniform(in: -800...800)) }
    while !result.count.isMultiple(of: 8) { result.append(random.normal()) }
    return result
  }

  static func apply(_ level: nj_simd_level, _ name: String, _ x: [Double], _ y: [Double])
    -> [UInt64]?
  {
    var out = [Double](repeating: 0, count: x.count)
    let known = nj_apply_at_level(level, name, x, y, &out, x.count)
    return known == 1 ? out.map(\.bitPattern) : nil
  }

  @Test(arguments: names) func bitsAreTheSameAtAllLevels(_ name: String) throws {
    let x = Self.arguments(toy: 1)
    let expected = try #require(Self.apply(NJ_SIMD_BASELINE, name, x, x))
    func same(_ level: nj_simd_level, _ which: String) -> Bool {
      Self.apply(level, which, x, x) == expected
    }
    #expect(same(NJ_SIMD_BASELINE, "v8_" + name))
    for level in [NJ_SIMD_V3, NJ_SIMD_V4] where level.rawValue <= nj_simd_level_in_use().rawValue {
      #expect(same(level, name))
      #expect(same(level, "v8_" + name))
    }
    // Single calls and any length have the same bits too.
    for i in stride(from: 0, to: x.count, by: 17) {
      let one = try #require(Self.apply(nj_simd_level_in_use(), name, [x[i]], [x[i]]))
      #expect(one == [expected[i]])
    }
  }

  @Test(arguments: ["pow", "hypot", "atan2"])
  func bitsOfTwoArgumentsAreTheSameAtAllLevels(_ name: String) throws {
    for toy: UInt64 in 1...4 {
      let x = Self.arguments(toy: toy)
      let shift = Int(toy) * 5 - 4
      let y = (0..<x.count).map { x[($0 + shift) % x.count] }
      let expected = try #require(Self.apply(NJ_SIMD_BASELINE, name, x, y))
      for level in [NJ_SIMD_V3, NJ_SIMD_V4]
      where level.rawValue <= nj_simd_level_in_use().rawValue {
        let same = Self.apply(level, name, x, y) == expected
        #expect(same)
      }
    }
  }

  @Test func anUnknownNameIsRefused() {
    #expect(Self.apply(NJ_SIMD_BASELINE, "gamma", [1], [1]) == nil)
  }

  @Test func inversesComeBack() {
    var random = RandomStream(seed: 11)
    for _ in 0..<2000 {
      let x = random.uniform(in: 0.01...20)
      #expect(ulpDistance(SpecialFunctions.exp(SpecialFunctions.log(x)), x) <= 4)
      #expect(ulpDistance(SpecialFunctions.log1p(SpecialFunctions.expm1(x)), x) <= 4)
      let s = SpecialFunctions.sin(x)
      let c = SpecialFunctions.cos(x)
      #expect((s * s + c * c - 1).magnitude <= 4e-16)
      #expect((SpecialFunctions.erf(x) + SpecialFunctions.erfc(x) - 1).magnitude <= 3e-16)
      let power = SpecialFunctions.pow(x, 1.0 / 3)
      #expect((power * power * power / x - 1).magnitude <= 2e-15)
      let step = SpecialFunctions.lgamma(x + 1) - SpecialFunctions.lgamma(x)
      #expect((step - SpecialFunctions.log(x)).magnitude <= 3e-14)
    }
  }

  /// Q(1, x) = e^−x and Q(2, x) = (1 + x) e^−x, where x is far beyond the digits of a number.
  @Test(.timeLimit(.minutes(1)), arguments: [1e15, 1e16, 1e17, 3e17, 1e18, 1e20, 1e100])
  func upperTailsOfHugeArgumentsEnd(x: Double) {
    #expect(SpecialFunctions.gammaQ(1, x) == 0)
    #expect((SpecialFunctions.logGammaQ(1, x) / -x - 1).magnitude <= 1e-14)
    let second = SpecialFunctions.log1p(x) - x
    #expect((SpecialFunctions.logGammaQ(2, x) / second - 1).magnitude <= 1e-14)
  }

  @Test func complementsAddUp() {
    var random = RandomStream(seed: 12)
    for _ in 0..<500 {
      let a = SpecialFunctions.exp(random.uniform(in: -5...8))
      let b = SpecialFunctions.exp(random.uniform(in: -5...5))
      let x = a * random.uniform(in: 0.3...3)
      let sum = SpecialFunctions.gammaP(a, x) + SpecialFunctions.gammaQ(a, x)
      #expect((sum - 1).magnitude <= 1e-13)
      let u = random.uniform()
      let beta = SpecialFunctions.incompleteBeta(a, b, u)
      #expect((beta + SpecialFunctions.incompleteBeta(b, a, 1 - u) - 1).magnitude <= 1e-11)
    }
  }
}
