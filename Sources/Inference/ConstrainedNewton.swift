/// What `ConstrainedNewton` minimises: a value with exact gradient and Hessian, and linearised
/// inequality constraints beside the box of the parameters.
protocol NewtonObjective: AnyObject {
  /// The number of parameters.
  var count: Int { get }
  /// Computes value, gradient [count] and Hessian [count, count]; false outside the domain.
  func evaluate(
    _ q: UnsafePointer<Double>, value: inout Double, gradient: UnsafeMutablePointer<Double>,
    hessian: UnsafeMutablePointer<Double>
  ) -> Bool
  /// The number of constraints in force, at most `ConstrainedNewton.mostRows`.
  var constraintCount: Int { get }
  /// Computes a constraint's value (allowed: >= 0) and gradient.
  func constraint(
    _ index: Int, _ q: UnsafePointer<Double>, row: UnsafeMutablePointer<Double>
  ) -> Double
  /// Looks for constraints violated at q and brings them into force; true where one was added.
  func findViolated(_ q: UnsafePointer<Double>) -> Bool
}

/// A minimum found by `ConstrainedNewton`.
struct RawFit {
  var status = FitStatus.notANumber
  var values: [Double] = []
  /// Covariance with binding constraints held, shape [count, count].
  var covariance: [Double] = []
  /// Whether a parameter has no freedom left at the minimum.
  var isUndefined: [Bool] = []
  var isAtLimit = false
  var nll = Double.nan
  /// The derivative of the constrained minimum's value in each parameter.
  var slope: [Double] = []
  var calls = 0
}

/// Safeguarded Newton steps with an exact Hessian under linearised inequality constraints.
///
/// Each step solves the quadratic programme by its dual: multipliers >= 0 by an active set, on
/// H⁻¹ from a Cholesky decomposition of H scaled to unit diagonal (with a ridge where it is not
/// positive definite). Steps are halved until the value falls.
final class ConstrainedNewton {
  static let mostParameters = 28
  static let mostRows = 40

  private(set) var q: UnsafeMutablePointer<Double>
  private let trial: UnsafeMutablePointer<Double>
  private let gradient: UnsafeMutablePointer<Double>
  private let trialGradient: UnsafeMutablePointer<Double>
  private let hessian: UnsafeMutablePointer<Double>
  private let trialHessian: UnsafeMutablePointer<Double>
  private let inverse: UnsafeMutablePointer<Double>
  private let step: UnsafeMutablePointer<Double>
  private let scale: UnsafeMutablePointer<Double>
  private let work: UnsafeMutablePointer<Double>
  private let rows: UnsafeMutablePointer<Double>
  private let solved: UnsafeMutablePointer<Double>
  private let dual: UnsafeMutablePointer<Double>
  private let rowValue: UnsafeMutablePointer<Double>
  private let multiplier: UnsafeMutablePointer<Double>
  private let dualWork: UnsafeMutablePointer<Double>
  private let rowScale: UnsafeMutablePointer<Double>
  private let trialRow: UnsafeMutablePointer<Double>
  private var free: [Int] = []
  private var rowCount = 0
  private var boxRows = 0

  /// The allowed range of each parameter.
  var lower: [Double] = []
  var upper: [Double] = []
  /// Which parameters stay where they are.
  var isFixed: [Bool] = []
  /// The longest step of each parameter in one iteration.
  var longestStep: [Double] = []
  /// A small part of this Hessian diagonal is the ridge where H is singular.
  var ridge: [Double] = []
  var mostCalls = 200

  init() {
    let n = Self.mostParameters, m = Self.mostRows
    func make(_ count: Int) -> UnsafeMutablePointer<Double> {
      let p = UnsafeMutablePointer<Double>.allocate(capacity: count)
      p.initialize(repeating: 0, count: count)
      return p
    }
    q = make(n)
    trial = make(n)
    gradient = make(n)
    trialGradient = make(n)
    hessian = make(n * n)
    trialHessian = make(n * n)
    inverse = make(n * n)
    step = make(n)
    scale = make(n)
    work = make(n * n)
    rows = make(m * n)
    solved = make(m * n)
    dual = make(m * m)
    rowValue = make(m)
    multiplier = make(m)
    dualWork = make(m * m + 3 * m)
    rowScale = make(m)
    trialRow = make(n)
  }

