import Kernels
import NumericalMethods

extension WindowSolver {
  /// The result of a window solved the fast way; nil where the profile leaves that way.
  func solveLinear(_ window: ScanWindow) -> WindowResult? {
    var limit: UpperLimit?
    if let targets = limitTargets(window) {
      guard let found = linearLimit(window, targets) else { return nil }
      limit = found
    }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * LinearReport.size) {
      guard let room = $0.baseAddress else { return nil }
      return report(window, limit: limit, room)
    }
  }

  private func report(
    _ window: ScanWindow, limit: UpperLimit?, _ room: UnsafeMutablePointer<Double>
  ) -> WindowResult {
    let fit = LinearReport(linear, linear.fit, nll: linear.nll, isNull: false, room: room)
    let null = LinearReport(
      linear, linear.null, nll: linear.nullNLL, isNull: true, room: room + LinearReport.size)
    let signal = fit.signal, twice = max(2 * (null.nll - fit.nll), 0)
    let root = signal < 0 ? -twice.squareRoot() : twice.squareRoot()
    let value = signal / window.yieldPerUnit
    let variance = fit.variance / (window.yieldPerUnit * window.yieldPerUnit)
    let isDefined = fit.variance > 0
    let yieldVariance = fit.acceptance * fit.acceptance * fit.variance
    var result = WindowResult(
      fit: fit.result(), backgroundFit: null.result(), acceptance: fit.acceptance,
      events: linear.data.pointee.events, signalYield: fit.signalYield,
      signalYieldError: isDefined ? yieldVariance.squareRoot() : .nan,
      backgroundYield: fit.backgroundYield, parameterValue: value,
      parameterError: isDefined
        ? (variance + value * value * window.relativeYieldVariance).squareRoot() : .nan,
      q0: signal > 0 ? twice : 0, signedRoot: root, pValue: NormalDistribution.upperTail(root),
      limit: limit, curve: fit.curve(window), backgroundCurve: null.curve(window))
    if window.wantsProfiles { result.profiles = linearProfiles(window, limit: limit) }
    return result
  }

  private func linearLimit(_ window: ScanWindow, _ targets: LimitTargets) -> UpperLimit? {
    guard var search = linearSearch(window, alpha: 1 - targets.level) else { return nil }
    var expected = [Double](repeating: .nan, count: targets.deviations.count)
    let found = search.solve(targets, into: &expected)
    if search.hasFailed { return nil }
    return UpperLimit(found, expected: expected, level: targets.level, unit: window.yieldPerUnit)
  }

  /// The curves that asymptotic limits and tests of the fitted window are made from.
  func linearSearch(_ window: ScanWindow, alpha: Double) -> AsymptoticLimit<LinearProfile>? {
    linear.makeAsimov()
    linear.startProfiles()
    let factor = NuisanceFactor(window.nuisances, on: .yield)
    let scale = linear.null.pointee.theta.1
    var asimov = TestStatisticCurve(
      source: LinearProfile(
        data: linear.asimov, fit: linear.expectedPoint, scale: scale, window: linear,
        positivity: window.positivity), factor: factor)
    guard asimov.expand(at: 0), asimov.point.curvature > 0 else { return nil }
    asimov.reference = asimov.point.value
    let signal = linear.fit.pointee.theta.0, fitted = max(signal, 0)
    let spread = 1 / asimov.point.curvature.squareRoot()
    let error = signal > 0 ? max(linear.fit.pointee.variance.squareRoot(), spread) : spread
    var observed = TestStatisticCurve(
      source: LinearProfile(
        data: linear.data, fit: linear.observedPoint, scale: scale, window: linear,
        positivity: window.positivity), factor: factor)
    observed.reference = linear.profileReference(signal > 0 ? linear.nll : linear.nullNLL)
    guard observed.expand(at: fitted + 1.5 * spread) else { return nil }
    return AsymptoticLimit(
      alpha: alpha, asimov: asimov, observed: observed, fitted: fitted, error: error,
      spread: spread)
  }
}

extension ScanWindow {
  /// The summed squares of what one deviation of each nuisance changes in ln(yield), as in the exact
  /// Hessian at θ = 0.
  var relativeYieldVariance: Double {
    var sum = 0.0
    for nuisance in nuisances where nuisance.target == .yield {
      let step =
        nuisance.constraint == .logNormal ? nj_log1p_scalar(nuisance.size) : nuisance.size
      sum += step * step
    }
    return sum
  }
}

/// Inverses of the few-parameter Hessians.
enum SmallMatrix {
  /// The inverse of a positive definite matrix over rows from..<count, zero elsewhere.
  static func inverse(
    from: Int, count n: Int, _ h: UnsafePointer<Double>, stride: Int
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: n * n) { a, count in
      count = n * n
      if let base = a.baseAddress { invert(base, from: from, count: n, h, stride: stride) }
    }
  }

  /// Writes the inverse of a positive definite matrix over rows from..<count, zero elsewhere.
  static func invert(
    _ a: UnsafeMutablePointer<Double>, from: Int, count n: Int, _ h: UnsafePointer<Double>,
    stride: Int
  ) {
    for i in 0..<n {
      for j in 0..<n { a[i * n + j] = i < from || j < from ? 0 : h[i * stride + j] }
    }
    // Gauss-Jordan in place; pivots of a positive definite matrix are positive.
    for k in from..<n {
      let pivot = 1 / a[k * n + k]
      for j in from..<n { a[k * n + j] *= j == k ? 1 : pivot }
      a[k * n + k] = pivot
      for i in from..<n where i != k {
        let factor = a[i * n + k]
        a[i * n + k] = 0
        for j in from..<n { a[i * n + j] -= factor * a[k * n + j] }
      }
    }
  }
}

extension UpperLimit {
  /// Limits in signal events on the full line, turned into the parameter of interest.
  init(_ observed: Double, expected: consuming [Double], level: Double, unit: Double) {
    var isFound = observed.isFinite
    for i in expected.indices {
      if !expected[i].isFinite { isFound = false }
      expected[i] /= unit
    }
    self.init(
      status: isFound ? .found : .notFound, level: level, observed: observed / unit,
      expected: expected)
  }
}
