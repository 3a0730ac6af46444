import Inference
import Testing

@Suite struct ModelValidationTests {
  static let good = LikelihoodModel(
    parameters: [
      ModelParameter(name: "mu", start: 1), .unitGaussian("theta"),
      ModelParameter(name: "gamma", start: 1, constraint: .poisson(observed: 9, scale: 9)),
    ],
    channels: [
      ModelChannel(
        name: "bins",
        components: [
          ModelComponent(
            name: "s", factors: [.parameter("mu"), .power(kappa: 1.1, "theta")],
            shape: .template(contents: [1, 2])),
          ModelComponent(
            name: "b",
            shape: .template(
              contents: [5, 5],
              variations: [TemplateVariation(low: [4, 4], high: [6, 6], parameter: "theta")],
              binFactors: [["gamma"], []])),
        ], data: .binned([6, 7])),
      ModelChannel(
        name: "events", segments: [0...1],
        components: [
          ModelComponent(
            name: "s", factors: [.parameter("mu")],
            shape: .gaussian(mean: .constant(0.5), width: .constant(0.1)),
            normalisation: .fullLine),
          ModelComponent(name: "b", constant: 3, shape: .chebyshev([])),
        ], data: .unbinned([0.1, 0.5])),
    ])

  private func text(_ change: (inout LikelihoodModel) -> Void) -> String {
    var model = Self.good
    change(&model)
    do {
      try model.validate()
      return ""
    } catch { return error.description }
  }

  @Test func aGoodModelIsValid() { #expect(text { _ in } == "") }

  @Test func unknownNamesAreNamedWithTheNearest() {
    #expect(
      text { $0.channels[0].components[0].factors[0] = .parameter("mo") }
        == "fit: component 's' of channel 'bins' uses the unknown parameter 'mo'; did you mean 'mu'?"
    )
    #expect(
      text { $0.channels[1].components[0].widthFactors = [.linear(size: 1, "resolution")] }
        == "fit: component 's' of channel 'events' uses the unknown parameter 'resolution'; "
        + "add it to the model's parameters")
    #expect(
      text { $0.parameters[2].name = "gamm" }
        == "fit: component 'b' of channel 'bins' uses the unknown parameter 'gamma'; "
        + "did you mean 'gamm'?")
  }

  @Test func numbersOutsideTheirRangeAreNamed() {
    #expect(
      text { $0.channels[0].components[0].shape = .template(contents: [-1, 2]) }
        == "fit: a content of component 's' of channel 'bins' is -1.0; allowed: >= 0")
    #expect(
      text { $0.channels[0].components[0].constant = .nan }
        == "fit: constant of component 's' of channel 'bins' is nan; allowed: a finite number")
    #expect(
      text { $0.channels[0].data = .binned([3, -.infinity]) }
        == "fit: a bin content of channel 'bins' is -inf; allowed: >= 0")
    #expect(
      text { $0.parameters[0].start = .infinity }
        == "fit: start of 'mu' is inf; allowed: a finite number")
    #expect(
      text { $0.parameters[0].minimum = 2 }
        == "fit: start of 'mu' is 1.0; allowed: between its limits 2.0 and inf")
    #expect(
      text { $0.parameters[1].constraint = .gaussian(mean: 0, width: 0) }
        == "fit: width of the constraint of 'theta' is 0.0; allowed: > 0")
    #expect(
      text { $0.parameters[1].constraint = .logNormal(median: 1, kappa: 1) }
        == "fit: kappa of the constraint of 'theta' is 1.0; allowed: > 0 and not 1")
    #expect(
      text { $0.channels[1].data = .unbinned([0.2, 1.5]) }
        == "fit: an event of channel 'events' is 1.5; allowed: inside the segments")
    #expect(
      text {
        $0.channels[1].components[0].shape = .gaussian(mean: .constant(0.5), width: .constant(0))
      } == "fit: width of component 's' of channel 'events' is 0.0; allowed: > 0")
    #expect(
      text { $0.channels[0].components[0].factors[1] = .power(kappa: 0, "theta") }
        == "fit: kappa of the factor 'theta' of component 's' of channel 'bins' is 0.0; allowed: > 0"
    )
  }

  @Test func listsOfOtherLengthsAreNamed() {
    #expect(
      text { $0.channels[0].data = .binned([3]) }
        == "fit: contents of component 's' of channel 'bins': found 2, expected 1")
    #expect(
      text { $0.channels[1].data = .unbinned([0.2, 0.3], weights: [1]) }
        == "fit: weights of channel 'events': found 1, expected 2")
  }

  @Test func shapesThatDoNotFitTheirChannelAreNamed() {
    #expect(
      text { $0.channels[1].components[1].shape = .counts }
        == "fit: component 'b' of channel 'events' needs a binned channel")
    #expect(
      text { $0.channels[1].components[1].normalisation = .fullLine }
        == "fit: component 'b' of channel 'events' needs normalisation 'window': "
        + "its shape has no full line")
    #expect(
      text { $0.channels[1].data = .binned([3]) }
        == "fit: channel 'events' needs 'bins', as it is binned and has a density")
  }

  @Test func namesOccurOnce() {
    #expect(
      text { $0.parameters[1].name = "mu" }
        == "fit: there are two of parameter 'mu'; names must differ")
    #expect(
      text { $0.channels[1].name = "bins" }
        == "fit: there are two of channel 'bins'; names must differ")
  }

  @Test func renamedParametersAreUsedEverywhere() throws {
    let model = Self.good.renamingParameters { "a/" + $0 }
    try model.validate()
    #expect(model.parameters.map(\.name) == ["a/mu", "a/theta", "a/gamma"])
    #expect(model.renamingParameters { String($0.dropFirst(2)) } == Self.good)
  }

  @Test func combinedModelsShareParametersOfOneSetting() throws {
    let model = try LikelihoodModel.combined([Self.good, Self.good])
    #expect(model.parameters == Self.good.parameters)
    #expect(model.channels.map(\.name) == ["1/bins", "1/events", "2/bins", "2/events"])
    try model.validate()
    // Twice the data with one constraint: -ln L doubles but for the constraints.
    let q = ["mu": 1.4, "theta": 0.3, "gamma": 0.8]
    let one = try Likelihood(Self.good).negativeLogLikelihood(at: q)
    let both = try Likelihood(model).negativeLogLikelihood(at: q)
    let constraints = 0.5 * 0.3 * 0.3 + 9 * 0.8 - 9 - 9 * 0.8.logarithm
    #expect(abs(both - (2 * one - constraints)) < 1e-12)
    var other = Self.good
    other.parameters[0].maximum = 5
    do {
      _ = try LikelihoodModel.combined([Self.good, other])
      Issue.record("different settings were accepted")
    } catch { #expect(error == .sharedParameter(name: "mu")) }
  }
}
