import NumericalMethods

/// The nodes and weights of Gauss-Hermite quadrature, for integrals of exp(-x²) f(x).
package struct GaussHermiteRule: Equatable {
  package let nodes: [Double]
  /// ln of the weights: far nodes' weights are small.
  package let logWeights: [Double]

  /// Computes the rule that is exact for polynomials up to degree 2 `count` - 1, `count` <= 48.
  ///
  /// Newton steps on the normalised Hermite polynomials from the largest root down; starts as in
  /// W. Press et al., Numerical Recipes (2007), section 4.6.
  package init(count: Int) {
    let n = Double(count)
    var roots: [Double] = [], logs: [Double] = []
    var z = 0.0
    for i in 0..<(count + 1) / 2 {
      switch i {
      case 0:
        z = (2 * n + 1).squareRoot() - 1.85575 * SpecialFunctions.pow(2 * n + 1, -1 / 6.0)
      case 1: z -= 1.14 * SpecialFunctions.pow(n, 0.426) / z
      case 2: z = 1.86 * z - 0.86 * roots[0]
      case 3: z = 1.91 * z - 0.91 * roots[1]
      default: z = 2 * z - roots[i - 2]
      }
      if 2 * i + 1 == count { z = 0 }
      var slope = 0.0
      for _ in 0..<60 {
        var p = 0.7511255444649425, before = 0.0
        for j in 1...count {
          let x = Double(j)
          (p, before) = (
            z * (2 / x).squareRoot() * p - ((x - 1) / x).squareRoot() * before, p
          )
        }
        slope = (2 * n).squareRoot() * before
        let step = p / slope
        if 2 * i + 1 == count { break }
        z -= step
        if step.magnitude < 1e-15 * max(z.magnitude, 1) { break }
      }
      roots.append(z)
      logs.append(SpecialFunctions.log(2) - 2 * SpecialFunctions.log(slope.magnitude))
    }
    let half = count / 2
    nodes = roots.prefix(half).map { -$0 } + roots.reversed()
    logWeights = logs.prefix(half) + logs.reversed()
  }

  /// The rules tried in turn, each of about one and a half times the order before it.
  package static let raised = [5, 8, 12, 18, 27, 40].map(GaussHermiteRule.init(count:))
}
