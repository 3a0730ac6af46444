import Foundation
import Inference
import NumericalMethods
import Testing

@Suite struct ProfiledCountsTests {
  private struct Reference: Decodable {
    var kind: String
    var n: Int
    var k: Int?
    var tau: Double?
    var b: Double?
    var width: Double?
    var size: Double?
    var s: Double
    var clsb: Double
    var clb: Double
    var accuracy: Double

    var model: CountingModel {
      CountingModel(
        observed: n,
        background: kind == "on/off"
          ? .onOff(count: k ?? -1, ratio: tau ?? .nan)
          : .gaussian(mean: b ?? .nan, width: width ?? .nan),
        efficiency: .gaussian(size: size ?? 0)
      ).simplified
    }
  }

  /// Numerical minimisation and enumeration by numpy; grids of control measurements limit some.
  @Test func confidencesAgreeWithBruteForce() throws {
    let references = try FixtureFiles.json([Reference].self, "Counting/profiled.json")
    #expect(references.count >= 10)
    for reference in references {
      let counts = ProfiledCounts(reference.model)
      let clsb = counts.confidence(reference.s, isRatio: false)
      let clb = clsb / counts.confidence(reference.s, isRatio: true)
      #expect(abs(clsb - reference.clsb) < reference.accuracy, "\(reference) \(clsb)")
      #expect(abs(clb - reference.clb) < reference.accuracy, "\(reference) \(clb)")
    }
  }

  /// A normal control measurement of next to no width orders outcomes of one count: half of the
  /// observed count's probability is as background-like, P(< n) + P(n) / 2.
  @Test func aPreciseControlMeasurementSplitsTheObservedCount() throws {
    for (n, b) in [(1, 1.0), (3, 2), (7, 4.5)] {
      func below(_ s: Double) -> Double {
        0.5
          * (PoissonDistribution.cumulative(n, mean: s + b)
            + PoissonDistribution.cumulative(n - 1, mean: s + b))
      }
      for background in [
        BackgroundKnowledge.gaussian(mean: b, width: 1e-4 * b),
        .logNormal(median: b, kappa: 1.0001),
      ] {
        let found = try CountingModel(observed: n, background: background)
          .limit(.cls(.profiled), level: 0.9)
        // The conditional best fit moves the centre by the width squared.
        #expect(abs(below(found.value) / below(0) - 0.1) < 1e-3, "\(n) \(background) \(found)")
      }
    }
  }

  /// Normal and log-normal knowledge are the same to first order in a small width.
  @Test func logNormalAndNormalKnowledgeAgreeForSmallWidths() throws {
    let d = 0.03
    let normal = try CountingModel(
      observed: 4, background: .gaussian(mean: 2, width: 2 * d), efficiency: .gaussian(size: d)
    ).limit(.cls(.profiled), level: 0.9)
    let logNormal = try CountingModel(
      observed: 4, background: .logNormal(median: 2, kappa: 1 + d),
      efficiency: .logNormal(kappa: 1 + d)
    ).limit(.cls(.profiled), level: 0.9)
    #expect(normal.status == .found && logNormal.status == .found)
    // Second order: d² of the limit.
    #expect(abs(normal.value / logNormal.value - 1) < 3 * d * d)
  }

  /// Its CLs at the limit is 1 - level, or jumps across it.
  @Test func theLimitIsWhereTheConfidenceCrosses() throws {
    for (n, k, tau) in [(1, 3, 2.0), (5, 10, 5), (0, 0, 10), (2, 0, 3), (12, 40, 4)] {
      let model = CountingModel(observed: n, background: .onOff(count: k, ratio: tau))
      let limit = try model.limit(.cls(.profiled), level: 0.95)
      #expect(limit.status == .found)
      let counts = ProfiledCounts(model)
      #expect(counts.confidence(limit.value * (1 - 1e-5), isRatio: true) > 0.05 - 1e-6)
      #expect(counts.confidence(limit.value * (1 + 1e-5), isRatio: true) < 0.05 + 1e-6)
    }
  }

  /// q0's p-value against enumeration here, with the profile in closed form.
  @Test func discoveryPValuesAgreeWithEnumeration() throws {
    let (n, k, tau) = (9, 6, 2.0)
    func term(_ x: Double, _ mean: Double) -> Double {
      x == 0 ? mean : mean - x * SpecialFunctions.log(mean)
    }
    func q0(_ n: Int, _ k: Int) -> Double {
      let (x, y) = (Double(n), Double(k)), b = (x + y) / (1 + tau)
      if x <= y / tau { return 0 }
      return 2 * (term(x, b) + term(y, tau * b) - term(x, x) - term(y, y))
    }
    let b = Double(n + k) / (1 + tau), observed = q0(n, k)
    var p = 0.0
    for i in 0...60 {
      for j in 0...80 where q0(i, j) >= observed - 1e-9 {
        p += SpecialFunctions.exp(
          PoissonDistribution.logProbability(i, mean: b)
            + PoissonDistribution.logProbability(j, mean: tau * b))
      }
    }
    let model = CountingModel(observed: n, background: .onOff(count: k, ratio: tau))
    let found = try model.significance(.profiled)
    #expect(abs(found.pValue / p - 1) < 1e-9)
    #expect(abs(NormalDistribution.upperTail(found.significance) / p - 1) < 1e-9)
  }

  /// Hybrid p-values: the Poisson tail, and the binomial sum for a control count.
  @Test func hybridPValuesHaveTheirClosedForms() throws {
    let known = try CountingModel(observed: 3, background: .exact(0.5)).significance()
    let e = SpecialFunctions.exp(-0.5)
    #expect(abs(known.pValue - (1 - e * (1 + 0.5 + 0.125))) < 1e-14)
    // P(>= n of n + k with probability 1/(1+τ)) (Cousins, Linnemann, Tucker).
    let (n, k, tau) = (6, 4, 2.0)
    var sum = 0.0
    for i in n...(n + k) {
      let total = Double(n + k), x = Double(i)
      sum += SpecialFunctions.exp(
        SpecialFunctions.lgamma(total + 1) - SpecialFunctions.lgamma(x + 1)
          - SpecialFunctions.lgamma(total - x + 1) - x * SpecialFunctions.log(1 + tau)
          + (total - x) * SpecialFunctions.log(tau / (1 + tau)))
    }
    let onOff = try CountingModel(observed: n, background: .onOff(count: k, ratio: tau))
      .significance()
    #expect(abs(onOff.pValue / sum - 1) < 1e-12)
    let nothing = try CountingModel(observed: 2, background: .exact(0)).significance(.profiled)
    #expect(nothing.pValue == 0 && nothing.significance == .infinity)
  }
}
