import Foundation
import Inference
import NumericalMethods
import Testing

@Suite struct CountingLimitTests {
  static let flat = CountingMethod.bayesian(.flat)

  /// The tables have four decimals.
  @Test(arguments: [("flat_90.csv", 0.9), ("flat_95.csv", 0.95)])
  func flatPriorAndCLsAgreeWithTheTables(file: String, level: Double) throws {
    let table = try CountingTable(file)
    #expect(table.rows.count == 11)
    for row in table.rows {
      for column in 1..<row.count {
        let model = CountingModel(
          observed: Int(row[0]), background: .exact(table.background(column)))
        for method in [Self.flat, .cls(.hybrid), .cls(.profiled)] {
          let found = try model.limit(method, level: level)
          #expect(found.status == .found)
          #expect(abs(found.value - row[column]) < 1e-4, "\(model) \(method)")
        }
      }
    }
  }

  /// Normal priors of background and efficiency, four decimals in the table.
  ///
  /// The rows with 20 % are improper for a flat prior: half a percent, and said so.
  @Test func normalPriorsAgreeWithTheTable() throws {
    let table = try CountingTable("nuisances.csv")
    #expect(table.rows.count == 17)
    for row in table.rows {
      let model = CountingModel(
        observed: Int(row[0]), background: .gaussian(mean: row[1], width: row[2]),
        efficiency: .gaussian(size: row[3]))
      for (level, column) in [(0.9, 4), (0.95, 6)] {
        let bayes = try model.limit(Self.flat, level: level)
        let hybrid = try model.limit(.cls(.hybrid), level: level)
        #expect(hybrid.status == .found)
        #expect(abs(hybrid.value - row[column + 1]) < 1e-4, "\(row)")
        if row[3] == 0.2 {
          #expect(bayes.status == .improper)
          #expect(bayes.warning?.contains("improper") == true)
          #expect(bayes.error > 1e-5)
          #expect(abs(bayes.value / row[column] - 1) < 5e-3, "\(bayes.value) \(row)")
        } else {
          #expect(bayes.status == .found && bayes.warning == nil)
          #expect(abs(bayes.value - row[column]) < 1e-4, "\(row)")
        }
      }
    }
  }

  /// 110 points by scipy's quadrature, exact to 1e-9.
  @Test func priorsCutAtFiveWidthsAgreeWithScipy() throws {
    struct Reference: Decodable {
      struct Point: Decodable {
        var n: Int
        var b: Double
        var rel_eps: Double
        var rel_b: Double
        var bayes: Double
        var cls_hybrid: Double
      }
      var eps: Double
      var cl: Double
      var points: [Point]
    }
    let reference = try FixtureFiles.json(Reference.self, "Counting/prior_averaged.json")
    #expect(reference.points.count == 110)
    for point in reference.points {
      let model = CountingModel(
        observed: point.n,
        background: .gaussian(mean: point.b, width: point.rel_b * point.b),
        efficiency: .gaussian(size: point.rel_eps), yieldPerUnit: reference.eps, cut: 5)
      let bayes = try model.limit(Self.flat, level: reference.cl)
      let hybrid = try model.limit(.cls(.hybrid), level: reference.cl)
      #expect(abs(bayes.value / point.bayes - 1) < 1e-7, "\(point)")
      #expect(abs(hybrid.value / point.cls_hybrid - 1) < 1e-7, "\(point)")
    }
  }

  /// Make_references.py prints these.
  @Test func controlCountsAgreeWithTheGammaPosterior() throws {
    let cases: [(Int, Int, Double, Double, Double)] = [
      (0, 0, 10, 2.3026, 2.9957), (0, 3, 2, 2.3026, 2.9957), (1, 3, 2, 3.1586, 3.9932),
      (2, 4, 2, 3.9602, 4.9142), (3, 10, 5, 4.9395, 6.0018), (5, 10, 5, 7.2433, 8.4880),
    ]
    for (n, off, ratio, at90, at95) in cases {
      let model = CountingModel(observed: n, background: .onOff(count: off, ratio: ratio))
      for (level, value) in [(0.9, at90), (0.95, at95)] {
        for method in [Self.flat, .cls(.hybrid)] {
          #expect(abs(try model.limit(method, level: level).value - value) < 1e-4)
        }
      }
    }
  }

  /// Without counts and background: exp(-s e) averaged over a normal e, n = 0 (closed form).
  @Test func cousinsAndHighlandsClosedForm() throws {
    for (level, d) in [(0.9, 0.1), (0.95, 0.1), (0.9, 0.05)] {
      let model = CountingModel(
        observed: 0, background: .exact(0), efficiency: .gaussian(size: d))
      let t = SpecialFunctions.log(1 / (1 - level))
      let expected = (1 - (1 - 2 * d * d * t).squareRoot()) / (d * d)
      // The prior's tail beyond the cut is exp(-32).
      #expect(abs(try model.limit(.cls(.hybrid), level: level).value - expected) < 1e-6)
    }
  }

