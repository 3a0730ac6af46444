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
