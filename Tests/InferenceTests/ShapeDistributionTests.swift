import Inference
import NumericalMethods
import Testing

@Suite struct ShapeDistributionTests {
  static let shapes: [SignalShape] = [
    .gaussian(mean: 5, width: 0.3),
    .doubleSidedCrystalBall(
      mean: 5, width: 0.3, alphaLow: 1.2, nLow: 3, alphaHigh: 1.5, nHigh: 4),
    .twoCrystalBalls(
      mean: 5, width: 0.25, tail: .init(alpha: 1.2, n: 3, side: .low), width2: 0.4,
      tail2: .init(alpha: 1.4, n: 4, side: .high), fraction: 0.6),
  ]

  /// The probability against a sum over the density, and against the scan's own A_w.
  @Test(arguments: shapes) func probabilityIsTheIntegral(of shape: SignalShape) throws {
    let distribution = try ShapeDistribution(shape)
    for range in [4.9...5.4, 2.0...4.8, 5.2...9.0, 3.0...7.0] {
      let (low, high) = (range.lowerBound, range.upperBound)
      // Simpson's rule; the density has jumps in its second derivative at the alphas.
      let n = 20_000, step = (high - low) / Double(n)
      var sum = distribution.density(at: low) + distribution.density(at: high)
      for i in 1..<n {
        sum += (i % 2 == 1 ? 4 : 2) * distribution.density(at: low + step * Double(i))
      }
      let found = distribution.probability(from: low, to: high)
      #expect(abs(found - sum * step / 3) < 1e-9)
      let acceptance = WindowSolver.acceptance(
        shape, normalisation: .fullLine, segments: [range])
      #expect(abs(found - acceptance) < 1e-6)
    }
    #expect(distribution.probability(below: -.infinity) == 0)
    #expect(abs(distribution.probability(below: .infinity) - 1) < 1e-15)
  }

  @Test func aNormalShapeIsTheNormalDistribution() throws {
    let distribution = try ShapeDistribution(.gaussian(mean: 1, width: 2))
    for z in [-8.0, -2, -0.3, 0, 0.7, 3] {
      let exact = NormalDistribution.cumulative(z)
      #expect(abs(distribution.probability(below: 1 + 2 * z) / exact - 1) < 1e-12)
    }
  }

  @Test func badShapesAreNamed() {
    #expect(throws: InferenceError.invalid(what: "width", found: 0, allowed: "> 0")) {
      try ShapeDistribution(.gaussian(mean: 1, width: 0))
    }
  }
}
