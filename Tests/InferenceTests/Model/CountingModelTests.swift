import Inference
import NumericalMethods
import TestSupport
import Testing

/// Sidebands against closed forms and against minimisation by exhaustion.
@Suite struct CountingModelTests {
  /// n on, m off with exposure ratio tau: n ~ s + b, m ~ tau b.
  static func onOff(_ n: Double, _ m: Double, tau: Double, isConstraint: Bool) -> LikelihoodModel {
    var channels = [
      ModelChannel(
        name: "on",
        components: [
          ModelComponent(name: "signal", factors: [.parameter("s")], shape: .counts),
          ModelComponent(name: "background", factors: [.parameter("b")], shape: .counts),
        ], data: .binned([n]))
    ]
    if !isConstraint {
      channels.append(
        ModelChannel(
          name: "off",
          components: [
            ModelComponent(
              name: "background", constant: tau, factors: [.parameter("b")], shape: .counts)
          ], data: .binned([m])))
    }
    return LikelihoodModel(
      parameters: [
        ModelParameter(name: "s", start: 1),
        ModelParameter(
          name: "b", start: 5, minimum: 0,
          constraint: isConstraint ? .poisson(observed: m, scale: tau) : nil),
      ], channels: channels)
  }

  /// Equation 17 of Li and Ma (1983), with alpha = 1 / tau.
  @Test(arguments: [(13.0, 11.0, 2.0), (140, 100, 1), (4, 5, 5), (25, 1, 0.4)], [true, false])
  func onOffSignificanceIsThatOfLiAndMa(
    _ c: (n: Double, m: Double, tau: Double), isConstraint: Bool
  ) throws {
    let calculator = try AsymptoticCalculator(
      Self.onOff(c.n, c.m, tau: c.tau, isConstraint: isConstraint), parameterOfInterest: "s")
    let alpha = 1 / c.tau
    let q =
      2
      * (c.n * ((1 + alpha) / alpha * c.n / (c.n + c.m)).logarithm + c.m
        * ((1 + alpha) * c.m / (c.n + c.m)).logarithm)
    #expect(abs(calculator.q0 - (c.n > alpha * c.m ? q : 0)) < 1e-8)
    let sign = c.n > alpha * c.m ? 1.0 : -1.0
    #expect(abs(calculator.signedRoot - sign * q.squareRoot()) < 1e-7)
    let fit = calculator.fit
    #expect(abs((fit["s"]?.value ?? .nan) - (c.n - alpha * c.m)) < 1e-5)
    // Var s = n + alpha² m at the minimum.
    #expect(abs((fit["s"]?.error ?? .nan) / (c.n + alpha * alpha * c.m).squareRoot() - 1) < 1e-4)
  }

  /// The profile over b has a closed form: a quadratic equation.
  @Test func onOffProfileIsTheRootOfItsQuadratic() throws {
    let n = 7.0, m = 9.0, tau = 3.0
    let likelihood = try Likelihood(Self.onOff(n, m, tau: tau, isConstraint: false))
    for s in [0.5, 2, 6, 15] {
      let p = n + m - (1 + tau) * s
      let b = (p + (p * p + 4 * (1 + tau) * s * m).squareRoot()) / (2 * (1 + tau))
      let fit = likelihood.fit(fixing: ["s": s])
      #expect(abs((fit["b"]?.value ?? .nan) - b) < 1e-5)
      let nll = s + b - n * (s + b).logarithm + tau * b - m * (tau * b).logarithm
      #expect(abs(fit.nll - nll) < 1e-9)
      #expect(fit["s"]?.error == 0)
    }
  }

  /// ABCD: A = s + f g h, B = f g, C = f h, D = f: s = A - B C / D at the minimum.
  static func abcd(_ n: [Double]) -> LikelihoodModel {
    func channel(_ name: String, _ n: Double, _ factors: [String], isSignal: Bool = false)
      -> ModelChannel
    {
      var components = [
        ModelComponent(
          name: "background", factors: factors.map { .parameter($0) }, shape: .counts)
      ]
      if isSignal {
        components.append(
          ModelComponent(name: "signal", factors: [.parameter("s")], shape: .counts))
      }
      return ModelChannel(name: name, components: components, data: .binned([n]))
    }
    return LikelihoodModel(
      parameters: [
        ModelParameter(name: "s", start: 0), ModelParameter(name: "f", start: 50, minimum: 0),
        ModelParameter(name: "g", start: 0.5, minimum: 0),
        ModelParameter(name: "h", start: 0.5, minimum: 0),
      ],
      channels: [
        channel("A", n[0], ["f", "g", "h"], isSignal: true), channel("B", n[1], ["f", "g"]),
        channel("C", n[2], ["f", "h"]), channel("D", n[3], ["f"]),
      ])
  }

