import Simulation

/// Complex numbers of the independent evaluation.
struct Complex {
  var re = 0.0
  var im = 0.0

  static func + (a: Complex, b: Complex) -> Complex { Complex(re: a.re + b.re, im: a.im + b.im) }
  static func - (a: Complex, b: Complex) -> Complex { Complex(re: a.re - b.re, im: a.im - b.im) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
  }
  static func * (a: Double, b: Complex) -> Complex { Complex(re: a * b.re, im: a * b.im) }
  var conjugate: Complex { Complex(re: re, im: -im) }
  var squared: Double { re * re + im * im }
}

/// Four by four complex matrices in the representation of Dirac (not the chiral one of the kernel).
struct DiracMatrix {
  var rows = [[Complex]](repeating: [Complex](repeating: Complex(), count: 4), count: 4)

  static let one = diagonal([1, 1, 1, 1])
  /// The four gamma matrices.
  static let gamma: [DiracMatrix] = {
    let zero = Complex()
    let (one, i) = (Complex(re: 1), Complex(im: 1))
    let (minusOne, minusI) = (Complex(re: -1), Complex(im: -1))
    let pauli: [[[Complex]]] = [
      [[zero, one], [one, zero]], [[zero, minusI], [i, zero]], [[one, zero], [zero, minusOne]],
    ]
    var matrices = [diagonal([1, 1, -1, -1])]
    for sigma in pauli {
      var matrix = DiracMatrix()
      for a in 0..<2 {
        for b in 0..<2 {
          matrix.rows[a][b + 2] = sigma[a][b]
          matrix.rows[a + 2][b] = -1 * sigma[a][b]
        }
      }
      matrices.append(matrix)
    }
    return matrices
  }()

  static func diagonal(_ values: [Double]) -> DiracMatrix {
    var matrix = DiracMatrix()
    for (index, value) in values.enumerated() { matrix.rows[index][index] = Complex(re: value) }
    return matrix
  }

  /// gamma^mu v_mu of a vector with lower indices.
  static func slash(lower v: [Complex]) -> DiracMatrix {
    var sum = DiracMatrix()
    for mu in 0..<4 { sum = sum + v[mu] * gamma[mu] }
    return sum
  }

  /// gamma^mu p_mu of a momentum (upper indices).
  static func slash(_ p: [Double]) -> DiracMatrix {
    slash(lower: [p[0], -p[1], -p[2], -p[3]].map { Complex(re: $0) })
  }

  static func + (a: DiracMatrix, b: DiracMatrix) -> DiracMatrix {
    var c = a
    for i in 0..<4 { for j in 0..<4 { c.rows[i][j] = a.rows[i][j] + b.rows[i][j] } }
    return c
  }

  static func * (a: Complex, b: DiracMatrix) -> DiracMatrix {
    var c = b
    for i in 0..<4 { for j in 0..<4 { c.rows[i][j] = a * b.rows[i][j] } }
    return c
  }

  static func * (a: Double, b: DiracMatrix) -> DiracMatrix { Complex(re: a) * b }

  static func * (a: DiracMatrix, v: [Complex]) -> [Complex] {
    a.rows.map { row in (0..<4).reduce(Complex()) { $0 + row[$1] * v[$1] } }
  }

  /// Both spins of a particle (`sign` 1) or antiparticle (-1): columns of sign p-slash + m.
  static func spinors(_ p: [Double], mass: Double, sign: Double) -> [[Complex]] {
    let matrix = sign * slash(p) + mass * one
    let norm = 1 / (p[0] + mass).squareRoot()
    return (sign > 0 ? [0, 1] : [2, 3]).map { column in
      matrix.rows.map { norm * $0[column] }
    }
  }

  /// The row u^dagger gamma^0.
  static func bar(_ u: [Complex]) -> [Complex] {
    [u[0].conjugate, u[1].conjugate, -1 * u[2].conjugate, -1 * u[3].conjugate]
  }

  static func product(_ row: [Complex], _ column: [Complex]) -> Complex {
    (0..<4).reduce(Complex()) { $0 + row[$1] * column[$1] }
  }
}
