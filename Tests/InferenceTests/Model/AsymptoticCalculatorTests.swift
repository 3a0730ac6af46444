import Inference
import NumericalMethods
import Testing

@Suite struct AsymptoticCalculatorTests {
  /// n ~ s + b with b known: every statistic and limit in closed form.
  private static func counting(_ n: Double, b: Double, minimum: Double = -.infinity)
    -> LikelihoodModel
  {
    LikelihoodModel(
      parameters: [ModelParameter(name: "s", start: 1, minimum: minimum)],
      channels: [
        ModelChannel(
          name: "n",
          components: [
            ModelComponent(name: "s", factors: [.parameter("s")], shape: .counts),
            ModelComponent(name: "b", constant: b, shape: .counts),
          ], data: .binned([n]))
      ])
  }

  private func nll(_ nu: Double, _ n: Double) -> Double { nu - (n > 0 ? n * nu.logarithm : 0) }

  @Test(arguments: [(12.0, 9.0), (5, 9), (0, 3), (140, 100)])
  func countsHaveTheirClosedForms(_ c: (n: Double, b: Double)) throws {
    let calculator = try AsymptoticCalculator(
      Self.counting(c.n, b: c.b), parameterOfInterest: "s")
    let (n, b) = c
    let q0 = 2 * (nll(b, n) - nll(n, n))
    #expect(abs(calculator.q0 - (n > b ? q0 : 0)) < 1e-9)
    for s in [1.0, 6, 20] {
      let reference = n > b ? nll(n, n) : nll(b, n)
      let q = s + b > n ? 2 * (nll(s + b, n) - reference) : 0
      let qFree = s + b > n ? 2 * (nll(s + b, n) - nll(n, n)) : 0
      let qA = 2 * (nll(s + b, b) - nll(b, b)), root = qA.squareRoot()
      #expect(abs(calculator.testStatistic(s) - q) < 1e-9)
      #expect(abs(calculator.testStatistic(s, .q) - qFree) < 1e-8)
      #expect(abs(calculator.asimovTestStatistic(s) - qA) < 1e-9)
      let test = calculator.test(s), t = q > qA ? (q - qA) / (2 * root) : q.squareRoot() - root
      // Equations 65 and 66 in terms of q and σ = s / √q_A.
      #expect(abs(test.clsb - NormalDistribution.upperTail(t + root)) < 1e-9)
      #expect(abs(test.clb - NormalDistribution.upperTail(t)) < 1e-9)
    }
  }

  @Test(arguments: [(12.0, 9.0), (5, 9), (0, 3), (140, 100)])
  func limitsSolveTheirEquations(_ c: (n: Double, b: Double)) throws {
    let calculator = try AsymptoticCalculator(
      Self.counting(c.n, b: c.b), parameterOfInterest: "s")
    for level in [0.9, 0.95] {
      let limit = calculator.limit(level: level)
      #expect(limit.limit.status == .found)
      #expect(abs(calculator.test(limit.limit.observed).cls / (1 - level) - 1) < 1e-6)
      for (k, mu) in limit.limit.expected.enumerated() {
        let cls = calculator.test(mu).expectedCLs[k]
        #expect(abs(cls / (1 - level) - 1) < 1e-6)
      }
      let plain = calculator.limit(level: level, .clsb, .q, deviations: [0])
      #expect(abs(calculator.test(plain.limit.observed, .q).clsb / (1 - level) - 1) < 1e-6)
      let root = calculator.asimovTestStatistic(plain.limit.expected[0]).squareRoot()
      #expect(abs(NormalDistribution.upperTail(root) / (1 - level) - 1) < 1e-6)
    }
  }

  /// With nothing observed q̃ is 2s and q_A = 2 [s - b ln(1 + s/b)].
  @Test func limitAtZeroCountsIsThatOfTheBoundaryTerm() throws {
    let b = 3.0
    let calculator = try AsymptoticCalculator(Self.counting(0, b: b), parameterOfInterest: "s")
    let s = calculator.limit(level: 0.95).limit.observed
    let q = 2 * s, qA = 2 * (s - b * (1 + s / b).logarithm), root = qA.squareRoot()
    let t = (q - qA) / (2 * root)
    let cls = NormalDistribution.upperTail(t + root) / NormalDistribution.upperTail(t)
    #expect(abs(cls - 0.05) < 1e-7)
  }