  deinit {
    for p in [
      q, trial, gradient, trialGradient, hessian, trialHessian, inverse, step, scale, work, rows,
      solved, dual, rowValue, multiplier, dualWork, rowScale, trialRow,
    ] { p.deallocate() }
  }

  /// Frees all parameters of limits, longest steps and ridges.
  func reset(_ n: Int) {
    lower = [Double](repeating: -.infinity, count: n)
    upper = [Double](repeating: .infinity, count: n)
    isFixed = [Bool](repeating: false, count: n)
    longestStep = [Double](repeating: .infinity, count: n)
    ridge = [Double](repeating: 1e-300, count: n)
    for i in 0..<n { q[i] = 0 }
  }

  /// Minimises from q; the distance to the minimum left is below `tolerance` in -ln L.
  func minimise(_ objective: some NewtonObjective, tolerance: Double = 1e-10) -> RawFit {
    let n = objective.count
    free = (0..<n).filter { !isFixed[$0] }
    var result = RawFit()
    var value = 0.0
    guard objective.evaluate(q, value: &value, gradient: gradient, hessian: hessian) else {
      result.calls = 1
      result.values = (0..<n).map { q[$0] }
      result.covariance = [Double](repeating: 0, count: n * n)
      result.isUndefined = [Bool](repeating: true, count: n)
      result.slope = [Double](repeating: 0, count: n)
      return result
    }
    var calls = 1, distance = Double.infinity, isDone = false, wasPositive = true, stalls = 0
    while calls < mostCalls {
      wasPositive = invert(n)
      gatherRows(objective, n)
      solveStep(n)
      var length = 0.0, linear = 0.0, size = 1.0
      for round in 0..<40 {
        (length, linear, size) = (0, 0, 1)
        for i in free {
          linear += gradient[i] * step[i]
          for j in free { length += step[i] * hessian[i * n + j] * step[j] }
          if abs(step[i]) > longestStep[i] { size = min(size, longestStep[i] / abs(step[i])) }
        }
        // Where the step would leave the allowed region, it is solved again with the new bounds.
        for i in 0..<n { trial[i] = q[i] + (isFixed[i] ? 0 : size * step[i]) }
        clamp(n)
        guard round < 39, objective.findViolated(trial) else { break }
        gatherRows(objective, n)
        solveStep(n)
      }
      distance = 0.5 * max(abs(length), abs(linear + length))
      if distance < tolerance, size == 1 {
        for i in 0..<n { trial[i] = q[i] + (isFixed[i] ? 0 : step[i]) }
        clamp(n)
        var after = 0.0
        calls += 1
        if objective.evaluate(
          trial, value: &after, gradient: trialGradient, hessian: trialHessian),
          after + violation(objective, at: trial)
            <= value + violation(objective, at: q) + 1e-9
        {
          accept(n)
          value = after
        }
        isDone = true
        break
      }
      var accepted = false
      let before = value + violation(objective, at: q)
      for attempt in 0..<50 {
        for i in 0..<n { trial[i] = q[i] + (isFixed[i] ? 0 : size * step[i]) }
        clamp(n)
        var after = 0.0
        calls += 1
        if objective.evaluate(
          trial, value: &after, gradient: trialGradient, hessian: trialHessian),
          after + violation(objective, at: trial)
            <= before + 1e-12 * abs(before) + (attempt == 0 && length < 0.06 ? 1e-7 : 0)
        {
          stalls = abs(after - before) < 1e-11 * max(abs(value), 1) ? stalls + 1 : 0
          value = after
          accept(n)
          accepted = true
          break
        }
        size *= attempt < 3 ? 0.5 : 0.2
      }
      if !accepted || stalls > 3 {
        isDone = distance < 1e-5
        break
      }
    }
    isDone = isDone || distance < 1e-5
    // The covariance at the minimum.
    wasPositive = invert(n)
    gatherRows(objective, n)
    solveStep(n)
    finish(&result, n, isDone: isDone, isPositive: wasPositive, calls: calls, distance: distance)
    result.nll = value
    return result
  }

