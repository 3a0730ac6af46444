/// The factors L D L^T of a symmetric matrix, L with ones on its diagonal.
///
/// The matrix is first scaled by powers of two to a diagonal near one, so that parameters in
/// different units do no harm. No pivoting: meant for positive definite matrices, and for telling
/// that a matrix is not.
public struct LDLFactors: Equatable, Sendable {
  /// The number of rows and columns.
  public let order: Int
  let lower: [Double]
  let diagonal: [Double]
  let scale: [Double]

  /// Whether all pivots are positive.
  public var isPositiveDefinite: Bool { diagonal.allSatisfy { $0 > 0 } }

  /// The number of negative pivots, which is the number of negative eigenvalues.
  public var negativeCount: Int { diagonal.count { $0 < 0 } }

  /// The sign of the determinant: 1 or -1.
  public var determinantSign: Int { negativeCount.isMultiple(of: 2) ? 1 : -1 }

  /// The logarithm of the absolute value of the determinant.
  public var logDeterminant: Double {
    var sum = 0.0
    for (d, s) in zip(diagonal, scale) {
      sum += SpecialFunctions.log(d.magnitude) - 2 * SpecialFunctions.log(s)
    }
    return sum
  }

  /// Solves M x = `vector`.
  public func solve(_ vector: [Double]) -> [Double] {
    precondition(vector.count == order, "LDLFactors: wrong vector length")
    var x = vector
    for i in 0..<order {
      x[i] *= scale[i]
      for j in 0..<i { x[i] -= lower[SymmetricMatrix.index(i, j)] * x[j] }
    }
    for i in 0..<order { x[i] /= diagonal[i] }
    for i in stride(from: order - 1, through: 0, by: -1) {
      for k in i + 1..<max(order, i + 1) { x[i] -= lower[SymmetricMatrix.index(k, i)] * x[k] }
    }
    for i in 0..<order { x[i] *= scale[i] }
    return x
  }

  /// Computes the inverse of the matrix.
  public func inverse() -> SymmetricMatrix {
    var result = SymmetricMatrix(order: order)
    for j in 0..<order {
      var unit = [Double](repeating: 0, count: order)
      unit[j] = 1
      let column = solve(unit)
      for i in j..<order { result[i, j] = column[i] }
    }
    return result
  }

  /// Multiplies the lower factor L D^(1/2) by a vector: correlates independent normal numbers.
  ///
  /// Only for a positive definite matrix.
  public func correlate(_ vector: [Double]) -> [Double] {
    precondition(isPositiveDefinite, "LDLFactors: correlate needs a positive definite matrix")
    let roots = zip(vector, diagonal).map { $0 * $1.squareRoot() }
    return (0..<order).map { i in
      var sum = roots[i]
      for j in 0..<i { sum += lower[SymmetricMatrix.index(i, j)] * roots[j] }
      return sum / scale[i]
    }
  }
}

extension SymmetricMatrix {
  /// Factorises the matrix; nil if a pivot vanishes or is not a finite number.
  public func factors() -> LDLFactors? {
    let scale = (0..<order).map { i -> Double in
      let d = self[i, i].magnitude
      guard d > 0, d.isFinite else { return 1 }
      return Double(sign: .plus, exponent: -(d.exponent / 2), significand: 1)
    }
    var lower = packed
    var diagonal = [Double](repeating: 0, count: order)
    for i in 0..<order {
      for j in 0...i {
        var sum = self[i, j] * scale[i] * scale[j]
        for k in 0..<j {
          let product = lower[SymmetricMatrix.index(i, k)] * diagonal[k]
          sum -= product * lower[SymmetricMatrix.index(j, k)]
        }
        if i == j {
          guard sum.isFinite, sum.magnitude > 0x1p-1000 else { return nil }
          diagonal[i] = sum
          lower[SymmetricMatrix.index(i, i)] = 1
        } else {
          lower[SymmetricMatrix.index(i, j)] = sum / diagonal[j]
        }
      }
    }
    return LDLFactors(order: order, lower: lower, diagonal: diagonal, scale: scale)
  }

  /// Computes the inverse of a positive definite matrix; nil if it is not one.
  public func positiveDefiniteInverse() -> SymmetricMatrix? {
    guard let factors = factors(), factors.isPositiveDefinite else { return nil }
    return factors.inverse()
  }
}
