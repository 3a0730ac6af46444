import NumericalMethods
import TestSupport
import Testing

@Suite struct DistributionsTests {
  @Test func normalQuantilesInvertTheTails() {
    typealias N = NormalDistribution
    for p in [1e-300, 1e-100, 2.866515718791939e-7, 1e-3, 0.02, 0.07, 0.08, 0.3, 0.5, 0.8, 0.95] {
      let z = N.quantile(upperTail: p)
      // An error of one ulp in z is |z| z ulp in the tail.
      #expect(((N.upperTail(z) - p) / p).magnitude <= 3e-16 * (4 + z * z))
      #expect((N.cumulative(N.quantile(p)) / p - 1).magnitude <= 3e-16 * (4 + z * z))
    }
    for logarithm in [-1e-12, -1e-3, -0.05, -0.3, -0.69, -1, -2.4, -2.6, -30, -745, -1e4, -1e8] {
      let z = N.quantile(logUpperTail: logarithm)
      #expect((N.logUpperTail(z) / logarithm - 1).magnitude <= 2e-14)
    }
    #expect(N.quantile(0.5) == 0 && N.quantile(0) == -.infinity && N.quantile(1) == .infinity)
    #expect(N.quantile(1.5).isNaN && N.quantile(.nan).isNaN)
    // Five sigma: 2.8665157187919391e-7 (Cowan et al., 1007.1727, section 1).
    #expect((N.upperTail(5) / 2.8665157187919391e-7 - 1).magnitude <= 1e-15)
    #expect((N.density(0) * (2 * Double.pi).squareRoot() - 1).magnitude <= 3e-16)
  }

  @Test func poissonTailsAreSumsOfProbabilities() {
    for mean in [0.1, 3.0, 27.5] {
      var below = 0.0
      for count in 0..<60 {
        let p = SpecialFunctions.exp(PoissonDistribution.logProbability(count, mean: mean))
        let upper = PoissonDistribution.upperTail(atLeast: count, mean: mean)
        #expect((upper - (1 - below)).magnitude <= 1e-14)
        below += p
        #expect((PoissonDistribution.cumulative(count, mean: mean) - below).magnitude <= 1e-14)
      }
    }
    #expect(PoissonDistribution.logProbability(0, mean: 0) == 0)
    #expect(PoissonDistribution.logProbability(2, mean: 0) == -.infinity)
    #expect(PoissonDistribution.logProbability(-1, mean: 2) == -.infinity)
    #expect(PoissonDistribution.logProbability(1, mean: -2).isNaN)
  }

  @Test func chiSquaredOfOneAndTwoDegreesHaveClosedForms() {
    for x in [0.01, 0.5, 1, 4, 25, 400] {
      let two = ChiSquaredDistribution.upperTail(x, degrees: 2)
      #expect((two / SpecialFunctions.exp(-x / 2) - 1).magnitude <= 1e-13)
      let one = ChiSquaredDistribution.upperTail(x, degrees: 1)
      let normal = 2 * NormalDistribution.upperTail(x.squareRoot())
      #expect((one / normal - 1).magnitude <= 1e-13)
      #expect((ChiSquaredDistribution.cumulative(x, degrees: 1) + one - 1).magnitude <= 1e-14)
    }
    let far = ChiSquaredDistribution.logUpperTail(5000, degrees: 2)
    #expect((far + 2500).magnitude <= 1e-9)
  }
}