  private func clamp(_ n: Int) {
    for i in 0..<n { trial[i] = min(max(trial[i], lower[i]), upper[i]) }
  }

  private func accept(_ n: Int) {
    for i in 0..<n {
      q[i] = trial[i]
      gradient[i] = trialGradient[i]
    }
    for i in 0..<(n * n) { hessian[i] = trialHessian[i] }
  }

  /// H⁻¹ over the free parameters by Cholesky with unit diagonal; false where a ridge was needed.
  private func invert(_ n: Int) -> Bool {
    let m = free.count
    for (a, i) in free.enumerated() {
      scale[a] = 1 / max(abs(hessian[i * n + i]), ridge[i], 1e-300).squareRoot()
    }
    var ridgeSize = 0.0
    for attempt in 0..<40 {
      var isPositive = true
      for a in 0..<m {
        for b in 0...a {
          var v = hessian[free[a] * n + free[b]] * scale[a] * scale[b]
          if a == b {
            let i = free[a], floor = ridge[i] > 1e-299 ? ridge[i] : abs(hessian[i * n + i])
            v += ridgeSize * floor * scale[a] * scale[a]
          }
          for k in 0..<b { v -= work[a * m + k] * work[b * m + k] }
          if a == b {
            if !(v > 1e-10) {
              isPositive = false
              break
            }
            work[a * m + a] = v.squareRoot()
          } else {
            work[a * m + b] = v / work[b * m + b]
          }
        }
        if !isPositive { break }
      }
      if isPositive {
        invertFromCholesky(n, m)
        return attempt == 0
      }
      ridgeSize = ridgeSize == 0 ? 1e-2 : ridgeSize * 10
    }
    return false
  }

  private func invertFromCholesky(_ n: Int, _ m: Int) {
    // L⁻¹ in place, then H⁻¹ = L⁻ᵀ L⁻¹.
    for a in 0..<m {
      work[a * m + a] = 1 / work[a * m + a]
      for b in 0..<a {
        var v = 0.0
        for k in b..<a { v -= work[a * m + k] * work[k * m + b] }
        work[a * m + b] = v * work[a * m + a]
      }
    }
    for i in 0..<(n * n) { inverse[i] = 0 }
    for a in 0..<m {
      for b in 0...a {
        var v = 0.0
        for k in a..<m { v += work[k * m + a] * work[k * m + b] }
        v *= scale[a] * scale[b]
        inverse[free[a] * n + free[b]] = v
        inverse[free[b] * n + free[a]] = v
      }
    }
  }

  private func gatherRows(_ objective: some NewtonObjective, _ n: Int) {
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
  private func violation(_ objective: some NewtonObjective, at point: UnsafePointer<Double>)
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
  private func solveStep(_ n: Int) {
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
  private func solveDual() {
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
  private func solvePassive(_ passive: [Int]) -> [Double]? {
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

  /// The variance of a parameter held fixed in the last fit, were it free, and how the others
  /// would follow it, with the binding constraints kept.
  func freed(_ index: Int, _ count: Int) -> (variance: Double, shift: [Double]) {
    let active = (0..<rowCount).filter { multiplier[$0] > 1e-9 }
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

  private func finish(
    _ result: inout RawFit, _ n: Int, isDone: Bool, isPositive: Bool, calls: Int, distance: Double
  ) {
    var covariance = (0..<(n * n)).map { inverse[$0] }
    let active = (0..<rowCount).filter { multiplier[$0] > 1e-9 }
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
      for k in active { v -= multiplier[k] * rows[k * n + i] }
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