  /// Log-normal knowledge against the normal in the logarithm, integrated here by the midpoint rule.
  @Test func logNormalPriorsAgreeWithTheMidpointRule() throws {
    let (n, b0, kb, ke, level) = (3, 1.5, 1.4, 1.15, 0.9)
    let model = CountingModel(
      observed: n, background: .logNormal(median: b0, kappa: kb),
      efficiency: .logNormal(kappa: ke))
    func below(_ s: Double, power: Double) -> Double {
      var sum = 0.0
      let step = 0.1
      for i in -70...70 {
        for j in -70...70 {
          let (x, y) = (step * Double(i), step * Double(j))
          let e = SpecialFunctions.pow(ke, x), b = b0 * SpecialFunctions.pow(kb, y)
          let mean = s * e + b
          let tail =
            SpecialFunctions.exp(-mean) * (1 + mean + mean * mean / 2 + mean * mean * mean / 6)
          sum +=
            SpecialFunctions.exp(-0.5 * (x * x + y * y)) * tail * SpecialFunctions.pow(e, power)
        }
      }
      return sum
    }
    for (method, power) in [(CountingMethod.cls(.hybrid), 0.0), (Self.flat, -1)] {
      let limit = try model.limit(method, level: level)
      #expect(abs(below(limit.value, power: power) / below(0, power: power) - 0.1) < 1e-8)
    }
  }

  /// With 1/√(s + b) the posterior of s + b is a gamma distribution of shape n + 1/2.
  @Test func theSquareRootPriorHasItsClosedForm() throws {
    for (n, b) in [(0, 0.0), (2, 0), (3, 1.5), (40, 30)] {
      let limit = try CountingModel(observed: n, background: .exact(b))
        .limit(.bayesian(.inverseSquareRoot(offset: b)), level: 0.95)
      let a = Double(n) + 0.5
      let tail = SpecialFunctions.gammaQ(a, limit.value + b) / SpecialFunctions.gammaQ(a, b)
      #expect(limit.status == .found)
      #expect(abs(tail - 0.05) < 1e-9, "\(n) \(b)")
    }
  }

  /// Without counts and background: the exponential integral between the bounds.
  @Test func theLogUniformPriorAgreesWithQuadrature() throws {
    let limit = try CountingModel(observed: 0, background: .exact(2))
      .limit(.bayesian(.logUniform(0.01...50)), level: 0.9)
    func integral(_ high: Double) -> Double {
      Quadrature.integrate(over: SpecialFunctions.log(0.01)...SpecialFunctions.log(high)) {
        SpecialFunctions.exp(-SpecialFunctions.exp($0))
      }.value
    }
    #expect(abs(integral(limit.value) / integral(50) - 0.9) < 1e-8)
  }

  @Test func anUnboundedReciprocalPriorIsRefused() {
    let model = CountingModel(observed: 1, background: .exact(1))
    #expect(
      throws: InferenceError.improper(
        what: "the prior 1/s", remedy: "use a flat prior, or 1/s between two stated bounds")
    ) { try model.limit(.bayesian(.reciprocal), level: 0.9) }
  }

  @Test func numbersOutOfRangeAreNamed() {
    let bad: [(CountingModel, String)] = [
      (CountingModel(observed: -1, background: .exact(1)), "count"),
      (CountingModel(observed: 1, background: .exact(-1)), "background"),
      (CountingModel(observed: 1, background: .exact(1), yieldPerUnit: 0), "yield per unit"),
      (
        CountingModel(observed: 1, background: .onOff(count: 2, ratio: 0)),
        "ratio of the control count"
      ),
      (
        CountingModel(observed: 1, background: .exact(1), efficiency: .gaussian(size: 1.2)),
        "size of the efficiency's error"
      ),
    ]
    for (model, name) in bad {
      do {
        _ = try model.limit(Self.flat, level: 0.9)
        Issue.record("\(name) was accepted")
      } catch {
        guard case .invalid(let what, _, _) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(what == name)
      }
    }
  }

  /// P(0 | b = 4) is below 5 %: no strength is left at 95 % by CLs+b, while CLs gives 3.00.
  @Test func clsbIsEmptyAfterADownwardFluctuation() throws {
    let model = CountingModel(observed: 0, background: .exact(4))
    #expect(try model.limit(.clsb(.hybrid), level: 0.95).status == .empty)
    #expect(try model.limit(.clsb(.profiled), level: 0.95).status == .empty)
    #expect(abs(try model.limit(.cls(.hybrid), level: 0.95).value - 2.99573) < 1e-5)
  }
}
