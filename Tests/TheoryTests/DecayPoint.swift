import NumericalMethods
import Theory

/// A random point of γ* → f(p1) f̄(p2) X(k) and its amplitude from explicit gamma matrices (Dirac basis).
struct DecayPoint {
  let fermionMass: Double
  let mass: Double
  let p1: [Double]
  let p2: [Double]
  let k: [Double]

  init(_ random: inout RandomStream) {
    func momentum(_ mass: Double) -> [Double] {
      let p = (0..<3).map { _ in 4 * random.uniform() - 2 }
      return [(mass * mass + p.reduce(0) { $0 + $1 * $1 }).squareRoot()] + p
    }
    fermionMass = 0.1 + random.uniform()
    mass = 0.1 + 2 * random.uniform()
    p1 = momentum(fermionMass)
    p2 = momentum(fermionMass)
    k = momentum(mass)
  }

  var a: Double { mass * mass + 2 * dot(p1, k) }
  var b: Double { mass * mass + 2 * dot(p2, k) }
  var s: Double {
    let q = (0..<4).map { p1[$0] + p2[$0] + k[$0] }
    return dot(q, q)
  }

  /// Σ|T|² contracted with -g for the photon and for a vector boson.
  func squaredAmplitude(_ kind: RadiatedBoson.Kind) -> Double {
    var sum = 0.0
    for photon in 0..<4 {
      switch kind {
      case .scalar:
        sum -= Matrix.metric[photon] * trace(amplitude(.one, Matrix.gamma(photon)))
      case .vector:
        for boson in 0..<4 {
          sum +=
            Matrix.metric[photon] * Matrix.metric[boson]
            * trace(amplitude(Matrix.gamma(boson), Matrix.gamma(photon)))
        }
      }
    }
    return sum
  }

  /// The largest Σ|k·T|² of the four photon directions: the boson's polarization replaced by k.
  var longitudinal: Double {
    (0..<4).map { abs(trace(amplitude(Matrix.slash(k), Matrix.gamma($0)))) }.max() ?? 0
  }

  private func amplitude(_ boson: Matrix, _ photon: Matrix) -> Matrix {
    let one = (0..<4).map { p1[$0] + k[$0] }
    let two = (0..<4).map { -p2[$0] - k[$0] }
    let mass = Matrix.one.scaled(fermionMass)
    return (boson * (Matrix.slash(one) + mass) * photon).scaled(1 / a)
      + (photon * (Matrix.slash(two) + mass) * boson).scaled(1 / b)
  }

  /// Tr[(p̸1 + m) Γ (p̸2 - m) γ⁰Γ†γ⁰].
  private func trace(_ vertex: Matrix) -> Double {
    let mass = Matrix.one.scaled(fermionMass)
    let bar = Matrix.gamma(0) * vertex.adjoint * Matrix.gamma(0)
    return ((Matrix.slash(p1) + mass) * vertex * (Matrix.slash(p2) + mass.scaled(-1)) * bar).trace
  }

  private func dot(_ p: [Double], _ q: [Double]) -> Double {
    (0..<4).reduce(0) { $0 + Matrix.metric[$1] * p[$1] * q[$1] }
  }
}

/// A complex 4×4 matrix.
struct Matrix {
  static let metric = [1.0, -1, -1, -1]
  static let one = Matrix { i, j in (i == j ? 1 : 0, 0) }
  private var real = [Double](repeating: 0, count: 16)
  private var imaginary = [Double](repeating: 0, count: 16)

  init(_ element: (Int, Int) -> (Double, Double)) {
    for i in 0..<4 {
      for j in 0..<4 { (real[4 * i + j], imaginary[4 * i + j]) = element(i, j) }
    }
  }

  /// γ^index: diag(1,1,-1,-1) and [[0, σ], [-σ, 0]].
  static func gamma(_ index: Int) -> Matrix {
    let pauli: [[[(Double, Double)]]] = [
      [[(0, 0), (1, 0)], [(1, 0), (0, 0)]], [[(0, 0), (0, -1)], [(0, 1), (0, 0)]],
      [[(1, 0), (0, 0)], [(0, 0), (-1, 0)]],
    ]
    return Matrix { i, j in
      if index == 0 { return (i == j ? (i < 2 ? 1 : -1) : 0, 0) }
      guard (i < 2) != (j < 2) else { return (0, 0) }
      let (re, im) = pauli[index - 1][i % 2][j % 2]
      return i < 2 ? (re, im) : (-re, -im)
    }
  }

  static func slash(_ p: [Double]) -> Matrix {
    (1..<4).reduce(gamma(0).scaled(p[0])) { $0 + gamma($1).scaled(-p[$1]) }
  }

  func scaled(_ factor: Double) -> Matrix {
    Matrix { i, j in (factor * real[4 * i + j], factor * imaginary[4 * i + j]) }
  }

  var adjoint: Matrix { Matrix { i, j in (real[4 * j + i], -imaginary[4 * j + i]) } }

  var trace: Double { (0..<4).reduce(0) { $0 + real[5 * $1] } }

  static func + (a: Matrix, b: Matrix) -> Matrix {
    Matrix { i, j in
      (a.real[4 * i + j] + b.real[4 * i + j], a.imaginary[4 * i + j] + b.imaginary[4 * i + j])
    }
  }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    Matrix { i, j in
      var sum = (0.0, 0.0)
      for l in 0..<4 {
        let (ar, ai) = (a.real[4 * i + l], a.imaginary[4 * i + l])
        let (br, bi) = (b.real[4 * l + j], b.imaginary[4 * l + j])
        sum = (sum.0 + ar * br - ai * bi, sum.1 + ar * bi + ai * br)
      }
      return sum
    }
  }
}
