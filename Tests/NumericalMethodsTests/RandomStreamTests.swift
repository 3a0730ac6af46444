import NumericalMethods
import Testing

@Suite struct RandomStreamTests {
  /// The known answers of Random123 1.14, file kat_vectors, philox4x32 with 10 rounds.
  @Test func philoxGivesTheKnownAnswers() {
    let ones = UInt32.max
    #expect(
      RandomStream.philox(counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      RandomStream.philox(counter: SIMD4(ones, ones, ones, ones), key: SIMD2(ones, ones))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      RandomStream.philox(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func aStreamDependsOnAllItsKeysAndOnNothingElse() {
    func first(_ seed: UInt64, _ task: UInt64, _ toy: UInt64) -> [UInt64] {
      var random = RandomStream(seed: seed, task: task, toy: toy)
      return (0..<5).map { _ in random.bits() }
    }
    #expect(first(1, 2, 3) == first(1, 2, 3))
    let all = [first(1, 2, 3), first(2, 2, 3), first(1, 3, 3), first(1, 2, 4), first(1, 3, 2)]
    #expect(Set(all.joined()).count == 25)
    #expect(first(1 << 40, 0, 0) != first(0, 0, 0) && first(0, 1 << 40, 0) != first(0, 0, 0))
    #expect(first(0, 0, 1 << 40) != first(0, 0, 0))
  }

  /// p-values below 1e-6 would come once in a million seeds; the seeds are fixed.
  @Test func variatesFollowTheirDistributions() {
    var random = RandomStream(seed: 5)
    let n = 20_000
    let uniform = (0..<n).map { _ in random.uniform() }
    #expect(uniform.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(StatisticalTests.kolmogorov(uniform) { $0 } > 1e-6)
    let normal = (0..<n).map { _ in random.normal(mean: 3, width: 2) }
    let normalP = StatisticalTests.kolmogorov(normal) {
      NormalDistribution.cumulative(($0 - 3) / 2)
    }
    #expect(normalP > 1e-6)
    let exponential = (0..<n).map { _ in random.exponential(mean: 4) }
    let exponentialP = StatisticalTests.kolmogorov(exponential) {
      -SpecialFunctions.expm1(-$0 / 4)
    }
    #expect(exponentialP > 1e-6)
  }

  @Test(arguments: [0.3, 4, 9.99, 10, 33.3, 400, 1e6])
  func countsFollowPoisson(_ mean: Double) {
    var random = RandomStream(seed: 6, task: UInt64(mean))
    let n = 40_000
    let spread = mean.squareRoot()
    let edges = (-8...8).map { Int((mean + spread * Double($0) / 2.5).rounded(.down)) }
    let distinct = edges.filter { $0 >= 0 }.reduce(into: [Int]()) {
      if $0.last != $1 { $0.append($1) }
    }
    var observed = [Double](repeating: 0, count: distinct.count + 1)
    for _ in 0..<n {
      let count = random.poisson(mean: mean)
      observed[distinct.firstIndex { count <= $0 } ?? distinct.count] += 1
    }
    var expected: [Double] = []
    var below = 0.0
    for edge in distinct {
      let p = PoissonDistribution.cumulative(edge, mean: mean)
      expected.append(Double(n) * (p - below))
      below = p
    }
    expected.append(
      Double(n)
        * PoissonDistribution.upperTail(
          atLeast: (distinct.last ?? 0) + 1, mean: mean))
    let kept = expected.indices.filter { expected[$0] > 5 }
    let p = StatisticalTests.chiSquared(
      observed: kept.map { observed[$0] }, expected: kept.map { expected[$0] })
    #expect(p > 1e-6)
  }

  @Test func choicesFollowTheirWeights() {
    var random = RandomStream(seed: 8)
    let weights = [0.0, 1, 3, 0, 6, 0]
    var counts = [Double](repeating: 0, count: 6)
    var indices = [Double](repeating: 0, count: 7)
    var chances = 0.0
    for _ in 0..<30_000 {
      counts[random.index(weights: weights)] += 1
      indices[random.index(below: 7)] += 1
      chances += random.chance(0.25) ? 1 : 0
    }
    #expect(counts[0] == 0 && counts[3] == 0 && counts[5] == 0)
    let p = StatisticalTests.chiSquared(
      observed: [counts[1], counts[2], counts[4]], expected: [3000, 9000, 18000], constraints: 1)
    #expect(p > 1e-6)
    let flat = StatisticalTests.chiSquared(
      observed: indices, expected: [Double](repeating: 30_000.0 / 7, count: 7), constraints: 1)
    #expect(flat > 1e-6)
    #expect((chances - 7500).magnitude < 5 * 75)
    #expect(random.poisson(mean: 0) == 0)
  }
}
