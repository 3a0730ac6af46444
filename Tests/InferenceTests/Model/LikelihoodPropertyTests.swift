import Inference
import NumericalMethods
import Testing

@Suite struct LikelihoodPropertyTests {
  /// Few counts in bins with templates, sidebands and variations: every fit ends well, and lies no
  /// higher than 20 random points.
  @Test func fewCountsGiveValidFits() throws {
    var stream = RandomStream(seed: 5, task: 9, toy: 0)
    for k in 0..<300 {
      let mean = [0.1, 0.7, 3, 20][k % 4]
      func counts(_ bins: Int, _ scale: Double) -> [Double] {
        (0..<bins).map { _ in Double(stream.poisson(mean: mean * scale)) }
      }
      let model = LikelihoodModel(
        parameters: [
          ModelParameter(name: "mu", start: 1),
          ModelParameter(name: "b", start: 1, minimum: 0),
          ModelParameter(
            name: "g", start: 1, constraint: .poisson(observed: Double(k % 3), scale: 2)),
          .unitGaussian("t"),
          ModelParameter(name: "e", start: 1, constraint: .logNormal(median: 1, kappa: 1.2)),
        ],
        channels: [
          ModelChannel(
            name: "signal",
            components: [
              ModelComponent(
                name: "s", factors: [.parameter("mu"), .parameter("e")],
                shape: .template(contents: [mean, 0.3 * mean, 0])),
              ModelComponent(
                name: "b", factors: [.parameter("b")],
                shape: .template(
                  contents: [mean, mean, mean],
                  variations: [
                    TemplateVariation(
                      low: [0.9 * mean, mean, 1.2 * mean], high: [1.2 * mean, mean, 0.7 * mean],
                      parameter: "t")
                  ], binFactors: [["g"], [], []])),
            ], data: .binned(counts(3, 1))),
          ModelChannel(
            name: "sideband",
            components: [
              ModelComponent(
                name: "b", constant: 4 * mean,
                factors: [.parameter("b"), .asymmetricPower(low: 0.8, high: 1.4, "t")],
                shape: .counts)
            ], data: .binned(counts(1, 4))),
        ])
      let likelihood = try Likelihood(model), fit = likelihood.fit()
      #expect(fit.status.isValid, "\(k): \(fit.status)")
      for _ in 0..<20 {
        let point: [String: Double] = [
          "mu": 3 * stream.uniform() - 0.2, "b": 2 * stream.uniform(), "g": 2 * stream.uniform(),
          "t": 2 * stream.uniform() - 1, "e": 0.7 + 0.6 * stream.uniform(),
        ]
        // Points with a negative rate in an empty bin are not allowed ones.
        let signal = point["mu"].map { $0 * (point["e"] ?? 1) } ?? 0
        if signal < 0 { continue }
        let value = likelihood.negativeLogLikelihood(at: point)
        if value.isFinite { #expect(value >= fit.nll - 1e-9, "\(k): \(value) \(fit.nll)") }
      }
    }
  }

  /// Windows of a few events: the general model keeps the density from being negative at points
  /// only, so its minimum is that of the window solver or a little lower.
  @Test(arguments: [0, 1, 2, 5, 12, 40]) func fewEventsEndNearTheWindowSolver(count: Int) throws {
    let solver = WindowSolver()
    for seed in 0..<20 {
      var maker = EventMaker(500 + UInt64(seed))
      let events = maker.events(background: count)
      try ScanWindow.with(
        events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.2),
        background: .polynomial(order: 1)
      ) { window in
        let result = solver.solve(window)
        let fit = try Likelihood(LikelihoodModel(window: window)).fit()
        #expect(fit.status.isValid, "\(count) \(seed): \(fit.status)")
        #expect(fit.nll < result.fit.nll + 1e-6, "\(count) \(seed): \(fit.nll) \(result.fit.nll)")
        // Dips between the points are at most 0.3 % of the peak deep.
        #expect(fit.nll > result.fit.nll - 0.05, "\(count) \(seed): \(fit.nll) \(result.fit.nll)")
      }
    }
  }

  /// The same model gives the same bits, whatever was fitted before.
  @Test func fitsDoNotDependOnWhatWasFittedBefore() throws {
    let (fit, events) = try FixtureFiles.fits()[3]
    let model = MinosTests.model(fit, events, order: 2)
    let likelihood = try Likelihood(model), first = likelihood.fit()
    _ = likelihood.fit(fixing: ["n_sig": 80])
    _ = likelihood.minosErrors(of: "s1", from: first)
    #expect(likelihood.fit() == first)
    #expect(try Likelihood(model).fit() == first)
  }

  /// A scan of the profile is what conditional fits give, and least at the fit.
  @Test func profilesAreConditionalFits() throws {
    let (fit, events) = try FixtureFiles.fits()[1]
    let likelihood = try Likelihood(MinosTests.model(fit, events, order: 1))
    let best = likelihood.fit(), n = try #require(best["n_sig"])
    let points = (-3...3).map { n.value + Double($0) * n.error }
    for point in likelihood.profile(of: "n_sig", at: points) {
      let conditional = likelihood.fit(fixing: ["n_sig": point.at])
      #expect(abs(point.fit.nll - conditional.nll) < 1e-8)
      #expect(point.fit.nll >= best.nll - 1e-9)
    }
    // Away from the minimum on both sides it rises.
    let nll = likelihood.profile(of: "n_sig", at: points).map(\.fit.nll)
    for k in 1...3 {
      #expect(nll[3 + k] > nll[2 + k])
      #expect(nll[3 - k] > nll[4 - k])
    }
  }
}
