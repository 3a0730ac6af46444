extension RadiatedBoson {
  /// The traces as polynomials: N1 = product ab + linear a + constant,
  /// N12 = crossProduct ab + crossSum (a + b) + crossConstant.
  struct Terms {
    let product: Double
    let linear: Double
    let constant: Double
    let crossProduct: Double
    let crossSum: Double
    let crossConstant: Double

    /// Evaluates what does not depend on the angles.
    init(_ boson: RadiatedBoson, s: Double) {
      let mm = boson.mass * boson.mass
      let ff = boson.fermionMass * boson.fermionMass
      switch boson.kind {
      case .vector:
        product = 8
        linear = -16 * ff
        constant = -8 * s * mm - 16 * ff * (s + mm + 2 * ff)
        crossProduct = 0
        crossSum = -16 * (s + mm + ff)
        crossConstant = 16 * (s + mm) * (s + mm) - 64 * ff * ff
      case .scalar:
        product = 4
        linear = 16 * ff
        constant = -4 * s * mm + 8 * ff * (2 * s - mm + 4 * ff)
        crossProduct = 8
        crossSum = 16 * ff - 8 * mm
        crossConstant = 8 * mm * mm + 16 * ff * (2 * s - 3 * mm + 4 * ff)
      }
    }

    /// Integrates Σ|T|² over a from `high` - `width` to `high` at a fixed sum a + b.
    ///
    /// - Parameters:
    ///   - sum: a + b, GeV².
    ///   - width: The length of the range of a, GeV².
    ///   - product: The product of the ends of the range, GeV⁴.
    ///   - logarithm: The logarithm of the ratio of the ends.
    /// - Returns: The integral, GeV².
    func integral(sum: Double, width: Double, product: Double, logarithm: Double) -> Double {
      // b/a = sum/a - 1; 1/(ab) = (1/a + 1/b)/sum; the two squared diagrams are equal by symmetry.
      let squared =
        (self.product * sum + linear) * logarithm - self.product * width
        + constant * width / product
      let cross =
        (crossConstant + crossSum * sum) * logarithm / sum + 0.5 * crossProduct * width
      return 2 * (squared + cross)
    }
  }
}
