import NumericalMethods
import Search
import Testing

@Suite struct ClosureStatisticsTests {
  private static func toys(
    _ values: [Double], errors: [Double]? = nil, roots: [Double]? = nil, logCLs: [Double]? = nil
  ) -> ClosureToys {
    var toys = ClosureToys()
    let absent = [Double](repeating: .nan, count: values.count)
    toys.values = values
    toys.errors = errors ?? [Double](repeating: 1, count: values.count)
    toys.roots = roots ?? absent
    toys.logCLs = logCLs ?? absent
    toys.logCLsPlusB = logCLs.map { $0.map { $0 - 0.5 } } ?? absent
    return toys
  }

  private static func gaussian(
    _ count: Int, bias: Double, width: Double, injected: Double, seed: UInt64 = 1
  ) -> ClosureToys {
    var stream = RandomStream(seed: seed)
    return toys(
      (0..<count).map { _ in injected + 2 * (bias + width * stream.normal()) },
      errors: [Double](repeating: 2, count: count))
  }

  private func results(_ toys: ClosureToys, injected: Double, confidence: Double = 0.99)
    -> ClosureResults
  {
    let statistics = ClosureStatistics(level: 0.9, confidence: confidence)
    var results = ClosureResults(
      toys: toys.count, strengths: [injected], bias: 0.2, width: 0.2, confidence: confidence,
      points: [ClosurePoint(hypothesis: 0, mass: 1)])
    results.points[0].strengths = [statistics.strength(toys, injected: injected, unit: 2)]
    if injected == 0 { results.points[0].uniformity = statistics.uniformity(toys) }
    return results
  }

  /// 1, 2, 3, 6 with errors 1, 1, 2, 2 around 2: differences −1, 0, 1, 4; pulls −1, 0, ½, 2.
  @Test func fewToysGiveWhatPaperAndPencilDo() {
    let found = ClosureStatistics(level: nil, confidence: 0.95).strength(
      Self.toys([1, 2, .nan, 3, 6, 7], errors: [1, 1, .nan, 2, 2, .nan]), injected: 2, unit: 4)
    #expect((found.toys, found.failed, found.withoutError) == (6, 1, 1))
    // Differences of all five valid toys: −1, 0, 1, 4, 5; their variance is 6.7.
    #expect(abs(found.difference.value - 1.8) < 1e-15)
    #expect(abs(found.difference.error - (6.7 / 5).squareRoot()) < 1e-15)
    #expect(abs(found.bias.value - 0.45) < 1e-15)
    #expect(abs(found.pullMean.value - 0.375) < 1e-15)
    // Squares about 3/8: (11² + 3² + 1 + 13²) / 64 = 300/64, by n − 1: 25/16.
    #expect(abs(found.pullWidth.value - 1.25) < 1e-15)
    #expect(abs(found.pullMean.error - 0.625) < 1e-15)
    // Fourth moment (11⁴ + 3⁴ + 1 + 13⁴) / 4096 / 4; the error is √((m₄ − s⁴/3) / 4) / 2s.
    let fourth = Double(14641 + 81 + 1 + 28561) / 16384
    let square = 1.25 * 1.25
    let error = ((fourth - square * square / 3) / 4).squareRoot() / 2.5
    #expect(abs(found.pullWidth.error - error) < 1e-15)
    #expect(abs(found.meanError.value - 1.5) < 1e-15)
    #expect(found.coverage == nil)
  }

  @Test func aBiasOfGaussianToysIsFoundAndFlagged() {
    let count = 20_000
    for (bias, width, flags) in [
      (0.0, 1.0, []), (0.5, 1, [.bias]), (-0.3, 1, [.bias]), (0, 1.4, [.width]),
      (0, 0.7, [.width]), (0.1, 1.1, []),
    ] as [(Double, Double, [ClosureFlag])] {
      let toys = Self.gaussian(count, bias: bias, width: width, injected: 6)
      let results = results(toys, injected: 6)
      let found = results.points[0].strengths[0]
      // Errors of a mean and a width of n Gaussian numbers: w/√n and w/√(2n).
      let n = Double(count)
      #expect(abs(found.pullMean.error * n.squareRoot() / width - 1) < 0.03)
      #expect(abs(found.pullWidth.error * (2 * n).squareRoot() / width - 1) < 0.05)
      #expect(abs(found.pullMean.value - bias) < 4 * found.pullMean.error)
      #expect(abs(found.pullWidth.value - width) < 4 * found.pullWidth.error)
      #expect(abs(found.bias.value - bias) < 4 * found.bias.error)
      #expect(results.flags(results.points[0], 0, limit: nil) == flags, "\(bias) \(width)")
    }
  }

  @Test func fewToysFlagNothingThatTheyCannotShow() {
    // A mean pull of 0.3 seen by 20 toys has an error of 0.22.
    let results = results(Self.gaussian(20, bias: 0.3, width: 1, injected: 6), injected: 6)
    #expect(results.flags(results.points[0], 0, limit: nil) == [])
  }

