/// A conditional fit at one value of a parameter.
public struct ProfileScanPoint: Hashable, Sendable {
  /// The value of the parameter.
  public var at: Double
  /// The fit of all others; its `nll` is the profiled -ln L.
  public var fit: FitResult
}

extension Likelihood {
  /// Minimises over all other parameters at each value of one; each fit starts from the last.
  public func profile(of name: String, at values: [Double]) -> [ProfileScanPoint] {
    let i = place(of: name)
    var start = startValues()
    return values.map { x in
      let raw = profiled(i, at: x, from: start)
      if raw.status.isValid { start = raw.values }
      return ProfileScanPoint(at: x, fit: result(raw, fixing: [i]))
    }
  }

  /// The conditional fit with a parameter at x.
  func profiled(_ i: Int, at x: Double, from start: [Double]) -> RawFit {
    var values = start
    values[i] = x
    return minimise(from: values, fixing: [i])
  }

  /// The values of a fit where one parameter is moved, the others following its covariance.
  func moved(_ fit: FitResult, _ i: Int, to x: Double) -> [Double] {
    var values = fit.parameters.map(\.value)
    let n = values.count, variance = fit.covariance[i * n + i], shift = x - values[i]
    if variance > 0 {
      for j in 0..<n {
        let (low, high) = range(j), step = fit.covariance[i * n + j] / variance * shift
        if step.isFinite { values[j] = min(max(values[j] + step, low), high) }
      }
    }
    values[i] = x
    return values
  }
}
