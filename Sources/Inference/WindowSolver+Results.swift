import Kernels

/// A fit in the terms shared by both ways: signal on the full line, Chebyshev coefficients,
/// exponentials, ln of the width factor; with a covariance over all of them.
struct ModelFit {
  var raw: RawFit
  var order: Int
  var exponentials: Int
  var hasWidth: Bool
  /// A_w at the fitted widths.
  var acceptance: Double
  /// ∫T_k over the segments.
  var chebyshevIntegrals: [Double]
  /// ∫exp(slope·u) and its derivative in the slope, of each exponential.
  var exponentialIntegrals: [(Double, Double)]
  /// The derivative of A_w in the ln of the width factor.
  var acceptanceSlope: Double

  var signalYield: Double { raw.values[0] * acceptance }

  var backgroundYield: Double {
    var sum = 0.0
    for k in 0..<(order + 1) { sum += raw.values[1 + k] * chebyshevIntegrals[k] }
    for e in 0..<exponentials { sum += raw.values[base + 2 * e] * exponentialIntegrals[e].0 }
    return sum
  }

  private var base: Int { order + 2 }
  private var count: Int { raw.values.count }

  /// The error of the signal events in the window.
  var signalYieldError: Double {
    let n = count, w = n - 1
    var row = [Double](repeating: 0, count: n)
    row[0] = acceptance
    if hasWidth { row[w] = raw.values[0] * acceptanceSlope }
    return max(form(row, row), 0).squareRoot()
  }

  private func form(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in 0..<count where a[i] != 0 {
      for j in 0..<count where b[j] != 0 { sum += a[i] * raw.covariance[i * count + j] * b[j] }
    }
    return sum
  }

  /// The result with the parameters a reader expects; `withSignal` false leaves the signal out.
  func result(withSignal: Bool, width: (NuisanceFactor, [Nuisance])?) -> FitResult {
    let q = raw.values, n = count
    var names: [String] = [], values: [Double] = [], rows: [[Double]] = [], free: [Bool] = []
    func add(_ name: String, _ value: Double, _ row: [Double], isDefined: Bool = true) {
      names.append(name)
      values.append(value)
      rows.append(row)
      free.append(isDefined)
    }
    func unit(_ i: Int, _ value: Double = 1) -> [Double] {
      var row = [Double](repeating: 0, count: n)
      row[i] = value
      return row
    }
    if withSignal {
      var row = unit(0, acceptance)
      if hasWidth { row[n - 1] = q[0] * acceptanceSlope }
      add("signal", signalYield, row)
    }
    let isSum = order >= 0 && exponentials > 0 || exponentials > 1
    let total = backgroundYield
    let isEmpty = !(abs(total) > 1e-9 * max(1, abs(signalYield)))
    if !isSum || order >= 0 {
      addPolynomial(isSum: isSum, isEmpty: isEmpty, add)
    }
    for e in 0..<exponentials {
      let at = base + 2 * e, suffix = exponentials > 1 ? "\(e + 1)" : ""
      var row = unit(at, exponentialIntegrals[e].0)
      row[at + 1] = q[at] * exponentialIntegrals[e].1
      add(
        isSum ? "exponential\(suffix)" : "background", q[at] * exponentialIntegrals[e].0, row)
      add("slope\(suffix)", q[at + 1], unit(at + 1), isDefined: q[at] != 0)
    }
    if let (factor, nuisances) = width, withSignal {
      for nuisance in nuisances where nuisance.target == .width {
        let eta = q[n - 1], h = 1e-4
        let slope =
          (factor.theta(nuisance, at: eta + h) - factor.theta(nuisance, at: eta - h)) / (2 * h)
        add(nuisance.name, factor.theta(nuisance, at: eta), unit(n - 1, slope))
      }
    }
    return assemble(names, values, rows, free)
  }

  private func addPolynomial(
    isSum: Bool, isEmpty: Bool,
    _ add: (String, Double, [Double], Bool) -> Void
  ) {
    guard order >= 0 else { return }
    let q = raw.values, n = count
    var row = [Double](repeating: 0, count: n), yield = 0.0
    for k in 0...order {
      row[1 + k] = chebyshevIntegrals[k]
      yield += q[1 + k] * chebyshevIntegrals[k]
    }
    add(isSum ? "polynomial" : "background", yield, row, true)
    let constant = q[1], isDefined = constant != 0 && !isEmpty
    for k in 1..<max(order + 1, 1) {
      var row = [Double](repeating: 0, count: n)
      if isDefined {
        row[1 + k] = 1 / constant
        row[1] = -q[1 + k] / (constant * constant)
      }
      add("c\(k)", isDefined ? q[1 + k] / constant : .nan, row, isDefined)
    }
  }

  private func assemble(
    _ names: [String], _ values: [Double], _ rows: [[Double]], _ free: [Bool]
  ) -> FitResult {
    let m = names.count
    var covariance = [Double](repeating: 0, count: m * m)
    for a in 0..<m where free[a] {
      for b in 0...a where free[b] {
        let v = form(rows[a], rows[b])
        covariance[a * m + b] = v
        covariance[b * m + a] = v
      }
    }
    var parameters: [FittedParameter] = [], undefined: [String] = []
    for a in 0..<m {
      let variance = covariance[a * m + a]
      let isDefined = free[a] && variance > 0
      if !isDefined { undefined.append(names[a]) }
      parameters.append(
        FittedParameter(
          name: names[a], value: values[a], error: isDefined ? variance.squareRoot() : .nan))
    }
    var status = raw.status
    switch status {
    case .atLimit: status = .atLimit(undefined: undefined)
    case .converged where !undefined.isEmpty: status = .atLimit(undefined: undefined)
    default: break
    }
    return FitResult(
      status: status, parameters: parameters, covariance: covariance, nll: raw.nll,
      calls: raw.calls)
  }
}
