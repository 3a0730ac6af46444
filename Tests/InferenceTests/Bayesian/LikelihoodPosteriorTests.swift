import Inference
import NumericalMethods
import Testing

@Suite struct LikelihoodPosteriorTests {
  private func count(_ n: Double, _ background: ModelParameter, factor: ModelParameter? = nil)
    -> LikelihoodModel
  {
    var factors: [YieldFactor] = [.parameter("s")]
    var parameters = [ModelParameter(name: "s", start: 1), background]
    if let factor {
      factors.append(.parameter(factor.name))
      parameters.append(factor)
    }
    return LikelihoodModel(
      parameters: parameters,
      channels: [
        ModelChannel(
          name: "count",
          components: [
            ModelComponent(name: "signal", factors: factors, shape: .counts),
            ModelComponent(name: "background", factors: [.parameter("b")], shape: .counts),
          ], data: .binned([n]))
      ])
  }

  /// A control count is a gamma prior; the exact sum of `CountingModel` is known to 1e-8.
  @Test func aControlCountIsAGammaPrior() throws {
    for (n, k, tau) in [(3, 10, 5.0), (2, 4, 2)] {
      let model = count(
        Double(n),
        ModelParameter(
          name: "b", start: 1, minimum: 0, constraint: .poisson(observed: Double(k), scale: tau)))
      let found = try Likelihood(model).bayesianLimit(
        on: "s", BayesianSettings(level: 0.9, seed: 3))
      let expected = try CountingModel(observed: n, background: .onOff(count: k, ratio: tau))
        .limit(.bayesian(.flat), level: 0.9)
      #expect(found.status == .found, "\(found)")
      #expect(
        abs(found.value - expected.value) < 4 * found.error + 1e-4 * expected.value,
        "\(found) \(expected)")
    }
  }

  /// Normal background and log-normal efficiency as parameters of the likelihood.
  @Test func constraintsArePriors() throws {
    let model = count(
      6,
      ModelParameter(name: "b", start: 3, minimum: 0, constraint: .gaussian(mean: 3, width: 0.5)),
      factor: ModelParameter(
        name: "e", start: 1, minimum: 0, constraint: .logNormal(median: 1, kappa: 1.2)))
    let found = try Likelihood(model).bayesianLimit(on: "s", BayesianSettings(level: 0.95, seed: 3))
    let expected = try CountingModel(
      observed: 6, background: .gaussian(mean: 3, width: 0.5),
      efficiency: .logNormal(kappa: 1.2)
    ).limit(.bayesian(.flat), level: 0.95)
    #expect(found.status == .found, "\(found)")
    // Range of t and quadrature: 1e-4 each.
    #expect(
      abs(found.value - expected.value) < 4 * found.error + 3e-4 * expected.value,
      "\(found) \(expected)")
  }

  @Test func anUnknownParameterIsNamed() throws {
    let model = count(1, ModelParameter(name: "b", start: 1, minimum: 0))
    #expect(throws: InferenceError.self) {
      try Likelihood(model).bayesianLimit(on: "mu", BayesianSettings(level: 0.9))
    }
  }
}
