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
  /// Parts of the background's peaks inside the window.
  var peakIntegrals: [Double] = []
  /// ∫exp(slope·u) and its derivative in the slope, of each exponential.
  var exponentialIntegrals: [(Double, Double)]
  /// The derivative of A_w in the ln of the width factor.
  var acceptanceSlope: Double
  /// The parameters before the background: 1 in a window, the peaks' in a named fit.
  var leading = 1

  var signalYield: Double { raw.values[0] * acceptance }

  var backgroundYield: Double {
    var sum = 0.0
    for k in 0..<(order + 1) { sum += raw.values[leading + k] * chebyshevIntegrals[k] }
    for (k, part) in peakIntegrals.enumerated() {
      sum += raw.values[leading + order + 1 + k] * part
    }
    for e in 0..<exponentials { sum += raw.values[base + 2 * e] * exponentialIntegrals[e].0 }
    return sum
  }

  private var base: Int { leading + order + 1 + peakIntegrals.count }
  private var count: Int { raw.values.count }

  /// The error of the signal events in the window.
  var signalYieldError: Double {
    let n = count
    var variance = acceptance * acceptance * raw.covariance[0]
    if hasWidth {
      let slope = raw.values[0] * acceptanceSlope
      variance +=
        slope * (2 * acceptance * raw.covariance[n - 1] + slope * raw.covariance[n * n - 1])
    }
    return max(variance, 0).squareRoot()
  }

  /// The result with the parameters a reader expects; `withSignal` false leaves the signal out.
  func result(withSignal: Bool, width: (NuisanceFactor, [Nuisance])?) -> FitResult {
    var rows = ResultRows(count)
    let q = raw.values, n = count
    if withSignal {
      rows.add("signal", signalYield)
      rows.set(0, acceptance)
      if hasWidth { rows.set(n - 1, q[0] * acceptanceSlope) }
    }
    addBackground(to: &rows)
    if let (factor, nuisances) = width, withSignal {
      for nuisance in nuisances where nuisance.target == .width {
        let eta = q[n - 1], h = 1e-4
        let up = factor.theta(nuisance, at: eta + h), down = factor.theta(nuisance, at: eta - h)
        rows.add(nuisance.name, factor.theta(nuisance, at: eta))
        rows.set(n - 1, (up - down) / (2 * h))
      }
    }
    return rows.result(raw)
  }

  /// The result of a named fit: the peaks' parameters as they are, then the background's.
  func peakResult(_ parameters: [FitParameter]) -> FitResult {
    var rows = ResultRows(count)
    for (i, parameter) in parameters.enumerated() {
      rows.add(parameter.name, raw.values[i], isFixed: parameter.isFixed)
      if !parameter.isFixed { rows.set(i, 1) }
    }
    addBackground(to: &rows)
    return rows.result(raw)
  }

  private func addBackground(to rows: inout ResultRows) {
    let q = raw.values
    let isSum = order >= 0 && exponentials > 0 || exponentials > 1 || !peakIntegrals.isEmpty
    if order >= 0 { addPolynomial(isSum: isSum, to: &rows) }
    for (k, part) in peakIntegrals.enumerated() {
      let at = leading + order + 1 + k
      rows.add(peakIntegrals.count > 1 ? "peak\(k + 1)" : "peak", q[at] * part)
      rows.set(at, part)
    }
    for e in 0..<exponentials {
      let at = base + 2 * e, suffix = exponentials > 1 ? "\(e + 1)" : ""
      rows.add(isSum ? "exponential\(suffix)" : "background", q[at] * exponentialIntegrals[e].0)
      rows.set(at, exponentialIntegrals[e].0)
      rows.set(at + 1, q[at] * exponentialIntegrals[e].1)
      rows.add("slope\(suffix)", q[at + 1])
      if q[at] != 0 { rows.set(at + 1, 1) }
    }
  }

  private func addPolynomial(isSum: Bool, to rows: inout ResultRows) {
    let q = raw.values
    var yield = 0.0
    for k in 0...order { yield += q[leading + k] * chebyshevIntegrals[k] }
    rows.add(isSum ? "polynomial" : "background", yield)
    for k in 0...order { rows.set(leading + k, chebyshevIntegrals[k]) }
    let constant = q[leading]
    let isDefined = constant != 0 && abs(yield) > 1e-9 * max(1, abs(signalYield))
    for k in 1..<max(order + 1, 1) {
      rows.add(Self.coefficientName(k), isDefined ? q[leading + k] / constant : .nan)
      if isDefined {
        rows.set(leading + k, 1 / constant)
        rows.set(leading, -q[leading + k] / (constant * constant))
      }
    }
  }

  private static func coefficientName(_ k: Int) -> String {
    switch k {
    case 1: "c1"
    case 2: "c2"
    default: "c\(k)"
    }
  }
}

/// The reported parameters as linear forms of the model's.
struct ResultRows {
  private let count: Int
  private var parameters: [FittedParameter] = []
  private var fixed: Set<Int> = []
  private var jacobian: [Double] = []

  init(_ count: Int) {
    self.count = count
    parameters.reserveCapacity(count)
    jacobian.reserveCapacity(count * count)
  }

  /// Begins a parameter; without a derivative set it is undefined.
  mutating func add(_ name: String, _ value: Double, isFixed: Bool = false) {
    if isFixed { fixed.insert(parameters.count) }
    parameters.append(FittedParameter(name: name, value: value, error: .nan))
    for _ in 0..<count { jacobian.append(0) }
  }

  /// Sets the last parameter's derivative in one of the model's.
  mutating func set(_ index: Int, _ slope: Double) {
    jacobian[jacobian.count - count + index] = slope
  }

  /// The result with covariance J C Jᵀ; parameters without variance are undefined.
  consuming func result(_ raw: RawFit) -> FitResult {
    let m = parameters.count, n = count
    let covariance = [Double](unsafeUninitializedCapacity: m * m) { out, size in
      size = m * m
      jacobian.withUnsafeBufferPointer { jacobian in
        raw.covariance.withUnsafeBufferPointer { inner in
          for a in 0..<m {
            for b in 0...a {
              var sum = 0.0
              for i in 0..<n where jacobian[a * n + i] != 0 {
                for j in 0..<n where jacobian[b * n + j] != 0 {
                  sum += jacobian[a * n + i] * inner[i * n + j] * jacobian[b * n + j]
                }
              }
              out[a * m + b] = sum
              out[b * m + a] = sum
            }
          }
        }
      }
    }
    var undefined: [String] = []
    for a in 0..<m {
      let variance = covariance[a * m + a]
      if fixed.contains(a) {
        parameters[a].error = 0
      } else if variance > 0, parameters[a].value.isFinite {
        parameters[a].error = variance.squareRoot()
      } else {
        undefined.append(parameters[a].name)
      }
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