  @Test func abcdHasItsClosedForm() throws {
    let n = [30.0, 24, 60, 120]
    let calculator = try AsymptoticCalculator(Self.abcd(n), parameterOfInterest: "s")
    let background = n[1] * n[2] / n[3]
    let s = try #require(calculator.fit["s"])
    #expect(abs(s.value - (n[0] - background)) < 1e-5)
    let variance = n[0] + background * background * (1 / n[1] + 1 / n[2] + 1 / n[3])
    #expect(abs(s.error / variance.squareRoot() - 1) < 1e-4)
    // Without signal the margins alone fix the means: B' = (A+B)(B+D)/N and so on.
    let total = n.reduce(0, +)
    let expected = [
      (n[0] + n[1]) * (n[0] + n[2]) / total, (n[0] + n[1]) * (n[1] + n[3]) / total,
      (n[0] + n[2]) * (n[2] + n[3]) / total, (n[1] + n[3]) * (n[2] + n[3]) / total,
    ]
    func nll(_ nu: [Double]) -> Double {
      zip(n, nu).map { $1 - $0 * $1.logarithm }.reduce(0, +)
    }
    #expect(abs(calculator.nullFit.nll - nll(expected)) < 1e-8)
    #expect(abs(calculator.q0 - 2 * (nll(expected) - nll(n))) < 1e-7)
  }

  /// A strength with log-normal luminosity and efficiency: exhaustion over a grid finds nothing lower.
  @Test func noPointOfAGridLiesBelowTheMinimum() throws {
    let model = LikelihoodModel(
      parameters: [
        ModelParameter(name: "sigma", start: 1, minimum: 0),
        ModelParameter(
          name: "luminosity", start: 5, constraint: .logNormal(median: 5, kappa: 1.1)),
        ModelParameter(
          name: "efficiency", start: 0.4, minimum: 0, maximum: 1,
          constraint: .asymmetricGaussian(mean: 0.4, low: 0.05, high: 0.1)),
        ModelParameter(name: "b", start: 3, constraint: .poisson(observed: 6, scale: 2)),
      ],
      channels: [
        ModelChannel(
          name: "n",
          components: [
            ModelComponent(
              name: "s",
              factors: [.parameter("sigma"), .parameter("luminosity"), .parameter("efficiency")],
              shape: .counts),
            ModelComponent(name: "b", factors: [.parameter("b")], shape: .counts),
          ], data: .binned([9]))
      ])
    let likelihood = try Likelihood(model), fit = likelihood.fit(fixing: ["sigma": 1.5])
    #expect(fit.status == .converged)
    var least = Double.infinity, best = [0.0, 0, 0]
    // A grid that closes in on its best point.
    var centre = [5.0, 0.45, 3], reach = [2.0, 0.2, 2.5]
    for _ in 0..<14 {
      for i in -4...4 {
        for j in -4...4 {
          for k in -4...4 {
            let l = centre[0] + reach[0] * Double(i) / 4, e = centre[1] + reach[1] * Double(j) / 4
            let b = centre[2] + reach[2] * Double(k) / 4
            guard l > 0, e > 0, b > 0 else { continue }
            let nu = 1.5 * l * e + b, zl = (l / 5).logarithm / 1.1.logarithm
            let ze = (e - 0.4) / (e < 0.4 ? 0.05 : 0.1)
            let value =
              nu - 9 * nu.logarithm + 0.5 * zl * zl + 0.5 * ze * ze + 2 * b - 6
              + 6 * (3 / b).logarithm
            if value < least { (least, best) = (value, [l, e, b]) }
          }
        }
      }
      centre = best
      reach = reach.map { $0 * 0.5 }
    }
    #expect(abs(fit.nll - least) < 1e-6)
    #expect(fit.nll < least + 1e-9)
  }

  /// An empty bin with a negative signal: the rate stops at zero.
  @Test func ratesOfEmptyBinsAreNotNegative() throws {
    let model = LikelihoodModel(
      parameters: [ModelParameter(name: "mu", start: 1)],
      channels: [
        ModelChannel(
          name: "two",
          components: [
            ModelComponent(
              name: "s", factors: [.parameter("mu")], shape: .template(contents: [5, 1])),
            ModelComponent(name: "b", shape: .template(contents: [2, 10])),
          ], data: .binned([0, 6]))
      ])
    let fit = try Likelihood(model).fit()
    guard case .atLimit = fit.status else {
      Issue.record("\(fit.status)")
      return
    }
    #expect(abs((fit["mu"]?.value ?? .nan) + 0.4) < 1e-9)
    #expect(abs(fit.nll - (0.0 + 9.6 - 6 * 9.6.logarithm)) < 1e-9)
  }
}
