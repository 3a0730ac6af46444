import Kernels

// Where the density must not be negative: points found and held as constraints.
extension GeneralWindow {
  var constraintCount: Int { held.count }

  func constraint(
    _ index: Int, _ q: UnsafePointer<Double>, row: UnsafeMutablePointer<Double>
  ) -> Double {
    let value = held(held[index], unpacked(q), row: row)
    packGradient(q, row)
    return value
  }

  /// What a held point keeps at or above zero, and its gradient, in the coefficients.
  private func held(
    _ point: HeldPoint, _ q: UnsafePointer<Double>, row: UnsafeMutablePointer<Double>
  ) -> Double {
    guard point.bin >= 0 else {
      return density(at: point.x, isBackground: point.isBackground, q, row: row) - floor
    }
    for i in 0..<count { row[i] = 0 }
    let set = dataColumns, i = point.bin
    row[0] = set.signal.base[i]
    if hasWidth { row[widthIndex] = q[0] * set.signalFirst.base[i] }
    var value = q[0] * row[0]
    for k in 0..<linear {
      row[1 + k] = set.linear[k]?[i] ?? 0
      value += q[1 + k] * row[1 + k]
    }
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e
      row[at] = set.exponential[3 * e]?[i] ?? 0
      row[at + 1] = q[at] * (set.exponential[3 * e + 1]?[i] ?? 0)
      value += q[at] * row[at]
    }
    return value
  }

  /// The density, or the background alone, at x and its gradient.
  private func density(
    at x: Double, isBackground: Bool, _ q: UnsafePointer<Double>,
    row: UnsafeMutablePointer<Double>
  ) -> Double {
    for i in 0..<count { row[i] = 0 }
    let u = geometry.u(x)
    if !isBackground {
      let factor = hasWidth ? nj_exp_scalar(q[widthIndex]) : 1
      row[0] = model.density(at: x, widthFactor: factor)
      if hasWidth {
        let up = model.density(at: x, widthFactor: factor * 1.0001)
        let down = model.density(at: x, widthFactor: factor / 1.0001)
        row[widthIndex] = q[0] * (up - down) / 2e-4
      }
    }
    var value = q[0] * row[0]
    for k in 0..<linear {
      row[1 + k] = column(k, at: x)
      value += q[1 + k] * row[1 + k]
    }
    for e in 0..<exponentials {
      let v = nj_exp_scalar(q[slopeBase + 2 * e + 1] * u)
      row[slopeBase + 2 * e] = v
      row[slopeBase + 2 * e + 1] = q[slopeBase + 2 * e] * u * v
      value += q[slopeBase + 2 * e] * v
    }
    return value
  }

  func bend(
    _ index: Int, _ q: UnsafePointer<Double>, cross: UnsafeMutablePointer<Double>
  ) -> Double {
    let point = held[index], h = 0.01 * model.width
    guard point.bin < 0, geometry.contains(point.x - h), geometry.contains(point.x + h) else {
      return 0
    }
    let yields = q, q = unpacked(yields)
    let middle = density(at: point.x, isBackground: point.isBackground, q, row: cross)
    let down = density(at: point.x - h, isBackground: point.isBackground, q, row: cross)
    for i in 0..<count { coefficients[i] = cross[i] }
    let up = density(at: point.x + h, isBackground: point.isBackground, q, row: cross)
    for i in 0..<count { cross[i] = (cross[i] - coefficients[i]) / (2 * h) }
    packGradient(yields, cross)
    return (up - 2 * middle + down) / (h * h)
  }

  func isSame(_ index: Int, _ other: Int) -> Bool {
    let a = held[index], b = held[other]
    return a.bin < 0 && b.bin < 0 && a.isBackground == b.isBackground
      && abs(a.x - b.x) < 0.2 * model.width
  }

  func findViolated(_ q: UnsafePointer<Double>) -> Bool {
    let q = unpacked(q)
    var added = false
    let total = isAsimov ? asimovEvents : events
    if total == 0 { return false }
    let typical = total / (2 * geometry.half)
    if isPlainlyPositive(q, limit: 0.05 * typical) { return false }
    if hasWidth { placeSignal(nj_exp_scalar(q[widthIndex])) }
    if bins > 0 {
      if addEmptyBins(q, total) { added = true }
    } else if findViolated(q, isBackground: false, typical) {
      added = true
    }
    if positivity == .background, findViolated(q, isBackground: true, typical) { added = true }
    return added
  }

  static let mostHeld = 80

  /// Whether the lowest background, and the deepest a negative signal may dig, tell it is positive.
  private func isPlainlyPositive(_ q: UnsafePointer<Double>, limit: Double) -> Bool {
    // Peaks only add to it: their yields are not negative.
    guard exponentials == 0, (0...2).contains(order) else { return false }
    let c1 = order > 0 ? q[2] : 0, c2 = order > 1 ? q[3] : 0
    var lowest = q[1] - abs(c1) + c2
    if c2 > 0, abs(c1) < 4 * c2 { lowest = q[1] - c2 - c1 * c1 / (8 * c2) }
    if q[0] < 0 { lowest += q[0] * model.peak / (hasWidth ? nj_exp_scalar(q[widthIndex]) : 1) }
    return lowest > limit
  }

  /// Holds the bins without content whose expectation is below zero.
  private func addEmptyBins(_ q: UnsafePointer<Double>, _ total: Double) -> Bool {
    if isClearlyPositive(dataColumns, bins, q, isBackground: false, limit: 0) { return false }
    var added = false
    let limit = -1e-9 * total / Double(bins), bins = bins
    let content = isAsimov ? asimovWeight.base : dataColumns.weight.base
    // The logarithm keeps bins with content positive.
    for i in 0..<bins where content[i] == 0 && expectation(bin: i, q) < limit {
      if held.contains(where: { $0.bin == i }) { continue }
      held.append(HeldPoint(x: 0, bin: i, isBackground: false))
      added = true
      if held.count > Self.mostHeld { dropSlackest(q) }
    }
    return added
  }

  /// The expected content of a bin.
  private func expectation(bin i: Int, _ q: UnsafePointer<Double>) -> Double {
    let set = dataColumns
    var value = q[0] * set.signal.base[i]
    for k in 0..<linear { value += q[1 + k] * (set.linear[k]?[i] ?? 0) }
    for e in 0..<exponentials {
      value += q[slopeBase + 2 * e] * (set.exponential[3 * e]?[i] ?? 0)
    }
    return value
  }

  /// Lets go of the point, the last one aside, where the density is furthest above zero.
  func dropSlackest(_ q: UnsafePointer<Double>) {
    var slackest = 0, most = -Double.infinity
    for i in 0..<(held.count - 1) {
      let value = held(held[i], q, row: coefficients)
      if value > most { (slackest, most) = (i, value) }
    }
    held.remove(at: slackest)
  }

  /// Whether the density is above a limit at all points, as nearly always: then nothing is sought.
  private func isClearlyPositive(
    _ set: ColumnSet, _ n: Int, _ q: UnsafePointer<Double>, isBackground: Bool, limit: Double
  ) -> Bool {
    guard exponentials == 0 else { return false }
    if set === nodeColumns { fillNodes() }
    let list = set.pointers
    list[0] = UnsafePointer(set.signal.base)
    coefficients[0] = isBackground ? 0 : q[0]
    for k in 0..<linear {
      list[1 + k] = UnsafePointer(set.linear[k])
      coefficients[1 + k] = q[1 + k]
    }
    var lowest = 0.0
    _ = nj_column_log(list.withoutOptionals, coefficients, linear + 1, nil, n, &lowest)
    return lowest > limit
  }

  /// Evaluates the density at all nodes: from the columns, which are filled without exponentials.
  private func fillNodeValues(
    _ q: UnsafePointer<Double>, isBackground: Bool, _ value: (Double) -> Double
  ) {
    let set = nodeColumns, n = nodeCount
    nodeValue.reserve(n)
    let values = nodeValue.base
    guard exponentials == 0 else {
      for i in 0..<n { values[i] = value(set.x.base[i]) }
      return
    }
    let signal = isBackground ? 0 : q[0], column = set.signal.base
    for i in 0..<n { values[i] = signal * column[i] }
    for k in 0..<linear {
      guard let column = set.linear[k] else { continue }
      let c = q[1 + k]
      for i in 0..<n { values[i] += c * column[i] }
    }
  }

  func findViolated(
    _ q: UnsafePointer<Double>, isBackground: Bool, _ typical: Double
  ) -> Bool {
    if isClearlyPositive(
      nodeColumns, nodeCount, q, isBackground: isBackground, limit: 0.05 * typical)
    {
      return false
    }
    var added = false
    let factor = hasWidth ? nj_exp_scalar(q[widthIndex]) : 1
    func value(_ x: Double) -> Double {
      let u = geometry.u(x)
      var sum = isBackground ? 0 : q[0] * model.density(at: x, widthFactor: factor)
      for k in 0..<linear { sum += q[1 + k] * column(k, at: x) }
      for e in 0..<exponentials {
        sum += q[slopeBase + 2 * e] * nj_exp_scalar(q[slopeBase + 2 * e + 1] * u)
      }
      return sum
    }
    func hold(_ x: Double) {
      // Points beside a held one stay too: together they enclose where the density touches zero.
      let near = model.width * 1e-7
      if held.contains(where: {
        $0.bin < 0 && $0.isBackground == isBackground && abs($0.x - x) < near
      }) {
        return
      }
      held.append(HeldPoint(x: x, bin: -1, isBackground: isBackground))
      if held.count > Self.mostHeld { dropSlackest(q) }
      added = true
    }
    let set = nodeColumns
    fillNodeValues(q, isBackground: isBackground, value)
    let limit = 0.5 * floor
    var start = 0
    for segment in geometry.segments {
      var end = start
      while end < nodeCount, set.x.base[end] <= segment.upperBound { end += 1 }
      var before = segment.lowerBound, beforeValue = value(before)
      if beforeValue < limit { hold(before) }
      var now = start < end ? set.x.base[start] : segment.upperBound
      var nowValue = start < end ? nodeValue.base[start] : value(now)
      for i in start..<end {
        let next = i + 1 < end ? set.x.base[i + 1] : segment.upperBound
        let nextValue = i + 1 < end ? nodeValue.base[i + 1] : value(next)
        if nowValue < beforeValue, nowValue <= nextValue, nowValue < 0.05 * typical {
          // Golden section between the neighbours.
          var a = before, b = next
          for _ in 0..<30 {
            let c = b - 0.6180339887498949 * (b - a), d = a + 0.6180339887498949 * (b - a)
            if value(c) < value(d) { b = d } else { a = c }
          }
          let x = 0.5 * (a + b)
          if value(x) < limit { hold(x) }
        }
        (before, beforeValue, now, nowValue) = (now, nowValue, next, nextValue)
      }
      if nowValue < limit { hold(segment.upperBound) }
      start = end
    }
    return added
  }
}
