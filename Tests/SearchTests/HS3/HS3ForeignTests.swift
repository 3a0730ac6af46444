import Foundation
import Inference
import Search
import Testing

/// Files of other programs: what is read, and how the rest is refused.
struct HS3ForeignTests {
  /// A file of ROOT's making in small: a peak on an exponential, a constraint, unknown parts ignored.
  private static let peak = """
    {"metadata": {"hs3_version": "0.2", "packages": [{"name": "ROOT", "version": "6.34"}]},
     "distributions": [
      {"name": "model", "type": "mixture_dist", "summands": ["sig", "bkg"],
       "coefficients": ["n_sig", "n_bkg"], "extended": true},
      {"name": "sig", "type": "mixture_dist", "summands": ["core", "wide"], "coefficients": ["f"],
       "extended": false},
      {"name": "core", "type": "gaussian_dist", "x": "m", "mean": "mean", "sigma": "sigma"},
      {"name": "wide", "type": "crystalball_doublesided_dist", "m": "m", "m0": "mean",
       "sigma_L": 0.2, "sigma_R": 0.2, "alpha_L": 1.5, "n_L": 3, "alpha_R": 2, "n_R": "n"},
      {"name": "bkg", "type": "polynomial_dist", "x": "m", "coefficients": [3, -0.5]},
      {"name": "lumi_constraint", "type": "gaussian_dist", "x": "lumi_nominal", "mean": "lumi",
       "sigma": 1}],
     "functions": [
      {"name": "n_sig", "type": "product", "factors": ["mu", "expected"]},
      {"name": "expected", "type": "generic_function",
       "expression": "20 * pow(1.05, lumi) * (2 - 0.1*eff)^2"}],
     "data": [{"name": "obs", "type": "unbinned", "axes": [{"name": "m", "min": 1, "max": 5}],
       "entries": [[1.5], [2.5], [3.0], [3.1]], "weights": [1, 1, 0.5, 2]}],
     "likelihoods": [{"name": "L", "distributions": ["model"], "data": ["obs"],
       "aux_distributions": ["lumi_constraint"]}],
     "domains": [{"name": "default_domain", "type": "product_domain", "axes": [
       {"name": "mu", "min": -5, "max": 5}, {"name": "f", "min": 0, "max": 1},
       {"name": "sigma", "min": 0.01, "max": null}]}],
     "parameter_points": [{"name": "default_values", "parameters": [
       {"name": "mu", "value": 1}, {"name": "n_bkg", "value": 50}, {"name": "f", "value": 0.4},
       {"name": "mean", "value": 3, "const": true}, {"name": "sigma", "value": 0.1},
       {"name": "n", "value": 4}, {"name": "lumi", "value": 0}, {"name": "eff", "value": 0},
       {"name": "lumi_nominal", "value": 0.25, "const": true}, {"name": "m", "value": 3}]}],
     "analyses": [{"name": "A", "likelihood": "L", "parameters_of_interest": ["mu"],
       "domains": ["default_domain"]}]}
    """

  private func read(_ text: String, _ choice: HS3Document.Choice = .init()) throws -> HS3Document {
    try HS3Document.read(Array(text.utf8), choice: choice)
  }

  @Test func `mixtures, functions, constraints and weights of another program are read`() throws {
    let document = try read(Self.peak)
    #expect(document.name == "A")
    #expect(document.parametersOfInterest == ["mu"])
    let sum: [YieldFactor] = [
      .parameter("mu"), .power(kappa: 1.05, "lumi"), .linear(size: -0.05, "eff"),
      .linear(size: -0.05, "eff"),
    ]
    // 3 - 0.5 x over 1…5: 1.5 - u in u = -1…1.
    let expected = ModelChannel(
      name: "model", observable: "m", segments: [1...5],
      components: [
        ModelComponent(
          name: "core", constant: 80, factors: sum + [.parameter("f")],
          shape: .gaussian(mean: .constant(3), width: .parameter("sigma"))),
        ModelComponent(
          name: "wide", constant: 80, factors: sum + [.linear(size: -1, "f")],
          shape: .doubleSidedCrystalBall(
            mean: .constant(3), width: .constant(0.2), alphaLow: .constant(1.5),
            nLow: .constant(3), alphaHigh: .constant(2), nHigh: .parameter("n"))),
        ModelComponent(
          name: "bkg", factors: [.parameter("n_bkg")],
          shape: .chebyshev([.constant(-1 / 1.5)])),
      ], data: .unbinned([1.5, 2.5, 3.0, 3.1], weights: [1, 1, 0.5, 2]))
    #expect(document.model.channels == [expected])
    #expect(document.model["lumi"]?.constraint == .gaussian(mean: 0.25, width: 1))
    #expect(document.model["mu"]?.minimum == -5)
    #expect(document.model["sigma"]?.maximum == .infinity)
    #expect(document.model["mean"] == nil, "constants become numbers")
  }

