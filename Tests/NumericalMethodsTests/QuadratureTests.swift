import NumericalMethods
import Testing

@Suite struct QuadratureTests {
  @Test(arguments: [1, 2, 5, 16, 33, 64])
  func gaussLegendreIsExactForPolynomials(_ count: Int) {
    let rule = GaussLegendreRule(count: count)
    #expect(rule.nodes == rule.nodes.sorted())
    for power in 0..<min(2 * count, 40) {
      let found = rule.integrate(over: 0...1) { x in
        var y = 1.0
        for _ in 0..<power { y *= x }
        return y
      }
      #expect((found * Double(power + 1) - 1).magnitude <= 1e-13)
    }
  }

  @Test func integratesWhatHasAClosedForm() {
    let gauss = Quadrature.integrate(over: -10...10, relative: 1e-13) {
      NormalDistribution.density($0)
    }
    #expect(gauss.status == .converged && (gauss.value - 1).magnitude <= 1e-13)
    let root = Quadrature.integrate(over: 0...1, absolute: 1e-9) { $0.squareRoot() }
    #expect(root.status == .converged && (root.value - 2.0 / 3).magnitude <= 1e-9)
    let peak = Quadrature.integrate(over: 0...1, relative: 1e-12) {
      1e-3 / (($0 - 0.3) * ($0 - 0.3) + 1e-6)
    }
    let exact = SpecialFunctions.atan(700) + SpecialFunctions.atan(300)
    #expect((peak.value / exact - 1).magnitude <= 1e-12)
  }

  @Test func tellsWhyItFailed() {
    let pole = Quadrature.integrate(over: 0...1, maxIntervals: 10) { 1 / $0.squareRoot() }
    #expect(pole.status == .intervalLimit)
    #expect(Quadrature.integrate(over: 0...1) { _ in .nan }.status == .notFinite)
  }
}
