// The quadratic programme of one step, in coordinates where the Hessian is the unit matrix.
extension ConstrainedNewton {
  func gatherRows(_ objective: some NewtonObjective, _ n: Int) {
    rowCount = 0
    for i in free {
      for (limit, sign) in [(lower[i], 1.0), (upper[i], -1.0)]
      where limit.isFinite && rowCount < mostRows {
        // Only a limit that a step may reach can bind.
        for j in 0..<n { rows[rowCount * n + j] = 0 }
        rows[rowCount * n + i] = sign
        rowValue[rowCount] = sign * (q[i] - limit)
        rowCount += 1
      }
    }
    boxRows = rowCount
    for k in 0..<objective.constraintCount where rowCount < mostRows {
      rowValue[rowCount] = objective.constraint(k, q, row: rows + rowCount * n)
      rowCount += 1
    }
    for k in 0..<rowCount { whiten(k, n) }
  }

  /// Scales a row to unit length in the metric of H⁻¹, where one is a standard deviation.
  private func whiten(_ k: Int, _ n: Int) {
    let row = rows + k * n, out = solved + k * n, white = white + k * n, m = free.count
    var norm = 0.0
    for a in 0..<m {
      var v = 0.0
      for b in 0...a { v += work[a * m + b] * scale[b] * row[free[b]] }
      white[a] = v
      norm += v * v
    }
    let s = norm > 0 ? 1 / norm.squareRoot() : 0
    for i in 0..<n {
      row[i] *= s
      out[i] = 0
    }
    for a in 0..<m { white[a] *= s }
    for b in 0..<m {
      var v = 0.0
      for a in b..<m { v += work[a * m + b] * white[a] }
      out[free[b]] = v * scale[b]
    }
    rowValue[k] *= s
    rowScale[k] = s
  }

  /// What violated constraints add to the value: twice their multipliers times the violation.
  func violation(_ objective: some NewtonObjective, at point: UnsafePointer<Double>)
    -> Double
  {
    var sum = 0.0
    for k in boxRows..<max(rowCount, boxRows) where multiplier[k] > 0 {
      let value = objective.constraint(k - boxRows, point, row: trialRow) * rowScale[k]
      if value < 0 { sum -= 2 * multiplier[k] * value }
    }
    return sum
  }

  /// The step -H⁻¹(g - Aᵀλ): the nearest allowed point to the Newton step in the metric of H.
  ///
  /// The dual active-set method of Goldfarb and Idnani (1983): rows enter most violated first, and
  /// leave where their multiplier would change sign. Rows in force are kept as orthonormal
  /// directions, so that nearly parallel ones do no harm.
  func solveStep(_ n: Int) {
    let m = free.count, z = target
    for a in 0..<m {
      var v = 0.0
      for b in 0...a { v -= work[a * m + b] * scale[b] * gradient[free[b]] }
      z[a] = v
    }
    for k in 0..<rowCount { multiplier[k] = 0 }
    inForce.removeAll(keepingCapacity: true)
    for _ in 0..<(20 * (rowCount + 1)) {
      var worst = -1, least = -1e-12
      for k in 0..<rowCount where rowScale[k] > 0 && !inForce.contains(k) {
        let v = distance(k, n, m)
        if v < least { (worst, least) = (k, v) }
      }
      guard worst >= 0, enter(worst, least, n, m) else { break }
    }
    // Once more onto the rows in force: what rounding left there.
    orthogonalise(n, m)
    for _ in 0..<2 {
      for (p, k) in inForce.enumerated() {
        // The part of the row that is not along the rows before it.
        let miss = distance(k, n, m), along = triangle[p * mostParameters + p]
        if along > 1e-9 { for a in 0..<m { z[a] -= miss / along * basis[p * m + a] } }
      }
    }
    for i in 0..<n { step[i] = 0 }
    for b in 0..<m {
      var v = 0.0
      for a in b..<m { v += work[a * m + b] * z[a] }
      step[free[b]] = v * scale[b]
    }
  }

  private func distance(_ k: Int, _ n: Int, _ m: Int) -> Double {
    var v = rowValue[k]
    for a in 0..<m { v += white[k * n + a] * target[a] }
    return v
  }

  /// Brings a row into force; false where no allowed point exists.
  private func enter(_ k: Int, _ value: Double, _ n: Int, _ m: Int) -> Bool {
    var value = value
    let direction = trialRow, most = mostParameters
    for _ in 0..<(2 * most) {
      orthogonalise(n, m)
      let p = inForce.count
      for a in 0..<m { direction[a] = white[k * n + a] }
      for c in 0..<p { along[c] = 0 }
      for _ in 0..<2 {
        for c in 0..<p {
          var dot = 0.0
          for a in 0..<m { dot += basis[c * m + a] * direction[a] }
          for a in 0..<m { direction[a] -= dot * basis[c * m + a] }
          along[c] += dot
        }
      }
      var length = 0.0
      for a in 0..<m { length += direction[a] * direction[a] }
      // How the multipliers in force follow that of the new row.
      for c in stride(from: p - 1, through: 0, by: -1) {
        for d in (c + 1)..<max(p, c + 1) { along[c] -= triangle[d * most + c] * along[d] }
        along[c] /= triangle[c * most + c]
      }
      let isFree = length > 1e-20 && p < m
      let full = isFree ? -value / length : .infinity
      var part = Double.infinity, leaving = -1
      for c in 0..<p where along[c] > 1e-14 && multiplier[inForce[c]] < part * along[c] {
        (part, leaving) = (multiplier[inForce[c]] / along[c], c)
      }
      let t = min(full, part)
      guard t.isFinite else {
        multiplier[k] = 0
        return false
      }
      if isFree { for a in 0..<m { target[a] += t * direction[a] } }
      for c in 0..<p { multiplier[inForce[c]] = max(multiplier[inForce[c]] - t * along[c], 0) }
      multiplier[k] += t
      if full <= part {
        inForce.append(k)
        return true
      }
      multiplier[inForce[leaving]] = 0
      inForce.remove(at: leaving)
      value = distance(k, n, m)
    }
    return false
  }

  /// Orthonormal directions of the rows in force: row p = Σ triangle[p, c] basis[c].
  private func orthogonalise(_ n: Int, _ m: Int) {
    let most = mostParameters
    for (p, k) in inForce.enumerated() {
      let out = basis + p * m
      for a in 0..<m { out[a] = white[k * n + a] }
      for c in 0..<p { triangle[p * most + c] = 0 }
      for _ in 0..<2 {
        for c in 0..<p {
          var dot = 0.0
          for a in 0..<m { dot += basis[c * m + a] * out[a] }
          for a in 0..<m { out[a] -= dot * basis[c * m + a] }
          triangle[p * most + c] += dot
        }
      }
      var norm = 0.0
      for a in 0..<m { norm += out[a] * out[a] }
      norm = norm.squareRoot()
      triangle[p * most + p] = max(norm, 1e-300)
      if norm > 0 { for a in 0..<m { out[a] /= norm } }
    }
  }
}
