import Kernels

/// A fit of the fast way in the terms of a result, without arrays on the way to it.
///
/// Powers of u become Chebyshev coefficients; the covariance is the inverse of the Hessian.
struct LinearReport {
  /// Doubles needed for one report.
  static let size = 40

  let count: Int
  let isNull: Bool
  let acceptance: Double
  let signalYield: Double
  let backgroundYield: Double
  let nll: Double
  let calls: Int
  /// Signal and Chebyshev coefficients, room for 4; their covariance, room for 16.
  private let values: UnsafeMutablePointer<Double>
  private let inverse: UnsafeMutablePointer<Double>
  /// Derivatives of the reported parameters in the model's.
  private let jacobian: UnsafeMutablePointer<Double>
  private let integrals: (Double, Double, Double)

  init(
    _ linear: LinearWindow, _ fit: UnsafeMutablePointer<nj_linear_fit>, nll: Double, isNull: Bool,
    room: UnsafeMutablePointer<Double>
  ) {
    let n = linear.data.pointee.parameters
    (count, self.isNull, self.nll, calls) = (n, isNull, nll, fit.pointee.sweeps)
    acceptance = linear.model.acceptance
    (values, inverse, jacobian) = (room, room + 4, room + 20)
    let t = fit.pointee.theta, h = linear.hessian(fit)
    (values[0], values[1], values[2], values[3]) = t
    SmallMatrix.invert(inverse, from: isNull ? 1 : 0, count: n, h, stride: Int(NJ_LINEAR_LIMIT))
    if n == 4 {
      // 1, u, u² (- offset) → T0, T1, T2: b0 - offset·b2 + b2/2, b1, b2/2.
      let share = 0.5 - linear.squareOffset
      values[1] += share * t.3
      values[3] = 0.5 * t.3
      for j in 0..<n { inverse[n + j] += share * inverse[3 * n + j] }
      for i in 0..<n { inverse[i * n + 1] += share * inverse[i * n + 3] }
      for j in 0..<n { inverse[3 * n + j] *= 0.5 }
      for i in 0..<n { inverse[i * n + 3] *= 0.5 }
    }
    let g = linear.geometry.integrals
    integrals = (g.0, g.1, 2 * g.2 - g.0)
    signalYield = t.0 * acceptance
    var yield = values[1] * integrals.0
    if n > 2 { yield += values[2] * integrals.1 }
    if n > 3 { yield += values[3] * integrals.2 }
    backgroundYield = yield
  }

  /// The signal, in events on the full line, and its variance.
  var signal: Double { values[0] }
  var variance: Double { inverse[0] }

  /// The coefficients of T0….
  var chebyshev: [Double] {
    switch count {
    case 2: [values[1]]
    case 3: [values[1], values[2]]
    default: [values[1], values[2], values[3]]
    }
  }

  /// The result with the parameters a reader expects: `signal` (unless null), `background`, `c1`….
  func result() -> FitResult {
    let n = count, first = isNull ? 1 : 0, rows = n - first, constant = values[1]
    let isDefined = constant != 0 && abs(backgroundYield) > 1e-9 * max(1, abs(signalYield))
    for i in 0..<(rows * n) { jacobian[i] = 0 }
    if !isNull { jacobian[0] = acceptance }
    let background = jacobian + (1 - first) * n
    background[1] = integrals.0
    if n > 2 { background[2] = integrals.1 }
    if n > 3 { background[3] = integrals.2 }
    if isDefined {
      for k in 2..<max(n, 2) {
        let row = jacobian + (k - first) * n
        row[k] = 1 / constant
        row[1] = -values[k] / (constant * constant)
      }
    }
    let covariance = [Double](unsafeUninitializedCapacity: rows * rows) { out, size in
      size = rows * rows
      for a in 0..<rows {
        for b in 0...a {
          var sum = 0.0
          for i in 0..<n where jacobian[a * n + i] != 0 {
            for j in 0..<n where jacobian[b * n + j] != 0 {
              sum += jacobian[a * n + i] * inverse[i * n + j] * jacobian[b * n + j]
            }
          }
          out[a * rows + b] = sum
          out[b * rows + a] = sum
        }
      }
    }
    var isWhole = true
    func parameter(_ name: String, _ value: Double, _ row: Int) -> FittedParameter {
      let variance = covariance[row * rows + row]
      let hasError = variance > 0 && value.isFinite
      if !hasError { isWhole = false }
      return FittedParameter(
        name: name, value: value, error: hasError ? variance.squareRoot() : .nan)
    }
    let c1 = n > 2 ? (isDefined ? values[2] / constant : .nan) : 0
    let c2 = n > 3 ? (isDefined ? values[3] / constant : .nan) : 0
    let yield = backgroundYield
    let parameters: [FittedParameter]
    switch (isNull, n) {
    case (true, 2): parameters = [parameter("background", yield, 0)]
    case (true, 3): parameters = [parameter("background", yield, 0), parameter("c1", c1, 1)]
    case (true, _):
      parameters = [
        parameter("background", yield, 0), parameter("c1", c1, 1), parameter("c2", c2, 2),
      ]
    case (false, 2):
      parameters = [parameter("signal", signalYield, 0), parameter("background", yield, 1)]
    case (false, 3):
      parameters = [
        parameter("signal", signalYield, 0), parameter("background", yield, 1),
        parameter("c1", c1, 2),
      ]
    case (false, _):
      parameters = [
        parameter("signal", signalYield, 0), parameter("background", yield, 1),
        parameter("c1", c1, 2), parameter("c2", c2, 3),
      ]
    }
    let undefined = isWhole ? [] : parameters.filter { $0.error.isNaN }.map(\.name)
    return FitResult(
      status: isWhole ? .converged : .atLimit(undefined: undefined), parameters: parameters,
      covariance: covariance, nll: nll, calls: calls)
  }

  /// The fitted curve.
  func curve(_ window: borrowing ScanWindow) -> FittedCurve {
    FittedCurve(
      signal: window.signal, normalisation: window.normalisation, segments: window.segments,
      signalScale: values[0], widthFactor: 1, chebyshev: chebyshev, exponentials: [])
  }
}