  @Test func `a likelihood of ours without our notes is the same likelihood`() throws {
    for name in ["linear", "two-crystal-balls", "nuisances", "exponential"] {
      // Without the width nuisance A_w is a constant, which another program's file holds too.
      var own = HS3Examples.document(name)
      own.model.channels[0].components[0].widthFactors = []
      own.model.channels[0].components[1].shape = .exponential(slope: .parameter("slope"))
      own.model.parameters.removeAll { ["width", "c1", "slope"].contains($0.name) }
      own.model.parameters.append(ModelParameter(name: "slope", start: 0.1))
      guard case .object(let members) = try own.json() else { continue }
      let bare = JSONValue.object(members.filter { $0.name != "misc" })
      let document = try read(bare.document)
      let (a, b) = (try Likelihood(own.model), try Likelihood(document.model))
      let point = ["background": 410.0, "slope": -0.2]
      let difference =
        (a.negativeLogLikelihood(at: point.merging(["cross section": 3.1]) { $1 })
          - a.negativeLogLikelihood())
        - (b.negativeLogLikelihood(at: point.merging(["cross_section": 3.1]) { $1 })
          - b.negativeLogLikelihood())
      // Tails that begin a million widths out stand for none: nothing is left of them.
      #expect(abs(difference) < 1e-9, "\(name)")
    }
  }

  /// One change of the file above each, and what is said of it.
  @Test(arguments: [
    (
      #""hs3_version": "0.2", "#, "",
      "f:/metadata: 'hs3_version' is missing; the standard asks for it"
    ),
    (
      #""sigma": "sigma"}"#, #""sigma": "sgima"}"#,
      "f:/distributions/2/sigma: no parameter or function is called 'sgima'; did you mean 'sigma'?"
    ),
    (
      #""summands": ["sig", "bkg"]"#, #""summands": ["sig", "bgk"]"#,
      "f:/distributions/0/summands/1: no distribution is called 'bgk'; did you mean 'bkg'?"
    ),
    (
      #""name": "wide", "type""#, #""name": "core", "type""#,
      "f:/distributions/3/name: name 'core' is given twice; rename one of the two"
    ),
    (
      #""polynomial_dist""#, #""argus_dist""#,
      "f:/distributions/4/type: distributions of type 'argus_dist' are not read; Nightjar reads "
        + "mixtures of Gaussians, double-sided Crystal Balls, polynomials, exponentials"
    ),
    (
      #""n_sig", "n_bkg"], "extended": true"#, #""f"], "extended": false"#,
      "f:/distributions/0: 'model' does not say how many events are expected; Nightjar's likelihoods "
        + "are extended: make it a 'mixture_dist' with one coefficient a summand"
    ),
    (
      "pow(1.05, lumi)", "sin(lumi)",
      "f:/functions/1/expression: the expression is no product of factors of one parameter; "
        + "Nightjar reads x, kappa^x, exp(k*x) and 1 + k*x, their products and sums"
    ),
    (
      "pow(1.05, lumi)", "(lumi > 0 ? 1 : 2)",
      "f:/functions/1/expression: the expression is not understood at character 12; Nightjar reads "
        + "+ - * / ^, numbers, names and functions such as exp(x)"
    ),
    (
      #""factors": ["mu", "expected"]"#, #""factors": ["mu", "n_sig"]"#,
      "f:/functions/0/factors/1: 'n_sig' needs itself"
    ),
    (
      #""sigma_R": 0.2"#, #""sigma_R": 0.3"#,
      "f:/distributions/3: 'sigma_L' and 'sigma_R' differ; Nightjar has one width a peak"
    ),
    (
      "[1.5], [2.5]", "[1.5, 2.5]",
      "f:/data/0/entries/0: the length is 2; allowed: 1"
    ),
    (
      "[1.5], [2.5]", "[1.5], [true]",
      "f:/data/0/entries/1/0: a truth value where a number is expected"
    ),
    (
      "\"weights\": [1, 1, 0.5, 2]", "\"weights\": [1, 1]",
      "f:/data/0/weights: the number of weights is 2; allowed: 4"
    ),
    (
      "\"likelihood\": \"L\"", "\"likelihood\": \"M\"",
      "f:/analyses/0/likelihood: no likelihood is called 'M'; did you mean 'L'?"
    ),
    (
      "\"min\": -5, \"max\": 5", "\"min\": 5, \"max\": -5",
      "f:/domains/0/axes/0: 'min' is 5; allowed: at most 'max', -5"
    ),
  ])
  func `what cannot be read is named with its place`(
    from: String, to: String, message: String
  ) {
    let text = Self.peak.replacingOccurrences(of: from, with: to)
    #expect(text != Self.peak)
    let error = #expect(throws: HS3Error.self) { try read(text) }
    #expect(error?.text(in: "f") == message)
  }

