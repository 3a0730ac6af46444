import Foundation
import Inference
import Testing

/// Likelihoods of other programs' validation suites: see CONFORMANCE.md beside this file.
@Suite struct ConformanceTests {
  /// s = (12, 11), b = (50 ± 3, 52 ± 7), n = (51, 48): the example of pyhf's front page.
  @Test func theTwoBinExampleHasItsPublishedCLs() throws {
    let calculator = try AsymptoticCalculator(Self.twoBins, parameterOfInterest: "mu")
    let test = calculator.test(1)
    #expect(abs(test.cls - 0.05251554) < 1e-6)
    #expect(abs(test.clsb - 0.02332496) < 1e-6)
    #expect(abs(test.clb - 0.44415349) < 1e-6)
    #expect(abs(test.expectedCLs[2] - 0.06445521) < 1e-6)
  }

  static let twoBins: LikelihoodModel = {
    func gamma(_ name: String, _ tau: Double) -> ModelParameter {
      ModelParameter(
        name: name, start: 1, minimum: 1e-10, maximum: 10,
        constraint: .poisson(observed: tau, scale: tau))
    }
    return LikelihoodModel(
      parameters: [
        ModelParameter(name: "mu", start: 1, minimum: 0, maximum: 10),
        gamma("g0", 2500.0 / 9), gamma("g1", 2704.0 / 49),
      ],
      channels: [
        ModelChannel(
          name: "single",
          components: [
            ModelComponent(
              name: "signal", factors: [.parameter("mu")], shape: .template(contents: [12, 11])),
            ModelComponent(
              name: "background",
              shape: .template(contents: [50, 52], binFactors: [["g0"], ["g1"]])),
          ], data: .binned([51, 48]))
      ])
  }()
}

/// A workspace with the results of other programs: see make_pyhf_references.py.
struct WorkspaceCase: Decodable {
  struct Limit: Decodable {
    var observed: Double
    var expected: [Double]
  }
  struct Origin: Decodable {
    var obs: Double?
    var exp: [Double]?
    var limit: Limit?
  }
  var name, codes, statistic: String
  var mu: Double
  var workspace: PyhfWorkspace
  var twiceNLL, twiceMinimum, fitted: Double
  var observed: Double
  var expected: [Double]
  var limit: Limit?
  var origin: Origin?

  struct File: Decodable { var cases: [WorkspaceCase] }
}

extension ConformanceTests {
  static let names =
    (try? FixtureFiles.json(WorkspaceCase.File.self, "model/workspaces.json").cases.indices)
    ?? 0..<0