  /// Expected discovery of s over b: q0 = 2 [(s+b) ln(1+s/b) - s], equation 97.
  @Test func expectedDiscoveryIsThatOfTheAsimovSet() throws {
    let calculator = try AsymptoticCalculator(Self.counting(9, b: 9), parameterOfInterest: "s")
    let z = (2 * (21 * (21.0 / 9).logarithm - 12)).squareRoot()
    let p = try calculator.expectedDiscoveryPValues(strength: 12, deviations: [0, 1, -1])
    for (a, b) in zip(p, [z, z + 1, z - 1]) {
      #expect(abs(a / NormalDistribution.upperTail(b) - 1) < 1e-7)
    }
  }

  /// The Asimov set: expectations, and global observables at the conditional fit; fitting it gives
  /// the parameters back.
  @Test func asimovSetsGiveTheirParametersBack() throws {
    let likelihood = try Likelihood(ModelValidationTests.good)
    for strength in [0.0, 1.5] {
      let set = likelihood.asimov(strength: strength, poi: "mu")
      let theta = try #require(set.parameters["theta"]?.value)
      #expect(set.globalObservables["theta"] == theta)
      let gamma = try #require(set.parameters["gamma"]?.value)
      #expect(abs((set.globalObservables["gamma"] ?? 0) - 9 * gamma) < 1e-12)
      let fit = try Likelihood(ModelValidationTests.good.replacing(set)).fit(start: [
        "mu": strength + 0.7, "theta": 0.5, "gamma": 1.2,
      ])
      #expect(fit.status.isValid)
      for p in fit.parameters {
        #expect(abs(p.value - (set.parameters[p.name]?.value ?? .nan)) < 1e-5, "\(p.name)")
      }
      // All expected events of the unbinned channel: strength · A_w + 3; A_w is 1 - 5.7e-7 for
      // five widths on both sides.
      #expect(abs(set.data[1].total - (strength * (1 - 5.733031e-7) + 3)) < 1e-9)
    }
  }

  @Test func impactsAreShiftsOfTheConditionalFits() throws {
    // s = (n - b)/e with b and e constrained: post-fit shifts in closed form.
    let model = LikelihoodModel(
      parameters: [
        ModelParameter(name: "s", start: 1),
        ModelParameter(name: "b", start: 10, constraint: .gaussian(mean: 10, width: 2)),
        ModelParameter(name: "e", start: 0.5, constraint: .gaussian(mean: 0.5, width: 0.05)),
        ModelParameter(name: "unused", start: 1),
      ],
      channels: [
        ModelChannel(
          name: "n",
          components: [
            ModelComponent(
              name: "s", factors: [.parameter("s"), .parameter("e")], shape: .counts),
            ModelComponent(name: "b", factors: [.parameter("b")], shape: .counts),
          ], data: .binned([25]))
      ])
    let likelihood = try Likelihood(model), fit = likelihood.fit()
    #expect(fit["unused"]?.error.isNaN == true)
    let impacts = likelihood.impacts(on: "s", from: fit)
    #expect(impacts.map(\.name) == ["b", "e"])
    let b = impacts[0], e = impacts[1]
    // One datum and one strength: the fit leaves the constrained values where they are.
    #expect(abs(b.postFit.up + 4) < 1e-4 && abs(b.postFit.down - 4) < 1e-4)
    #expect(abs(e.postFit.up - (15 / 0.55 - 30)) < 1e-4)
    #expect(abs(e.postFit.down - (15 / 0.45 - 30)) < 1e-4)
    let preFit = try #require(b.preFit)
    #expect(abs(preFit.up + 4) < 1e-4)
    #expect(abs(b.pull ?? 1) < 1e-4)
    #expect(impacts[0].isValid && impacts[1].isValid)
  }

  /// Fits that cannot be made say so.
  @Test func aModelWithoutRateFailsWithAStatus() throws {
    let model = LikelihoodModel(
      parameters: [ModelParameter(name: "mu", start: 1)],
      channels: [
        ModelChannel(
          name: "n",
          components: [
            ModelComponent(
              name: "s", factors: [.parameter("mu")], shape: .template(contents: [0, 2]))
          ], data: .binned([3, 2]))
      ])
    let calculator = try AsymptoticCalculator(model, parameterOfInterest: "mu")
    #expect(!calculator.isValid)
    #expect(calculator.fit.status == .notANumber)
    #expect(calculator.q0.isNaN && calculator.test(1).cls.isNaN)
    #expect(calculator.limit().limit.status == .notFound)
  }
}
