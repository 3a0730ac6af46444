import Kernels

/// -ln L minimised over all but the signal, at one signal, with its derivatives there.
struct ProfilePoint {
  var at = 0.0
  var value = 0.0
  var slope = 0.0
  var curvature = 0.0
}

/// What a profile is taken of.
protocol ProfileSource {
  /// Minimises at a signal (events on the full line); nil where the fit fails.
  mutating func evaluate(at signal: Double) -> ProfilePoint?
}

/// The profile of a linear density, by the kernels.
struct LinearProfile: ProfileSource {
  let data: UnsafeMutablePointer<nj_linear_data>
  let fit: UnsafeMutablePointer<nj_linear_fit>
  let scale: Double
  let window: LinearWindow
  let positivity: Positivity

  mutating func evaluate(at signal: Double) -> ProfilePoint? {
    nj_linear_profile(data, signal, scale, fit)
    guard fit.pointee.failed == 0, window.isPositive(fit.pointee.theta, positivity) else {
      return nil
    }
    return ProfilePoint(
      at: signal, value: fit.pointee.value, slope: fit.pointee.slope,
      curvature: fit.pointee.curvature)
  }
}

/// The test statistic q(signal) = 2 min over the yield nuisances of (L(s·factor) + cost - reference).
///
/// The profile is known around one point as a parabola; it is taken anew where that is further
/// than a hundredth of a standard deviation away.
struct TestStatisticCurve<Source: ProfileSource> {
  var source: Source
  let factor: NuisanceFactor
  var reference = 0.0
  var point = ProfilePoint()
  private(set) var hasFailed = false
  private let kind: Kind
  /// Of one Gaussian factor, or the inverse of Σκ² of log-normal ones.
  private let size: Double
  /// Where the last search for the factor ended: the next starts there.
  private var logFactor = 0.0

  private enum Kind { case none, gaussian, logNormal, mixed }

  init(source: Source, factor: NuisanceFactor) {
    self.source = source
    self.factor = factor
    if factor.isEmpty {
      (kind, size) = (.none, 0)
    } else if let single = factor.singleGaussian {
      (kind, size) = (.gaussian, single)
    } else if factor.gaussian.isEmpty {
      (kind, size) = (.logNormal, 1 / factor.logNormal)
    } else {
      (kind, size) = (.mixed, 0)
    }
  }

  /// Takes the profile at a signal; false where it fails.
  mutating func expand(at signal: Double) -> Bool {
    guard let found = source.evaluate(at: signal), found.value.isFinite, found.slope.isFinite
    else {
      hasFailed = true
      return false
    }
    point = found
    return true
  }

  /// q and its derivative in the signal expectation; nil where the fit fails.
  mutating func evaluate(_ signal: Double) -> (q: Double, slope: Double)? {
    var s = signal, cost = 0.0
    for round in 0..<40 {
      (s, cost) = reach(signal)
      let off = abs(s - point.at)
      if off * max(point.curvature, 0).squareRoot() < 0.01 && off <= 0.02 * abs(point.at) { break }
      if off <= 1e-9 * abs(signal) || round > 30 { break }
      guard expand(at: s) else { return nil }
    }
    let d = s - point.at
    let value = point.value + d * (point.slope + 0.5 * d * point.curvature)
    let slope = point.slope + d * point.curvature
    return (max(2 * (value + cost - reference), 0), 2 * slope * (s / signal))
  }

  /// The signal at which the data are best described where `signal` is expected: the yield
  /// nuisances move it there; nil where the fit fails.
  mutating func conditionalSignal(_ signal: Double) -> Double? {
    guard evaluate(signal) != nil else { return nil }
    // The parabola may lie a hundredth of a standard deviation off: once more around its end.
    let near = reach(signal).s
    guard expand(at: near) else { return nil }
    return reach(signal).s
  }

  /// The signal, nuisance factor included, at which parabola and cost are least, and the cost.
  private mutating func reach(_ signal: Double) -> (s: Double, cost: Double) {
    if kind == .none { return (signal, 0) }
    if kind == .gaussian {
      // s = signal (1 + size θ): the sum is a parabola in θ.
      let step = signal * size, slope = point.slope + point.curvature * (signal - point.at)
      let theta = max(-step * slope / (1 + step * step * max(point.curvature, 0)), -0.999 / size)
      return (signal + step * theta, 0.5 * theta * theta)
    }
    var f = logFactor, s = signal * nj_exp_scalar(f)
    for _ in 0..<40 {
      let c = kind == .logNormal ? (0.5 * f * f * size, f * size, size) : factor.cost(f)
      let slope = point.slope + point.curvature * (s - point.at)
      let first = slope * s + c.1
      let second = max(point.curvature * s * s + slope * s + c.2, 0.5 * c.2, 1e-12)
      let step = min(max(-first / second, -0.5), 0.5)
      f += step
      // Quadratic convergence: after a step below 1e-5 the rest is below 1e-9.
      s = abs(step) < 1e-3 ? s * (1 + step * (1 + 0.5 * step)) : signal * nj_exp_scalar(f)
      if abs(step) < 1e-5 { break }
    }
    s = signal * nj_exp_scalar(f)
    logFactor = f
    return (s, kind == .logNormal ? 0.5 * f * f * size : factor.cost(f).value)
  }
}
