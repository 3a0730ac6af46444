// The quadratic programme of one step: binding rows by their dual.
extension ConstrainedNewton {
  func gatherRows(_ objective: some NewtonObjective, _ n: Int) {
    rowCount = 0
    for i in free {
      for (limit, sign) in [(lower[i], 1.0), (upper[i], -1.0)]
      where limit.isFinite && rowCount < Self.mostRows {
        // Only a limit that a step may reach can bind.
        for j in 0..<n { rows[rowCount * n + j] = 0 }
        rows[rowCount * n + i] = sign
        rowValue[rowCount] = sign * (q[i] - limit)
        rowCount += 1
      }
    }
    boxRows = rowCount
    for k in 0..<objective.constraintCount where rowCount < Self.mostRows {
      rowValue[rowCount] = objective.constraint(k, q, row: rows + rowCount * n)
      rowCount += 1
    }
    // Rows scaled to unit length in the metric of H⁻¹.
    for k in 0..<rowCount {
      let row = rows + k * n, out = solved + k * n
      var norm = 0.0
      for i in free {
        var v = 0.0
        for j in free { v += inverse[i * n + j] * row[j] }
        out[i] = v
        norm += v * row[i]
      }
      let s = norm > 0 ? 1 / norm.squareRoot() : 0
      for i in 0..<n { row[i] *= s }
      for i in free { out[i] *= s }
      rowValue[k] *= s
      rowScale[k] = s
    }
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

  /// The step -H⁻¹(g - Aᵀλ) with the multipliers of the dual.
  func solveStep(_ n: Int) {
    for i in 0..<n { step[i] = 0 }
    for i in free {
      var v = 0.0
      for j in free { v -= inverse[i * n + j] * gradient[j] }
      step[i] = v
    }
    for k in 0..<rowCount { multiplier[k] = 0 }
    guard rowCount > 0 else { return }
    // Dual: least ½λᵀQλ + λᵀr with Q = A H⁻¹ Aᵀ, r = c + A step, λ >= 0.
    var isNeeded = false
    for k in 0..<rowCount {
      var r = rowValue[k]
      for i in free { r += rows[k * n + i] * step[i] }
      dualWork[k] = r
      if r < 0 { isNeeded = true }
      for l in 0...k {
        var v = 0.0
        for i in free { v += rows[k * n + i] * solved[l * n + i] }
        dual[k * rowCount + l] = v
        dual[l * rowCount + k] = v
      }
    }
    guard isNeeded else { return }
    solveDual()
    let passive = (0..<rowCount).filter { multiplier[$0] > 0 }
    for k in passive { for i in free { step[i] += multiplier[k] * solved[k * n + i] } }
    // Where H is nearly singular the step is a small difference of large terms: refine it on the
    // binding rows.
    for _ in 0..<3 {
      for k in passive {
        var r = rowValue[k]
        for i in free { r += rows[k * n + i] * step[i] }
        dualWork[k] = r
      }
      guard let more = solvePassive(passive) else { break }
      for (a, k) in passive.enumerated() {
        multiplier[k] = max(multiplier[k] + more[a], 1e-300)
        for i in free { step[i] += more[a] * solved[k * n + i] }
      }
    }
  }

  /// Lawson-Hanson: least ½λᵀQλ + λᵀr over λ >= 0.
  func solveDual() {
    let m = rowCount
    var passive: [Int] = []
    let r = dualWork
    for _ in 0..<(6 * m + 10) {
      // The most violated row not yet in force.
      var worst = -1, least = -1e-11
      for k in 0..<m where !passive.contains(k) && dual[k * m + k] > 0 {
        var w = r[k]
        for l in passive { w += dual[k * m + l] * multiplier[l] }
        if w < least {
          least = w
          worst = k
        }
      }
      if worst < 0 { return }
      passive.append(worst)
      var rounds = 0
      while rounds < 3 * m + 3 {
        rounds += 1
        guard let found = solvePassive(passive) else {
          passive.removeLast()
          return
        }
        if found.allSatisfy({ $0 > 0 }) {
          for (a, k) in passive.enumerated() { multiplier[k] = found[a] }
          break
        }
        var t = 1.0
        for (a, k) in passive.enumerated() where found[a] <= 0 {
          t = min(t, multiplier[k] / max(multiplier[k] - found[a], 1e-300))
        }
        for (a, k) in passive.enumerated() { multiplier[k] += t * (found[a] - multiplier[k]) }
        let dropped = passive.filter { multiplier[$0] <= 1e-14 }
        for k in dropped { multiplier[k] = 0 }
        passive.removeAll { dropped.contains($0) }
        if dropped.isEmpty || passive.isEmpty { break }
      }
    }
  }

  /// Solves Q λ = -r over the rows in force.
  func solvePassive(_ passive: [Int]) -> [Double]? {
    let p = passive.count, m = rowCount
    var l = [Double](repeating: 0, count: p * p), x = [Double](repeating: 0, count: p)
    for a in 0..<p {
      for b in 0...a {
        var v = dual[passive[a] * m + passive[b]]
        for k in 0..<b { v -= l[a * p + k] * l[b * p + k] }
        if a == b {
          if !(v > 1e-14) { return nil }
          l[a * p + a] = v.squareRoot()
        } else {
          l[a * p + b] = v / l[b * p + b]
        }
      }
    }
    for a in 0..<p {
      var v = -dualWork[passive[a]]
      for k in 0..<a { v -= l[a * p + k] * x[k] }
      x[a] = v / l[a * p + a]
    }
    for a in stride(from: p - 1, through: 0, by: -1) {
      var v = x[a]
      for k in (a + 1)..<max(p, a + 1) { v -= l[k * p + a] * x[k] }
      x[a] = v / l[a * p + a]
    }
    return x
  }
}
