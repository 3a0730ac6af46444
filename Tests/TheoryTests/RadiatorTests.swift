import NumericalMethods
import Testing
import Theory

@Suite struct RadiatorTests {
  let radiator = Radiator(sqrtS: 10.58, alpha: 1 / 137.036)

  @Test func betaIsTheOneOfTheFormula() {
    // 2/(137.036 pi) (2 ln(10.58/0.00051099895) - 1); ln(10.58/0.00051099895) = 9.938108449
    #expect(abs(radiator.beta - 2 / (137.036 * Double.pi) * (2 * 9.938_108_449 - 1)) < 1e-10)
  }

  @Test func theDerivativeOfTheCumulativeFormIsTheDensity() {
    for x in [1e-6, 1e-3, 0.05, 0.3, 0.8] {
      let h = 1e-4 * x
      let slope = (radiator.cumulative(x + h) - radiator.cumulative(x - h)) / (2 * h)
      #expect(abs(slope / radiator.density(x) - 1) < 1e-6)
    }
  }

  @Test func theTotalIsOneToTheOrderOfTheRadiator() {
    #expect(abs(radiator.cumulative(1) - 1) < radiator.beta * radiator.beta)
  }

  @Test func convolvingOneGivesTheCumulativeForm() {
    for limit in [1e-4, 0.1, 0.5, 0.9, 0.999] {
      let value = radiator.convolve(upTo: limit) { _ in 1 }
      #expect(abs(value / radiator.cumulative(limit) - 1) < 1e-6)
    }
  }

  @Test func convolvingAPowerGivesTheClosedForm() {
    // x^2: soft term beta D0 x^(beta+2)/(beta+2), hard term beta (x^3/3 - x^4/8).
    let (beta, s) = (radiator.beta, radiator.s)
    let value = radiator.convolve(upTo: 0.95) { mass in (1 - mass / s) * (1 - mass / s) }
    let soft = radiator.maximumWeight * beta * SpecialFunctions.pow(0.95, beta + 2) / (beta + 2)
    let cube = 0.95 * 0.95 * 0.95
    #expect(abs(value / (soft - beta * (cube / 3 - cube * 0.95 / 8)) - 1) < 1e-6)
  }

  @Test func theWeightIsTheDensityOverItsLeadingTermAndStaysBelowItsMaximum() {
    for x in [1e-12, 1e-4, 0.2, 0.7, 1] {
      let leading = radiator.beta * SpecialFunctions.pow(x, radiator.beta - 1)
      #expect(abs(radiator.weight(x) * leading / radiator.density(x) - 1) < 1e-12)
      #expect(radiator.weight(x) > 0 && radiator.weight(x) <= radiator.maximumWeight)
    }
  }

  @Test func fractionsDrawnWithTheirWeightFollowTheDensity() {
    // The mean of the weight over u in equal steps, times limit^beta, is the integral up to the limit.
    let (limit, steps) = (0.6, 20_000)
    var sum = 0.0
    var below = 0.0
    for i in 0..<steps {
      let x = radiator.leadingFraction(uniform: (Double(i) + 0.5) / Double(steps), upTo: limit)
      sum += radiator.weight(x)
      if x < 0.1 { below += radiator.weight(x) }
    }
    let scale = SpecialFunctions.pow(limit, radiator.beta) / Double(steps)
    #expect(abs(sum * scale / radiator.cumulative(limit) - 1) < 1e-4)
    #expect(abs(below * scale / radiator.cumulative(0.1) - 1) < 1e-3)
  }
}