  @Test(arguments: names) func workspacesHaveTheResultsOfPyhf(_ index: Int) throws {
    let c = try FixtureFiles.json(WorkspaceCase.File.self, "model/workspaces.json").cases[index]
    let model = try c.workspace.model(c.codes == "polynomial" ? .polynomial : .piecewise)
    let calculator = try AsymptoticCalculator(model, parameterOfInterest: c.workspace.poi)
    let likelihood = calculator.likelihood
    let masked = 2 * Double(c.workspace.maskedBins)
    let value = 2 * (likelihood.negativeLogLikelihood() + model.droppedConstant) + masked
    #expect(abs(value - c.twiceNLL) < 1e-9 * abs(value), "\(c.name): \(value) \(c.twiceNLL)")
    let least = 2 * (calculator.fit.nll + model.droppedConstant) + masked
    #expect(least - c.twiceMinimum < 1e-6, "\(c.name): \(least) \(c.twiceMinimum)")
    #expect(least - c.twiceMinimum > -1e-6, "\(c.name): \(least) \(c.twiceMinimum)")
    var observed = 0.0, expected: [Double] = []
    if c.statistic == "q0" {
      observed = calculator.discoveryPValue
      expected = try calculator.expectedDiscoveryPValues(
        strength: c.mu, deviations: [2, 1, 0, -1, -2])
    } else {
      let test = calculator.test(c.mu, c.statistic == "q" ? .q : .qTilde)
      observed = test.cls
      expected = test.expectedCLs
    }
    for (a, b) in zip([observed] + expected, [c.observed] + c.expected) {
      #expect(abs(a / b - 1) < 2e-6, "\(c.name) \(c.codes): \(a) \(b)")
    }
    // What the origin prints: pyhf's minimiser is off by up to 3e-4 in q0; Combine's limits are searched to about 1 %.
    for (a, b) in zip(
      [observed] + expected, (c.origin?.obs.map { [$0] } ?? []) + (c.origin?.exp ?? []))
    {
      #expect(abs(a / b - 1) < 5e-4, "\(c.name) \(c.codes): \(a), printed \(b)")
    }
    if let limit = c.limit {
      let found = calculator.limit()
      #expect(found.limit.status == .found)
      if let printed = c.origin?.limit {
        #expect(abs(found.limit.observed / printed.observed - 1) < 2e-3)
        for (a, b) in zip(found.limit.expected, printed.expected) { #expect(abs(a / b - 1) < 2e-2) }
      }
      for (a, b) in zip(
        [found.limit.observed] + found.limit.expected, [limit.observed] + limit.expected)
      {
        #expect(abs(a / b - 1) < 1e-6, "\(c.name): \(a) \(b)")
      }
    }
  }

  /// ATLAS' search for sbottoms, 64 and 66 parameters: the published likelihoods, codes 4 and 4p.
  ///
  /// Region A against pyhf 0.7.6 with Minuit, strategy 2, tolerance 1e-9; region C (where Minuit ends
  /// above its goal) against its SLSQP, whose CLs are 2e-5 off in region A.
  @Test(
    .enabled(if: FixtureFiles.testData != nil, "NIGHTJAR_TEST_DATA is not set"),
    arguments: [
      (
        "A", "1300_205_60", 64, 107.34560831422243, 0.24443685,
        [
          0.09022609, 0.19378546, 0.38432537, 0.65577738, 0.89104285,
        ]
      ),
      (
        "C", "900_250_60", 66, 117.0656952890657, 0.8966849274048662,
        [
          0.8340470972454984, 0.8893343214860441, 0.9398954696695543, 0.9774978375045035,
          0.9955081542995593,
        ]
      ),
    ])
  func sbottomLikelihoodsHaveTheirCLs(
    region: String, signal: String, count: Int, twiceNLL: Double, observed: Double,
    expected: [Double]
  ) throws {
    let folder = try #require(FixtureFiles.testData).appendingPathComponent(
      "data/stats/sbottom/Region\(region)")
    let workspace = try PyhfWorkspace.read(
      Data(contentsOf: folder.appendingPathComponent("BkgOnly.json")),
      patch: Data(contentsOf: folder.appendingPathComponent("patch.sbottom_\(signal).json")))
    let model = try workspace.model(.polynomial)
    #expect(model.parameters.count == count)
    let calculator = try AsymptoticCalculator(model, parameterOfInterest: workspace.poi)
    let value = 2 * (calculator.likelihood.negativeLogLikelihood() + model.droppedConstant)
    #expect(abs(value - twiceNLL) < 1e-9 * abs(value), "\(value)")
    let test = calculator.test(1)
    for (a, b) in zip([test.cls] + test.expectedCLs, [observed] + expected) {
      #expect(abs(a / b - 1) < (region == "A" ? 3e-6 : 2e-5), "\(a) \(b)")
    }
  }

  /// Combine's card with n = 0, said in our terms: log-normal factors, and 4 events in a sideband
  /// of which 0.16 times as many are expected (gmN).
  @Test func realisticCountingCardHasItsLimits() throws {
    func component(_ name: String, _ rate: Double, _ factors: [YieldFactor]) -> ModelComponent {
      ModelComponent(name: name, constant: rate, factors: factors, shape: .counts)
    }
    let model = LikelihoodModel(
      parameters: [
        ModelParameter(name: "r", start: 1), .unitGaussian("lumi"), .unitGaussian("xs_ggH"),
        ModelParameter(
          name: "WW_norm", start: 4, minimum: 0, constraint: .poisson(observed: 4, scale: 1)),
        .unitGaussian("xs_ggWW"), .unitGaussian("bg_others"),
      ],
      channels: [
        ModelChannel(
          name: "bin1",
          components: [
            component(
              "ggH", 1.47,
              [.parameter("r"), .power(kappa: 1.11, "lumi"), .power(kappa: 1.16, "xs_ggH")]),
            component("qqWW", 0.16, [.parameter("WW_norm")]),
            component("ggWW", 0.06, [.power(kappa: 1.11, "lumi"), .power(kappa: 1.5, "xs_ggWW")]),
            component("others", 0.22, [.power(kappa: 1.3, "bg_others")]),
          ], data: .binned([0]))
      ])
    let calculator = try AsymptoticCalculator(model, parameterOfInterest: "r")
    let limit = calculator.limit(level: 0.95).limit
    // pyhf of the same card, and what Combine's manual prints.
    let reference = try #require(
      FixtureFiles.json(WorkspaceCase.File.self, "model/workspaces.json").cases
        .first { $0.name == "realistic-counting-experiment.txt" }?.limit)
    #expect(abs(limit.observed / reference.observed - 1) < 1e-6)
    #expect(abs(limit.expected[2] / reference.expected[2] - 1) < 1e-6)
    #expect(abs(limit.observed / 1.6281188 - 1) < 2e-3)
    #expect(calculator.q0 == 0)
  }
}