  @Test func aLimitCoversWhereTheInjectedParameterIsNotExcluded() throws {
    let alpha = SpecialFunctions.log(1 - 0.9)
    let logCLs = [0, -1, -2, alpha + 1e-9, alpha, alpha - 1e-9, -5, .nan, -0.1, -0.2, -0.3]
    let found = ClosureStatistics(level: 0.9, confidence: 0.95).strength(
      Self.toys([Double](repeating: 1, count: 11), logCLs: logCLs), injected: 1, unit: 1)
    let coverage = try #require(found.coverage)
    #expect((coverage.count, coverage.toys) == (7, 10))
    // Table of Clopper and Pearson for 7 of 10 at 95 %.
    #expect(abs(coverage.low - 0.347_547) < 1e-6)
    #expect(abs(coverage.high - 0.933_260) < 1e-6)
    #expect(found.coverageOneSided?.count == 5)
    let zero = ClosureStatistics(level: 0.9, confidence: 0.95).strength(
      Self.toys([1, 2], logCLs: [0, 0]), injected: 0, unit: 1)
    #expect(zero.coverage == nil)
  }

  /// q̃ 0, 1, … 9 with a signal and its double without: CLs+b of q is (10 − q)/10, CLb (10 − ⌈q/2⌉)/10.
  @Test func coverageByToysTakesItsTailsFromThem() throws {
    var toys = Self.toys([Double](repeating: 1, count: 10))
    toys.statistics = [3, 1, 2, 0, 9, 4, 8, 6, 7, 5]
    let statistics = ClosureStatistics(level: 0.5, confidence: 0.95)
    let found = statistics.strength(
      toys, injected: 1, unit: 1, nulls: (0..<10).map { 2 * Double($0) })
    // CLs of 0…9: 1, 9/9, 8/9, 7/8, 6/8, 5/7, 4/7, 3/6, 2/6, 1/5; above 1/2 are the first seven.
    let coverage = try #require(found.coverageToys)
    #expect((coverage.count, coverage.toys) == (7, 10))
    #expect(statistics.strength(toys, injected: 1, unit: 1).coverageToys == nil)
  }

  @Test func coverageBelowTheLevelIsFlaggedOnceItsIntervalIs() {
    for (covered, flags) in [(900, []), (880, []), (870, [.coverage])] as [(Int, [ClosureFlag])] {
      var toys = Self.gaussian(1000, bias: 0, width: 1, injected: 6)
      toys.logCLs = (0..<1000).map { $0 < covered ? -1 : -3 }
      let results = results(toys, injected: 6)
      #expect(
        results.flags(results.points[0], 0, limit: LimitSettings(level: 0.9)) == flags, "\(covered)"
      )
      #expect(results.flags(results.points[0], 0, limit: nil) == [])
    }
  }

  @Test func uniformPValuesPassAndOthersAreFlagged() throws {
    for (shift, isFlagged) in [(0.0, false), (0.15, true)] {
      var stream = RandomStream(seed: 11)
      let roots = (0..<5000).map { _ in shift + stream.normal() }
      let results = results(
        Self.toys(roots.map { 2 * $0 }, errors: roots.map { _ in 2 }, roots: roots), injected: 0)
      let found = try #require(results.points[0].uniformity)
      #expect(found.counts.reduce(0, +) == 5000)
      // 250 ± 15 in each of 20 bins; a shift puts more at small p.
      #expect(isFlagged == (found.counts[0] > 310), "\(found.counts)")
      #expect((found.signedRoot > 0.01) == !isFlagged)
      #expect((found.q0 > 0.01) == !isFlagged)
      let half = NormalDistribution.cumulative(shift)
      #expect(abs(found.positive.value - half) < 4 * (0.25 / 5000).squareRoot())
      #expect(
        results.flags(results.points[0], 0, limit: LimitSettings(level: 0.9))
          == (isFlagged ? [.pValues] : []))
    }
  }

  @Test func withoutToysThereAreNoNumbers() {
    let statistics = ClosureStatistics(level: 0.9, confidence: 0.95)
    let found = statistics.strength(Self.toys([]), injected: 1, unit: 1)
    #expect(found.toys == 0 && found.pullMean.value.isNaN && found.pullWidth.value.isNaN)
    #expect(found.coverage?.value.isNaN == true)
    #expect(statistics.uniformity(Self.toys([1, 2, 3, 4], roots: [1, 2, 3, 4])) == nil)
    let failed = statistics.strength(
      Self.toys([.nan, .nan], errors: [.nan, .nan]), injected: 1, unit: 1)
    #expect(failed.failed == 2 && failed.difference.value.isNaN)
  }

  @Test func piecesCoverEveryToyOnceHoweverTheOrderIsCut() {
    let layout = ClosureLayout(points: 3, strengths: 2, toys: 7)
    for size in [1, 3, 7, 14, 20, 100] {
      var seen: [[Int]] = []
      for start in stride(from: 0, to: layout.count, by: size) {
        for piece in layout.pieces(of: start..<min(layout.count, start + size)) {
          for toy in piece.toys { seen.append([piece.point, piece.strength, toy]) }
        }
      }
      let all = (0..<3).flatMap { point in
        (0..<2).flatMap { strength in (0..<7).map { [point, strength, $0] } }
      }
      #expect(seen == all, "\(size)")
    }
  }
}
