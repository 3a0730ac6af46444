import NumericalMethods
import Testing

@Suite struct SymmetricMatrixTests {
  /// A random matrix B B^T + small diagonal, with rows in very different units.
  static func positive(order: Int, toy: UInt64, units: Bool) -> SymmetricMatrix {
    var random = RandomStream(seed: 21, toy: toy)
    let rows = (0..<order).map { i in
      let unit = units ? SpecialFunctions.pow(10, Double(3 * (i % 5) - 6)) : 1
      return (0..<order).map { _ in unit * random.normal() }
    }
    let one = SymmetricMatrix(diagonal: [Double](repeating: 1, count: order))
    return one.transformed(by: rows)
  }

  @Test(arguments: [1, 2, 5, 12]) func solvesAndInverts(_ order: Int) throws {
    for units in [false, true] {
      let matrix = Self.positive(order: order, toy: UInt64(order), units: units)
      let factors = try #require(matrix.factors())
      #expect(factors.isPositiveDefinite && factors.determinantSign == 1)
      var random = RandomStream(seed: 22)
      let vector = (0..<order).map { i in random.normal() * matrix[i, i].squareRoot() }
      let back = matrix.times(factors.solve(vector))
      for i in 0..<order {
        #expect((back[i] - vector[i]).magnitude <= 1e-9 * matrix[i, i].squareRoot())
      }
      let inverse = try #require(matrix.positiveDefiniteInverse())
      for i in 0..<order {
        let row = matrix.times((0..<order).map { inverse[$0, i] })
        for j in 0..<order {
          let unit = (matrix[j, j] / matrix[i, i]).squareRoot()
          #expect((row[j] - (i == j ? 1 : 0)).magnitude <= 1e-9 * unit)
        }
      }
    }
  }

  @Test func tellsWhatIsNotPositiveDefinite() throws {
    let matrix = SymmetricMatrix(order: 2, packed: [1, 2, 1])
    let factors = try #require(matrix.factors())
    #expect(!factors.isPositiveDefinite && factors.negativeCount == 1)
    #expect(factors.determinantSign == -1)
    #expect(matrix.positiveDefiniteInverse() == nil)
    #expect(SymmetricMatrix(order: 2, packed: [1, 1, 1]).factors() == nil)
    #expect(SymmetricMatrix(order: 1, packed: [.nan]).factors() == nil)
    #expect(matrix.eigenvalues().map { $0.map { $0.rounded() } } == [-1, 3])
    #expect(matrix.eigenvalueBounds == -1...3)
    #expect(SymmetricMatrix(order: 1, packed: [.infinity]).eigenvalues() == nil)
  }

  @Test func eigenvaluesKeepTraceAndDeterminant() throws {
    let matrix = Self.positive(order: 8, toy: 3, units: false)
    let values = try #require(matrix.eigenvalues())
    #expect(values == values.sorted())
    var (trace, sum, logarithm) = (0.0, 0.0, 0.0)
    for i in 0..<8 {
      trace += matrix[i, i]
      sum += values[i]
      logarithm += SpecialFunctions.log(values[i])
    }
    #expect((sum / trace - 1).magnitude <= 1e-14)
    let factors = try #require(matrix.factors())
    #expect((factors.logDeterminant - logarithm).magnitude <= 1e-9)
    let bounds = try #require(matrix.eigenvalueBounds)
    #expect(values.allSatisfy { bounds.contains($0) })
  }

  @Test func correlatesNormalNumbers() throws {
    let matrix = SymmetricMatrix(order: 3, packed: [4, 1, 9, -2, 0.5, 16])
    let factors = try #require(matrix.factors())
    var random = RandomStream(seed: 23)
    var sums = SymmetricMatrix(order: 3)
    let n = 50_000
    for _ in 0..<n {
      let x = factors.correlate([random.normal(), random.normal(), random.normal()])
      for i in 0..<3 { for j in 0...i { sums[i, j] += x[i] * x[j] / Double(n) } }
    }
    for i in 0..<3 {
      for j in 0...i {
        // Five standard deviations of a sample covariance.
        let variance = matrix[i, i] * matrix[j, j] + matrix[i, j] * matrix[i, j]
        #expect((sums[i, j] - matrix[i, j]).magnitude <= 5 * (variance / Double(n)).squareRoot())
      }
    }
    #expect((matrix.correlation[1, 0] - 1.0 / 6).magnitude <= 1e-16)
    #expect(matrix.correlation[2, 2] == 1)
    #expect(matrix.submatrix([2, 0]).packed == [16, -2, 4])
    #expect(matrix.quadraticForm([1, 1, 0]) == 15)
  }
}
