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

  init(source: Source, factor: NuisanceFactor) {
    self.source = source
    self.factor = factor
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
    var f = 0.0, s = signal, cost = 0.0
    for round in 0..<40 {
      if !factor.isEmpty {
        for _ in 0..<40 {
          s = signal * nj_exp_scalar(f)
          let c = factor.cost(f), slope = point.slope + point.curvature * (s - point.at)
          let first = slope * s + c.first
          let second = max(point.curvature * s * s + slope * s + c.second, 0.5 * c.second, 1e-12)
          let step = min(max(-first / second, -0.5), 0.5)
          f += step
          if abs(step) < 1e-8 { break }
        }
        s = signal * nj_exp_scalar(f)
        cost = factor.cost(f).value
      }
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
}
