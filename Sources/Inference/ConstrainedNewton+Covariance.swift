// What a minimum says: covariance with the binding rows held, status.
extension ConstrainedNewton {
  /// Finds the binding rows, and adds to the Hessian what the bending of their constraints does.
  ///
  /// The least of f over x bends by -(∂²f/∂q∂x)(∂²f/∂q∂x)ᵀ / (∂²f/∂x²), as its place follows q.
  /// Rows that enclose one such place count as one.
  func bindRows(_ objective: some NewtonObjective, _ n: Int) {
    binding.removeAll(keepingCapacity: true)
    var hasBent = false
    for k in inForce where multiplier[k] > 1e-9 {
      if k >= boxRows {
        let second = objective.bend(k - boxRows, q, cross: trialRow)
        if second > 0 {
          hasBent = true
          let factor = multiplier[k] * rowScale[k] / second
          for i in free {
            for j in free { hessian[i * n + j] += factor * trialRow[i] * trialRow[j] }
          }
        }
        if let i = binding.firstIndex(where: {
          $0 >= boxRows && objective.isSame($0 - boxRows, k - boxRows)
        }) {
          if multiplier[k] > multiplier[binding[i]] { binding[i] = k }
          continue
        }
      }
      binding.append(k)
    }
    guard hasBent else { return }
    _ = invert(n)
    // H⁻¹ of the rows changes with the Hessian; their scale may stay.
    for k in binding {
      for i in 0..<n { solved[k * n + i] = 0 }
      for i in free {
        var v = 0.0
        for j in free { v += inverse[i * n + j] * rows[k * n + j] }
        solved[k * n + i] = v
      }
    }
  }

  /// The variance of a parameter held fixed in the last fit, were it free, and how the others
  /// would follow it, with the binding constraints kept.
  func freed(_ index: Int, _ count: Int) -> (variance: Double, shift: [Double]) {
    let active = binding
    let wasFixed = isFixed[index]
    isFixed[index] = false
    free = (0..<count).filter { !isFixed[$0] }
    _ = invert(count)
    var directions: [[Double]] = []
    for k in active {
      var v = [Double](repeating: 0, count: count)
      for i in free { for j in free { v[i] += inverse[i * count + j] * rows[k * count + j] } }
      var norm = 0.0
      for i in free { norm += v[i] * rows[k * count + i] }
      let first = norm
      for d in directions {
        var dot = 0.0
        for i in free { dot += rows[k * count + i] * d[i] }
        for i in free { v[i] -= dot * d[i] }
      }
      norm = 0
      for i in free { norm += v[i] * rows[k * count + i] }
      guard norm > 1e-9 * first else { continue }
      let s = 1 / norm.squareRoot()
      directions.append(v.map { $0 * s })
    }
    var column = (0..<count).map { inverse[$0 * count + index] }
    for d in directions { for i in free { column[i] -= d[i] * d[index] } }
    let variance = max(column[index], 1e-12 * inverse[index * count + index])
    isFixed[index] = wasFixed
    return (variance, column.map { $0 / variance })
  }

  func finish(
    _ result: inout RawFit, _ n: Int, isDone: Bool, isPositive: Bool, calls: Int, distance: Double
  ) {
    var covariance = (0..<(n * n)).map { inverse[$0] }
    let active = binding
    let p = active.count
    // Project out the binding rows: H⁻¹ - H⁻¹Aᵀ(AH⁻¹Aᵀ)⁻¹AH⁻¹, one row after the other.
    var directions: [[Double]] = []
    for k in active {
      var row = (0..<n).map { solved[k * n + $0] }, dot = 0.0
      for d in directions {
        dot = 0
        for i in free { dot += rows[k * n + i] * d[i] }
        for i in 0..<n { row[i] -= dot * d[i] }
      }
      var norm = 0.0
      for i in free { norm += rows[k * n + i] * row[i] }
      guard norm > 1e-9 else { continue }
      let s = 1 / norm.squareRoot()
      directions.append(row.map { $0 * s })
    }
    result.isUndefined = [Bool](repeating: false, count: n)
    for d in directions {
      for i in free { for j in free { covariance[i * n + j] -= d[i] * d[j] } }
    }
    for i in free where p > 0 && covariance[i * n + i] <= 1e-7 * inverse[i * n + i] {
      result.isUndefined[i] = true
      for j in 0..<n {
        covariance[i * n + j] = 0
        covariance[j * n + i] = 0
      }
    }
    result.slope = (0..<n).map { i in
      var v = gradient[i]
      for k in inForce { v -= multiplier[k] * rows[k * n + i] }
      return v
    }
    result.values = (0..<n).map { q[$0] }
    result.covariance = covariance
    result.isAtLimit = p > 0
    result.calls = calls
    let isNumber = result.values.allSatisfy(\.isFinite) && covariance.allSatisfy(\.isFinite)
    if !isNumber {
      result.status = .notANumber
    } else if !isDone {
      result.status = .callLimit(calls: calls, distance: distance)
    } else if p > 0 {
      result.status = .atLimit(undefined: [])
    } else {
      result.status = isPositive ? .converged : .notPositiveDefinite
    }
  }
}
