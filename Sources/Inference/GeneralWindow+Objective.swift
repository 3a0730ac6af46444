import Kernels

// -ln L with exact gradient and Hessian.
extension GeneralWindow {
  /// Sums over the points; returns -Σ w ln p and the number of gram columns.
  private func sums(_ q: UnsafePointer<Double>, _ lowest: inout Double) -> (Double, Int) {
    let isOnNodes = isAsimov && bins == 0
    if isFused {
      let x = isOnNodes ? UnsafePointer(nodeColumns.x.base) : eventBase
      let logs = nj_width_sums(
        model.cells, x, isOnNodes ? nodeCount : points, geometry.centre, 1 / geometry.half, order,
        q, isOnNodes ? UnsafePointer(asimovWeight.base) : nil, gradientSums, gramSums, &lowest)
      return (logs, order + 3)
    }
    if isOnNodes { fillNodes() } else { fillData() }
    if exponentials > 0 { fillExponentials(q) }
    let set = columns
    let gram = listColumns(set, q)
    let weights =
      isAsimov
      ? UnsafePointer(asimovWeight.base) : bins > 0 ? UnsafePointer(set.weight.base) : nil
    let logs = nj_column_sums(
      set.pointers.withoutOptionals, coefficients, gram.all, gram.first, weights, 0,
      isOnNodes ? nodeCount : points, gradientSums, gramSums, &lowest)
    return (logs, gram.first)
  }

  /// Gram columns in the order of the parameters, second derivatives after them.
  private func listColumns(
    _ set: ColumnSet, _ q: UnsafePointer<Double>
  ) -> (first: Int, all: Int) {
    let list = set.pointers
    var c = 0
    func add(_ column: UnsafeMutablePointer<Double>?, _ coefficient: Double) {
      list[c] = UnsafePointer(column)
      coefficients[c] = coefficient
      c += 1
    }
    add(set.signal.base, q[0])
    for k in 0..<linear { add(set.linear[k], q[1 + k]) }
    for e in 0..<exponentials {
      add(set.exponential[3 * e], q[slopeBase + 2 * e])
      add(set.exponential[3 * e + 1], 0)
    }
    if hasWidth { add(set.signalFirst.base, 0) }
    let gram = c
    for e in 0..<exponentials { add(set.exponential[3 * e + 2], 0) }
    if hasWidth { add(set.signalSecond.base, 0) }
    return (gram, c)
  }

  func evaluate(
    _ q: UnsafePointer<Double>, value: inout Double, gradient: UnsafeMutablePointer<Double>,
    hessian: UnsafeMutablePointer<Double>
  ) -> Bool {
    let yields = q, q = unpacked(yields), n = count
    var widthCost = (value: 0.0, first: 0.0, second: 0.0)
    var share = (value: model.acceptance, first: 0.0, second: 0.0)
    if hasWidth {
      let eta = q[widthIndex], factor = nj_exp_scalar(eta)
      placeSignal(factor)
      widthCost = widthFactor.cost(eta)
      share = model.acceptance(widthFactor: factor, segments: geometry.segments)
    }
    var lowest = 0.0
    let (logs, gram) = sums(q, &lowest)
    guard lowest > 1e-290, logs.isFinite else { return false }
    // Value and extended terms.
    var nu = q[0] * share.value
    for i in 0..<(n * n) { hessian[i] = 0 }
    for i in 0..<n {
      for j in 0...i { hessian[i * n + j] = gramSums[i * (i + 1) / 2 + j] }
      gradient[i] = -gradientSums[i]
    }
    gradient[0] += share.value
    for k in 0..<linear {
      nu += q[1 + k] * columnIntegrals[k]
      gradient[1 + k] += columnIntegrals[k]
    }
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e, amount = q[at]
      var total = (0.0, 0.0, 0.0)
      for s in geometry.segments {
        let part = exponentialIntegral(q[at + 1], s.lowerBound, s.upperBound)
        total = (total.0 + part.0, total.1 + part.1, total.2 + part.2)
      }
      nu += amount * total.0
      gradient[at] += total.0
      // The column of the slope is without its coefficient.
      let raw = gradient[at + 1]
      gradient[at + 1] = amount * (raw + total.1)
      for j in 0...(at + 1) { hessian[(at + 1) * n + j] *= j == at + 1 ? amount * amount : amount }
      for i in (at + 2)..<max(n, at + 2) { hessian[i * n + at + 1] *= amount }
      hessian[(at + 1) * n + at] += raw + total.1
      hessian[(at + 1) * n + at + 1] += amount * (total.2 - gradientSums[gram + e])
    }
    if hasWidth {
      let w = widthIndex, amount = q[0], raw = gradient[w]
      gradient[w] = amount * (raw + share.first) + widthCost.first
      for j in 0..<w { hessian[w * n + j] *= amount }
      hessian[w * n + w] *= amount * amount
      hessian[w * n] += raw + share.first
      hessian[w * n + w] +=
        amount * (share.second - gradientSums[gram + exponentials]) + widthCost.second
    }
    for i in 0..<n { for j in 0..<i { hessian[j * n + i] = hessian[i * n + j] } }
    pack(yields, gradient, hessian)
    value = nu + logs + widthCost.value
    return value.isFinite
  }
}