  // MARK: Files of others

  private static var folder: URL? {
    ProcessInfo.processInfo.environment["NIGHTJAR_TEST_DATA"].map {
      URL(fileURLWithPath: $0).appending(path: "data/stats/hs3")
    }
  }

  private func file(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: try #require(Self.folder).appending(path: name)))
  }

  /// pyhf's two-bin example, as ROOT writes it: CLs at mu = 1 of pyhf with a tight minimiser.
  @Test(.enabled(if: folder != nil, "NIGHTJAR_TEST_DATA is not set"))
  func `the two-bin example of pyhf gives its CLs`() throws {
    let bytes = try file("simplemodel_uncorrelated-background_hs3.json")
    let error = #expect(throws: HS3Error.self) { try HS3Document.read(bytes) }
    #expect(
      error?.text(in: "f")
        == "f:/analyses: several are there: 'simPdf_asimovData', 'simPdf_obsData'; "
        + "name one with --analysis")
    let document = try HS3Document.read(bytes, choice: .init(analysis: "simPdf_obsData"))
    #expect(document.parametersOfInterest == ["mu"])
    let calculator = try AsymptoticCalculator(document.model, parameterOfInterest: "mu")
    #expect(abs(calculator.test(1).cls - 0.05251554) < 1e-6)
  }

  @Test(.enabled(if: folder != nil, "NIGHTJAR_TEST_DATA is not set"))
  func `a counting card of Combine is read once its distribution is named`() throws {
    let bytes = try file("combine_long_exercise_part1_nosys.json")
    let error = #expect(throws: HS3Error.self) { try HS3Document.read(bytes) }
    #expect(
      error?.text(in: "f")
        == "f:/: 'likelihoods' is missing; name a distribution and its data with --distribution and "
        + "--data (there are: 'data_obs')")
    let document = try HS3Document.read(
      bytes, choice: .init(measurements: [.init(distribution: "model_s", data: "data_obs")]))
    // 10 events, 13.03548 of background and 0.711064 r of signal: the minimum lies at r = 0.
    let likelihood = try Likelihood(document.model)
    let expected = 13.03548 + 0.711064 - 10 * log(13.03548 + 0.711064)
    #expect(abs(likelihood.negativeLogLikelihood() - expected) < 1e-9)
    #expect(abs(likelihood.fit()["r"]?.value ?? .nan) < 1e-9)
  }

  @Test(
    .enabled(if: folder != nil, "NIGHTJAR_TEST_DATA is not set"),
    arguments: [
      (
        "rf501_simultaneouspdf.json",
        "f:/: 'likelihoods' is missing; the file has no data either: there is nothing to fit"
      ),
      (
        "simplemodel_uncorrelated-background_hifa.json",
        "f:/: this is a workspace in pyhf's own format, not HS3; convert it, for example with ROOT's "
          + "RooJSONFactoryWSTool or 'pyhf json2xml'"
      ),
    ])
  func `files without a likelihood are refused`(name: String, message: String) throws {
    let bytes = try file(name)
    let error = #expect(throws: HS3Error.self) { try HS3Document.read(bytes) }
    #expect(error?.text(in: "f") == message)
  }
}
