import NumericalMethods
import Testing

@Suite struct BinomialProportionTests {
  /// P(at least k of n) as the plain sum of binomial probabilities.
  private func atLeast(_ k: Int, _ n: Int, _ p: Double) -> Double {
    (k...n).reduce(0) { sum, count in
      var term = 1.0
      for i in 0..<count { term *= Double(n - i) / Double(count - i) * p }
      for _ in 0..<(n - count) { term *= 1 - p }
      return sum + term
    }
  }

  @Test(arguments: [(1, 5), (3, 10), (7, 12), (19, 20), (4, 60)])
  func endsOfTheIntervalAreWhereTheTailsAreHalfOfWhatIsLeft(k: Int, n: Int) {
    for level in [0.5, 0.6826894921370859, 0.95] {
      let interval = BinomialProportion(k, of: n).interval(level: level)
      let tail = (1 - level) / 2
      // The incomplete beta function is good to 1e-13; sums of 60 terms to 1e-13.
      #expect(abs(atLeast(k, n, interval.lowerBound) - tail) < 1e-12)
      #expect(abs(1 - atLeast(k + 1, n, interval.upperBound) - tail) < 1e-12)
      #expect(interval.contains(Double(k) / Double(n)))
    }
  }

  @Test func noSuccessGivesAnUpperBoundInClosedForm() {
    let none = BinomialProportion(0, of: 1000)
    #expect(none.value == 0)
    #expect(none.error.isNaN)
    #expect(none.interval().lowerBound == 0)
    // 1 - 0.05^(1/1000) = 0.0029912...: "three over n".
    #expect(abs(none.upperBound(level: 0.95) - 0.002991249) < 1e-9)
    let bound = none.upperBound(level: 0.95)
    var nothing = 1.0
    for _ in 0..<1000 { nothing *= 1 - bound }
    #expect(abs(nothing - 0.05) < 1e-12)
  }

  @Test func allSuccessesMirrorNone() {
    let all = BinomialProportion(8, of: 8)
    let none = BinomialProportion(0, of: 8)
    #expect(all.interval().upperBound == 1)
    #expect(abs(all.interval().lowerBound - (1 - none.interval().upperBound)) < 1e-15)
    #expect(all.upperBound(level: 0.9) == 1)
  }

  @Test func theErrorIsThatOfABinomialCount() {
    let part = BinomialProportion(20, of: 500)
    #expect(part.value == 0.04)
    #expect(abs(part.error - (500 * 0.04 * 0.96).squareRoot() / 500) < 1e-16)
  }

  @Test func withoutTrialsNothingIsKnown() {
    let empty = BinomialProportion(0, of: 0)
    #expect(empty.value.isNaN)
    #expect(empty.interval() == 0...1)
    #expect(empty.upperBound(level: 0.95) == 1)
  }
}
