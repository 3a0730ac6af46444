// Hessians that are not positive definite.
extension ConstrainedNewton {
  /// Replaces the eigenvalues of the scaled Hessian by their sizes, none below 1e-3, and decomposes
  /// it; false where that fails.
  ///
  /// Along directions of negative curvature the step is that of the mirrored parabola: downhill,
  /// and as long; all other directions keep their Newton steps. Jacobi rotations, row by row.
  func mirrorNegativeCurvature(_ n: Int) -> Bool {
    let m = free.count
    if mirrored.isEmpty {
      mirrored = [Double](repeating: 0, count: 2 * mostParameters * mostParameters)
    }
    return mirrored.withUnsafeMutableBufferPointer { buffer in
      guard let matrix = buffer.baseAddress else { return false }
      let vectors = matrix + mostParameters * mostParameters
      for a in 0..<m {
        for b in 0..<m {
          matrix[a * m + b] = hessian[free[a] * n + free[b]] * scale[a] * scale[b]
          vectors[a * m + b] = a == b ? 1 : 0
        }
      }
      for _ in 0..<60 {
        var off = 0.0, all = 0.0
        for a in 0..<m {
          for b in 0..<m {
            let v = matrix[a * m + b] * matrix[a * m + b]
            all += v
            if a != b { off += v }
          }
        }
        if !(off > 1e-20 * all) { break }
        for a in 1..<max(m, 1) { for b in 0..<a { rotate(matrix, vectors, a, b, m) } }
      }
      for a in 0..<m { along[a] = max(abs(matrix[a * m + a]), 1e-3) }
      for a in 0..<m {
        for b in 0...a {
          var v = 0.0
          for k in 0..<m { v += vectors[a * m + k] * along[k] * vectors[b * m + k] }
          matrix[a * m + b] = v
        }
      }
      return decompose(matrix, m)
    }
  }

  /// One rotation that makes element (a, b) zero.
  private func rotate(
    _ matrix: UnsafeMutablePointer<Double>, _ vectors: UnsafeMutablePointer<Double>, _ a: Int,
    _ b: Int, _ m: Int
  ) {
    let off = matrix[a * m + b]
    if off == 0 { return }
    let half = 0.5 * (matrix[b * m + b] - matrix[a * m + a]) / off
    let t = (half >= 0 ? 1.0 : -1.0) / (abs(half) + (half * half + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot(), s = t * c
    for k in 0..<m {
      let x = matrix[k * m + a], y = matrix[k * m + b]
      matrix[k * m + a] = c * x - s * y
      matrix[k * m + b] = s * x + c * y
    }
    for k in 0..<m {
      let x = matrix[a * m + k], y = matrix[b * m + k]
      matrix[a * m + k] = c * x - s * y
      matrix[b * m + k] = s * x + c * y
      let u = vectors[k * m + a], v = vectors[k * m + b]
      vectors[k * m + a] = c * u - s * v
      vectors[k * m + b] = s * u + c * v
    }
  }

  /// The Cholesky factor of a matrix into `work`.
  private func decompose(_ matrix: UnsafePointer<Double>, _ m: Int) -> Bool {
    for a in 0..<m {
      for b in 0...a {
        var v = matrix[a * m + b]
        for k in 0..<b { v -= work[a * m + k] * work[b * m + k] }
        if a == b {
          guard v > 1e-10 else { return false }
          work[a * m + a] = v.squareRoot()
        } else {
          work[a * m + b] = v / work[b * m + b]
        }
      }
    }
    return true
  }
}
