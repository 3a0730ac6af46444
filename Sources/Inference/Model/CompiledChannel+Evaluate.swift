import Kernels

extension CompiledChannel {
  /// The densities that count as zero.
  static var least: Double { 1e-290 }

  /// Adds ν - Σ w ln ν with gradient and Hessian; false where a density with data is not positive.
  ///
  /// With `squared`, the Hessian gets the variance of the score instead: Σ w² (∂ ln ν)(∂ ln ν)ᵀ of
  /// events, Σ n (∂ ln ν)(∂ ln ν)ᵀ of bins.
  func evaluate(
    _ q: UnsafePointer<Double>, value: inout Double, gradient: UnsafeMutablePointer<Double>,
    hessian: UnsafeMutablePointer<Double>, squared: Bool = false
  ) -> Bool {
    guard place(q) else { return false }
    guard templates.isEmpty else {
      return evaluateBins(
        q, value: &value, gradient: gradient, hessian: hessian, squared: squared)
    }
    var lowest = 0.0
    let logs = columnSums(squared: squared && !isBinned, lowest: &lowest)
    guard lowest > Self.least, logs.isFinite else { return false }
    value += logs
    for c in parametric { value += c.total.value.pointee }
    addGram(hessian)
    if !squared { assemble(gradient: gradient, hessian: hessian) }
    return true
  }

  private func columnSums(squared: Bool, lowest: inout Double) -> Double {
    let all = gramCount + secondCount
    if count == 0 {
      for c in 0..<all { gradientSums[c] = 0 }
      for c in 0..<(gramCount * (gramCount + 1) / 2) { gramSums[c] = 0 }
      lowest = 1
      return 0
    }
    if all <= Int(NJ_COLUMN_LIMIT) {
      return nj_column_sums(
        list, coefficients, all, gramCount, weights, squared ? 1 : 0, count, gradientSums,
        gramSums, &lowest)
    }
    return manyColumnSums(squared: squared, lowest: &lowest)
  }

  /// The sums of `nj_column_sums` for more columns than the kernel holds.
  private func manyColumnSums(squared: Bool, lowest: inout Double) -> Double {
    let all = gramCount + secondCount
    for c in 0..<all { gradientSums[c] = 0 }
    for c in 0..<(gramCount * (gramCount + 1) / 2) { gramSums[c] = 0 }
    lowest = .infinity
    var logs = 0.0
    for i in 0..<count {
      let w = weights?[i] ?? 1
      if w == 0 { continue }
      var p = 0.0
      for c in 0..<gramCount { if let v = list[c] { p += coefficients[c] * v[i] } }
      lowest = min(lowest, p)
      guard p > Self.least else { return .nan }
      logs -= w * nj_log_scalar(p)
      for c in 0..<all { if let v = list[c] { gradientSums[c] += w * v[i] / p } }
      let share = (squared ? w * w : w) / (p * p)
      var at = 0
      for c in 0..<gramCount {
        for d in 0...c {
          if let v = list[c], let u = list[d] { gramSums[at] += share * v[i] * u[i] }
          at += 1
        }
      }
    }
    return logs
  }

  /// Adds Σ w ∂ν ∂νᵀ / ν² from the sums over pairs of columns.
  private func addGram(_ hessian: UnsafeMutablePointer<Double>) {
    let n = order
    for (k, c) in parametric.enumerated() {
      for (l, d) in parametric.enumerated() {
        for (a, left) in c.slopes.enumerated() {
          let i = gramStart[k] + a
          for (b, right) in d.slopes.enumerated() {
            let j = gramStart[l] + b
            let sum = gramSums[max(i, j) * (max(i, j) + 1) / 2 + min(i, j)]
            for (p, id) in c.ids.enumerated() {
              let v = left[p] * sum
              if v == 0 { continue }
              let out = hessian + id * n
              for (r, other) in d.ids.enumerated() { out[other] += v * right[r] }
            }
          }
        }
      }
    }
  }

  private func assemble(
    gradient: UnsafeMutablePointer<Double>, hessian: UnsafeMutablePointer<Double>
  ) {
    for (k, c) in parametric.enumerated() {
      c.assemble(
        gramSums: gradientSums + gramStart[k],
        secondSums: gradientSums + gramCount + secondStart[k], gradient: gradient,
        hessian: hessian, order: order)
    }
  }

  /// The loop over bins, for channels with templates.
  private func evaluateBins(
    _ q: UnsafePointer<Double>, value: inout Double, gradient: UnsafeMutablePointer<Double>,
    hessian: UnsafeMutablePointer<Double>, squared: Bool
  ) -> Bool {
    for c in 0..<(gramCount + secondCount) { gradientSums[c] = 0 }
    for b in 0..<count {
      let nu = rate(at: b, q), n = weights?[b] ?? 0
      rate[b] = nu
      if n > 0 {
        guard nu > Self.least else { return false }
        value += nu - n * nj_log_scalar(nu)
      } else {
        value += nu
      }
      let r = n > 0 ? n / nu : 0
      ratio[b] = 1 - r
      rateGradient(at: b, q, row: row)
      if r != 0 {
        let share = r / nu
        for i in ids where row[i] != 0 {
          let v = share * row[i], out = hessian + i * order
          for j in ids { out[j] += v * row[j] }
        }
        for c in 0..<(gramCount + secondCount) {
          if let column = list[c] { gradientSums[c] += r * column[b] }
        }
      }
      if !squared {
        for t in templates {
          for k in 0..<order { row[k] = 0 }
          t.addGradient(b, q, row: row)
          for i in t.parameters { gradient[i] += ratio[b] * row[i] }
        }
      }
    }
    guard value.isFinite else { return false }
    if squared { return true }
    assemble(gradient: gradient, hessian: hessian)
    for t in templates { t.addSecond(weights: ratio, q, hessian: hessian, order: order) }
    return true
  }
}
