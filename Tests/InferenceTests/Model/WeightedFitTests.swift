import Inference
import NumericalMethods
import TestSupport
import Testing

@Suite struct WeightedFitTests {
  /// H⁻¹ D H⁻¹ with D = Σ w² of the scores' products, for a Gaussian peak on a slope.
  ///
  /// Scores of ln ν by differences of a density written out here: 1e-8 of them.
  @Test func covarianceIsTheSandwich() throws {
    var maker = EventMaker(11)
    let events = maker.events(background: 300, signal: 60, width: 0.3)
    let weights = events.indices.map { 0.3 + 0.7 * Double($0 % 5) }
    let model = LikelihoodModel(
      parameters: [
        ModelParameter(name: "s", start: 50), ModelParameter(name: "m", start: 5),
        ModelParameter(name: "b", start: 300), ModelParameter(name: "c", start: 0),
      ],
      channels: [
        ModelChannel(
          name: "a", segments: [2...8],
          components: [
            ModelComponent(
              name: "s", factors: [.parameter("s")],
              shape: .gaussian(mean: .parameter("m"), width: .constant(0.3)),
              normalisation: .fullLine),
            ModelComponent(
              name: "b", factors: [.parameter("b")], shape: .chebyshev([.parameter("c")])),
          ], data: .unbinned(events, weights: weights))
      ])
    let fit = try Likelihood(model).fit()
    #expect(fit.status == .converged)
    let q = fit.parameters.map(\.value)
    func log(_ q: [Double], _ x: Double) -> Double {
      let t = (x - q[1]) / 0.3
      return
        (q[0] / (0.3 * 2.5066282746310002) * (-0.5 * t * t).exponential
        + q[2] * (1 + q[3] * (x - 5) / 3) / 6).logarithm
    }
    func total(_ q: [Double]) -> Double { q[0] + q[2] }  // the peak lies 10 widths from the ends
    func nll(_ q: [Double]) -> Double {
      var sum = CompensatedSum()
      sum += total(q)
      for (x, w) in zip(events, weights) { sum += -w * log(q, x) }
      return sum.total
    }
    #expect(abs(nll(q) - fit.nll) < 1e-8)
    let steps = [0.05, 2e-3, 0.2, 2e-3]
    func moved(_ i: Int, _ a: Double, _ j: Int = 0, _ b: Double = 0) -> [Double] {
      var r = q
      r[i] += a * steps[i]
      r[j] += b * steps[j]
      return r
    }
    var h = SymmetricMatrix(order: 4), d = SymmetricMatrix(order: 4)
    for i in 0..<4 {
      for j in 0...i {
        h[i, j] =
          (nll(moved(i, 1, j, 1)) - nll(moved(i, 1, j, -1)) - nll(moved(i, -1, j, 1))
            + nll(moved(i, -1, j, -1))) / (4 * steps[i] * steps[j])
      }
    }
    for (x, w) in zip(events, weights) {
      let score = (0..<4).map { i in
        w * (log(moved(i, 0.01), x) - log(moved(i, -0.01), x)) / (0.02 * steps[i])
      }
      for i in 0..<4 { for j in 0...i { d[i, j] += score[i] * score[j] } }
    }
    let inverse = try #require(h.positiveDefiniteInverse())
    let rows = (0..<4).map { i in (0..<4).map { inverse[i, $0] } }
    let sandwich = d.transformed(by: rows)
    for i in 0..<4 {
      for j in 0..<4 {
        let scale = (sandwich[i, i] * sandwich[j, j]).squareRoot()
        #expect(abs(fit.covariance[4 * i + j] - sandwich[i, j]) < 1e-3 * scale, "\(i) \(j)")
      }
    }
  }
}
