import Foundation
import Testing

@testable import Inference

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
    #expect(least - c.twiceMinimum > -1e-3, "\(c.name): \(least) \(c.twiceMinimum)")
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
    print(
      "CASE", c.name, c.codes, c.statistic, observed / c.observed - 1,
      zip(expected, c.expected).map { abs($0 / $1 - 1) }.max() ?? 0,
      c.origin?.obs.map { observed / $0 - 1 } ?? .nan, value - c.twiceNLL, least - c.twiceMinimum)
    for (a, b) in zip([observed] + expected, [c.observed] + c.expected) {
      #expect(abs(a / b - 1) < 2e-5, "\(c.name) \(c.codes): \(a) \(b)")
    }
    if let limit = c.limit {
      let found = calculator.limit()
      print(
        "LIMIT", c.name, found.limit.observed / limit.observed - 1,
        zip(found.limit.expected, limit.expected).map { $0 / $1 - 1 }, found.error,
        c.origin?.limit.map { o in
          [found.limit.observed / o.observed - 1]
            + zip(found.limit.expected, o.expected).map { $0 / $1 - 1 }
        } ?? [])
      #expect(found.limit.status == .found)
      for (a, b) in zip(
        [found.limit.observed] + found.limit.expected, [limit.observed] + limit.expected)
      {
        #expect(abs(a / b - 1) < 1e-5, "\(c.name): \(a) \(b)")
      }
    }
  }

  /// ATLAS' search for sbottoms, 64 and 66 parameters: the published likelihoods, codes 4 and 4p.
  ///
  /// CLs to 5e-5: pyhf's with SLSQP and with Minuit differ by as much among themselves.
  @Test(
    .enabled(if: FixtureFiles.testData != nil, "NIGHTJAR_TEST_DATA is not set"),
    arguments: [
      (
        "A", "1300_205_60", 64, 107.34560831422243, 0.24443582078300102,
        [
          0.09022435730418697, 0.19378279481241456, 0.3843220449732304, 0.6557745252055698,
          0.8910415431817138,
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
    print(
      "CASE sbottom", region, value - twiceNLL, test.cls / observed - 1,
      zip(test.expectedCLs, expected).map { $0 / $1 - 1 }, calculator.fit.status,
      calculator.fit.calls)
    for (a, b) in zip([test.cls] + test.expectedCLs, [observed] + expected) {
      #expect(abs(a / b - 1) < 5e-5, "\(a) \(b)")
    }
  }
}
