import Inference
import NumericalMethods
import Testing

/// Coverage of 95 % limits where next to nothing is counted, by toys of count and control count.
@Suite struct LowestCountCoverageTests {
  /// Toys of each case, and three binomial errors above 5 % of them.
  private static let toys = 10_000
  private static let most = 0.05 + 3 * (0.05 * 0.95 / Double(toys)).squareRoot()

  /// The part of toys whose limit is below the true signal.
  private func missed(
    _ method: CountingMethod, background b: Double, ratio: Double, signal: Double, task: UInt64
  ) throws -> Double {
    var limits: [SIMD2<Int>: Double] = [:]
    var missed = 0
    for toy in 0..<Self.toys {
      var stream = RandomStream(seed: 23, task: task, toy: UInt64(toy))
      let key = SIMD2(stream.poisson(mean: signal + b), stream.poisson(mean: ratio * b))
      let isKnown = method == .feldmanCousins(adjusted: true)
      let model = CountingModel(
        observed: key.x,
        background: isKnown ? .exact(b) : .onOff(count: key.y, ratio: ratio))
      let limit = try limits[key] ?? model.limit(method, level: 0.95).value
      limits[key] = limit
      if limit < signal { missed += 1 }
    }
    return Double(missed) / Double(Self.toys)
  }

  /// Feldman and Cousins know no control count: their background is the true one.
  ///
  /// Averaging over the background does not promise this coverage, but a flat prior before the control
  /// count expects (count + 1) / ratio, more than there is, and CLs is on the safe side besides.
  @Test(arguments: [
    CountingMethod.cls(.hybrid), .cls(.profiled), .bayesian(.flat), .feldmanCousins(adjusted: true),
  ])
  func limitsAreNotBelowTheTruthMoreOftenThanTheySay(method: CountingMethod) throws {
    for (place, b) in [0.02, 0.1, 0.5].enumerated() {
      for (index, signal) in [3.2, 5.0, 8.0].enumerated() {
        for ratio in [5.0, 40] {
          let part = try missed(
            method, background: b, ratio: ratio, signal: signal,
            task: UInt64(100 * place + 10 * index) + UInt64(ratio))
          #expect(part <= Self.most, "\(method) b = \(b), s = \(signal), ratio \(ratio): \(part)")
        }
      }
    }
  }
}
