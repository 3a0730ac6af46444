/// A symmetric matrix in packed storage: the lower triangle, row after row.
public struct SymmetricMatrix: Equatable, Sendable {
  /// The number of rows and columns.
  public let order: Int
  /// The elements (0,0), (1,0), (1,1), (2,0), ...: shape [order (order + 1) / 2].
  public var packed: [Double]

  /// Makes a matrix of zeros.
  public init(order: Int) {
    precondition(order >= 0, "SymmetricMatrix: the order must not be negative")
    self.order = order
    packed = [Double](repeating: 0, count: order * (order + 1) / 2)
  }

  /// Makes a diagonal matrix.
  public init(diagonal: [Double]) {
    self.init(order: diagonal.count)
    for (i, value) in diagonal.enumerated() { self[i, i] = value }
  }

  /// Makes a matrix from its packed lower triangle, of a length n (n + 1) / 2.
  public init(order: Int, packed: [Double]) {
    precondition(packed.count == order * (order + 1) / 2, "SymmetricMatrix: wrong packed length")
    self.order = order
    self.packed = packed
  }

  /// Accesses an element; (i, j) and (j, i) are the same one.
  public subscript(_ i: Int, _ j: Int) -> Double {
    get { packed[SymmetricMatrix.index(i, j)] }
    set { packed[SymmetricMatrix.index(i, j)] = newValue }
  }

  static func index(_ i: Int, _ j: Int) -> Int {
    i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i
  }

  /// Multiplies the matrix by a vector.
  public func times(_ vector: [Double]) -> [Double] {
    precondition(vector.count == order, "SymmetricMatrix: wrong vector length")
    return (0..<order).map { i in
      var sum = 0.0
      for j in 0..<order { sum += self[i, j] * vector[j] }
      return sum
    }
  }

  /// Computes the quadratic form of a vector.
  public func quadraticForm(_ vector: [Double]) -> Double {
    var sum = 0.0
    for (x, y) in zip(vector, times(vector)) { sum += x * y }
    return sum
  }

  /// Picks the rows and columns at these indices, in this order.
  public func submatrix(_ indices: [Int]) -> SymmetricMatrix {
    var result = SymmetricMatrix(order: indices.count)
    for (a, i) in indices.enumerated() {
      for (b, j) in indices.prefix(a + 1).enumerated() { result[a, b] = self[i, j] }
    }
    return result
  }

  /// Multiplies from both sides: A M A^T for the rows of A, each of length `order`.
  public func transformed(by rows: [[Double]]) -> SymmetricMatrix {
    var result = SymmetricMatrix(order: rows.count)
    for (a, row) in rows.enumerated() {
      let product = times(row)
      for b in 0...a {
        var sum = 0.0
        for j in 0..<order { sum += rows[b][j] * product[j] }
        result[a, b] = sum
      }
    }
    return result
  }

  /// The correlation matrix of a covariance matrix; zero beside a variance that is not positive.
  public var correlation: SymmetricMatrix {
    var result = SymmetricMatrix(order: order)
    for i in 0..<order {
      for j in 0...i {
        let product = self[i, i] * self[j, j]
        let valid = self[i, i] > 0 && self[j, j] > 0
        result[i, j] = i == j ? 1 : valid ? self[i, j] / product.squareRoot() : 0
      }
    }
    return result
  }
}
