import Kernels

extension WindowSolver {
  /// The result of a window solved the fast way; nil where the profile leaves that way.
  func solveLinear(_ window: ScanWindow) -> WindowResult? {
    var limit: UpperLimit?
    if let targets = limitTargets(window) {
      guard let found = linearLimit(window, targets) else { return nil }
      limit = found
    }
    let fit = modelFit(linear.fit, nll: linear.nll, isNull: false)
    let null = modelFit(linear.null, nll: linear.nullNLL, isNull: true)
    var result = assemble(
      window, fit: fit, null: null, events: linear.data.pointee.events, limit: limit)
    if window.wantsProfiles { result.profiles = linearProfiles(window, limit: limit) }
    return result
  }

  private func linearLimit(_ window: ScanWindow, _ targets: LimitTargets) -> UpperLimit? {
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
    var search = AsymptoticLimit(
      alpha: 1 - targets.level, asimov: asimov, observed: observed, fitted: fitted, error: error,
      spread: spread)
    var expected = [Double](repeating: .nan, count: targets.deviations.count)
    let found = search.solve(targets, into: &expected)
    if search.asimov.hasFailed || search.observed.hasFailed { return nil }
    return UpperLimit(found, expected: expected, level: targets.level, unit: window.yieldPerUnit)
  }

  /// Powers of u as Chebyshev coefficients, and the covariance from the Hessian.
  private func modelFit(
    _ fit: UnsafeMutablePointer<nj_linear_fit>, nll: Double, isNull: Bool
  ) -> ModelFit {
    let n = linear.data.pointee.parameters, order = n - 2
    let t = fit.pointee.theta
    let h = UnsafeRawPointer(fit).advanced(by: 8 * Int(2 * NJ_LINEAR_LIMIT)).assumingMemoryBound(
      to: Double.self)
    var inverse = SmallMatrix.inverse(
      from: isNull ? 1 : 0, count: n, h, stride: Int(NJ_LINEAR_LIMIT))
    var values = n == 2 ? [t.0, t.1] : n == 3 ? [t.0, t.1, t.2] : [t.0, t.1, t.2, t.3]
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
    var raw = RawFit()
    raw.status = .converged
    raw.values = values
    raw.covariance = inverse
    raw.nll = nll
    raw.calls = fit.pointee.sweeps
    let g = linear.geometry.integrals
    return ModelFit(
      raw: raw, order: order, exponentials: 0, hasWidth: false,
      acceptance: linear.model.acceptance,
      chebyshevIntegrals: [g.0, g.1, 2 * g.2 - g.0], exponentialIntegrals: [], acceptanceSlope: 0)
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
      invert(a, from: from, count: n, h, stride: stride)
    }
  }

  private static func invert(
    _ a: UnsafeMutableBufferPointer<Double>, from: Int, count n: Int, _ h: UnsafePointer<Double>,
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
  init(_ observed: Double, expected: [Double], level: Double, unit: Double) {
    let isFound = observed.isFinite && expected.allSatisfy(\.isFinite)
    self.init(
      status: isFound ? .found : .notFound, level: level, observed: observed / unit,
      expected: expected.map { $0 / unit })
  }
}
