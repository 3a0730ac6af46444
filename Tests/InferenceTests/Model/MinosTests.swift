import Inference
import Testing

@Suite struct MinosTests {
  struct File: Decodable {
    struct Fit: Decodable {
      struct Errors: Decodable { var value, low, high: Double }
      var n, window, order: Int
      var nll: Double
      var errors: [String: Errors]
    }
    var fits: [Fit]
  }

  /// The fits of the reference: signal and background yields, Chebyshev coefficients.
  static func model(_ fit: ReferenceFit, _ events: [Double], order: Int) -> LikelihoodModel {
    let slopes = (1...order).map { "s\($0)" }
    return LikelihoodModel(
      parameters: [
        ModelParameter(name: "n_sig", start: 0.01 * Double(fit.n)),
        ModelParameter(name: "n_bkg", start: 0.99 * Double(fit.n)),
      ] + slopes.map { ModelParameter(name: $0, start: 0) },
      channels: [
        ModelChannel(
          name: "window", segments: [fit.lo...fit.hi],
          components: [
            ModelComponent(
              name: "signal", factors: [.parameter("n_sig")],
              shape: .twoCrystalBalls(
                mean: .constant(fit.mass), width: .constant(fit.sigma1),
                tail: ModelTail(alpha: .constant(1.4), n: .constant(3), side: .low),
                width2: .constant(fit.sigma2),
                tail2: ModelTail(alpha: .constant(1.8), n: .constant(5), side: .high),
                fraction: .constant(0.6))),
            ModelComponent(
              name: "background", factors: [.parameter("n_bkg")],
              shape: .chebyshev(slopes.map { .parameter($0) })),
          ], data: .unbinned(events))
      ])
  }

  /// Within 1e-3 of iminuit's at tolerance 1e-6.
  @Test func errorsAgreeWithMinuit() throws {
    let reference = try FixtureFiles.json(File.self, "model/minos.json")
    let fits = try FixtureFiles.fits()
    var checked = 0
    for r in reference.fits {
      let (fit, events) = try #require(
        fits.first { $0.fit.n == r.n && $0.fit.window == r.window })
      let likelihood = try Likelihood(Self.model(fit, events, order: r.order))
      let result = likelihood.fit()
      #expect(result.status == .converged)
      #expect(result.nll - r.nll < 1e-6)
      for (name, e) in r.errors {
        let errors = likelihood.minosErrors(of: name, from: result)
        #expect(errors.low.status == .found && errors.high.status == .found)
        #expect(abs(errors.low.error / e.low - 1) < 1e-3, "\(name) \(errors.low.error) \(e.low)")
        #expect(
          abs(errors.high.error / e.high - 1) < 1e-3, "\(name) \(errors.high.error) \(e.high)")
        checked += 1
      }
    }
    #expect(checked >= 70)
  }

  /// n = 4 of a Poisson mean: -ln L rises by ½ where ν - 4 ln ν = 4 - 4 ln 4 + ½.
  @Test func aCountHasTheErrorsOfItsLikelihood() throws {
    let model = LikelihoodModel(
      parameters: [ModelParameter(name: "nu", start: 3, minimum: 0)],
      channels: [
        ModelChannel(
          name: "n",
          components: [ModelComponent(name: "all", factors: [.parameter("nu")], shape: .counts)],
          data: .binned([4]))
      ])
    let likelihood = try Likelihood(model), fit = likelihood.fit()
    let errors = likelihood.minosErrors(of: "nu", from: fit)
    func rise(_ x: Double) -> Double { x - 4 - 4 * (x / 4).logarithm }
    #expect(abs(rise(4 - errors.low.error) - 0.5) < 1e-5)
    #expect(abs(rise(4 + errors.high.error) - 0.5) < 1e-5)
    let two = likelihood.minosErrors(of: "nu", from: fit, up: 2)
    #expect(abs(rise(4 - two.low.error) - 2) < 1e-5)
    #expect(abs(rise(4 + two.high.error) - 2) < 1e-5)
  }

  /// n = 0: the mean lies at its limit, and rises to ½ at 0.5.
  @Test func atALimitOneSideEndsThere() throws {
    var model = LikelihoodModel(
      parameters: [ModelParameter(name: "nu", start: 3, minimum: 0)],
      channels: [
        ModelChannel(
          name: "n",
          components: [ModelComponent(name: "all", factors: [.parameter("nu")], shape: .counts)],
          data: .binned([0]))
      ])
    var likelihood = try Likelihood(model), fit = likelihood.fit()
    #expect(fit.status == .atLimit(undefined: ["nu"]))
    var errors = likelihood.minosErrors(of: "nu", from: fit)
    #expect(errors.low.status == .atLimit && errors.low.error == 0)
    #expect(errors.high.status == .found && abs(errors.high.error - 0.5) < 1e-5)
    // n = 4 with the limit at 3, before the crossing.
    model.parameters[0].minimum = 3
    model.channels[0].data = .binned([4])
    likelihood = try Likelihood(model)
    fit = likelihood.fit()
    errors = likelihood.minosErrors(of: "nu", from: fit)
    #expect(errors.low.status == .atLimit && abs(errors.low.error - 1) < 1e-6)
  }
}
