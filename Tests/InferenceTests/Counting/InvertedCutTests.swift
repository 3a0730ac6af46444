import Inference
import NumericalMethods
import Testing

/// Backgrounds that are gamma variables times a factor, against moments and other ways to the same sums.
@Suite struct InvertedCutTests {
  /// Σ P(>= n) over n >= 1 is the mean of the count: (B + 1)(C + 1)/D for gamma posteriors, D > 0.
  @Test(arguments: [(4, 9, 30), (0, 0, 12), (25, 3, 17), (400, 900, 3000)])
  func theMeanCountIsThatOfThePosterior(first: Int, second: Int, both: Int) throws {
    let background = BackgroundKnowledge.inverted(
      first: first, second: second, both: both, ratio: 2, kappa: 1)
    var sum = 0.0
    for n in 1...4000 {
      let tail = try CountingModel(observed: n, background: background).significance().pValue
      sum += tail
      if tail < 1e-12 { break }
    }
    let mean = Double((first + 1) * (second + 1)) / Double(both) / 2
    #expect(abs(sum / mean - 1) < 1e-6, "\(sum) \(mean)")
  }

  /// With both counts huge the quotient is a number: what is left is one control count.
  @Test func manyCandidatesOfBothLeaveOneControlCount() throws {
    let inverted = CountingModel(
      observed: 3,
      background: .inverted(first: 10, second: 40_000, both: 80_000, ratio: 1, kappa: 1))
    let one = CountingModel(observed: 3, background: .onOff(count: 10, ratio: 2))
    let (a, b) = (
      try inverted.limit(.cls(.hybrid), level: 0.95), try one.limit(.cls(.hybrid), level: 0.95)
    )
    #expect(abs(a.value / b.value - 1) < 1e-3)
    #expect(
      abs(try inverted.significance().pValue / (try one.significance().pValue) - 1) < 1e-3)
  }

  /// A control count with next to no further error is one without.
  @Test func aControlSumIsAControlCount() throws {
    for (n, control, ratio) in [(0, 3, 2.0), (1, 3, 2), (3, 10, 5), (5, 10, 5)] {
      let plain = CountingModel(observed: n, background: .onOff(count: control, ratio: ratio))
      let other = CountingModel(
        observed: n,
        background: .control(count: Double(control), ratio: ratio, kappa: 1 + 1e-9))
      let (a, b) = (
        try plain.limit(.cls(.hybrid), level: 0.95), try other.limit(.cls(.hybrid), level: 0.95)
      )
      #expect(abs(a.value - b.value) < 1e-7)
      let deviations = [-2.0, -1, 0, 1, 2]
      let all = try plain.expectedLimits(.cls(.hybrid), level: 0.95, deviations: deviations).values
      let quick = try other.expectedQuantiles(.cls(.hybrid), level: 0.95, deviations: deviations)
      for (x, y) in zip(all, quick) { #expect(abs(x - y) < 1e-6) }
    }
  }

  /// A relative error widens the interval and leaves the median.
  @Test func aRelativeErrorWidensTheInterval() {
    let plain = BackgroundKnowledge.control(count: 100, ratio: 10, kappa: 1)
    let wide = BackgroundKnowledge.control(count: 100, ratio: 10, kappa: 1.3)
    let (a, b) = (plain.interval(0.6827), wide.interval(0.6827))
    // σ of the logarithm: 1/√101 and with ln 1.3 beside it.
    let one = 1 / 101.0.squareRoot(), other = (1 / 101.0 + 0.262_364 * 0.262_364).squareRoot()
    let logarithms = [(a, one), (b, other)].map { interval, sigma in
      0.5 * SpecialFunctions.log(interval.high / interval.low) / sigma
    }
    for value in logarithms { #expect(abs(value - 1) < 0.01, "\(value)") }
    #expect(abs(wide.quantile(0.5) / plain.quantile(0.5) - 1) < 0.01)
  }

  /// 68 % intervals of both estimates hold the truth in 200 pseudo-data sets, at one and a hundred times
  /// the luminosity.
  @Test(arguments: [1.0, 100.0])
  func intervalsCoverTheTruth(luminosity: Double) {
    var random = RandomStream(seed: 17, task: 1, toy: UInt64(luminosity))
    let (b, sets) = (0.6 * luminosity, 200)
    var sideband = 0, inverted = 0
    for _ in 0..<sets {
      let control = random.poisson(mean: 8 * b)
      let one = BackgroundKnowledge.control(count: Double(control), ratio: 8, kappa: 1)
        .interval(0.6827)
      if one.low <= b, b <= one.high { sideband += 1 }
      // Means of 2 b, 5 b and 10 b: 2 · 5 / 10 is one.
      let counts = [2.0, 5, 10].map { random.poisson(mean: $0 * b) }
      let two = BackgroundKnowledge.inverted(
        first: counts[0], second: counts[1], both: counts[2], ratio: 1, kappa: 1
      ).interval(0.6827)
      if two.low <= b, b <= two.high { inverted += 1 }
    }
    let error = (0.6827 * 0.3173 * Double(sets)).squareRoot()
    for covered in [sideband, inverted] {
      #expect(abs(Double(covered) - 0.6827 * Double(sets)) < 2 * error, "\(covered) of \(sets)")
    }
  }

  @Test func profilesKnowOneControlCount() {
    let model = CountingModel(
      observed: 1, background: .inverted(first: 1, second: 1, both: 3, ratio: 1, kappa: 1))
    #expect(throws: InferenceError.self) { try model.limit(.cls(.profiled), level: 0.9) }
    #expect(throws: InferenceError.self) { try model.significance(.profiled) }
  }
}
