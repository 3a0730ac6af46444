import Kernels
import NumericalMethods

/// The sum of several windows' -ln L as a function of the common parameter, minimised over the
/// nuisance parameters of the yields, which the windows share by name.
///
/// -ln L(μ, θ) = Σᵢ Pᵢ(μ yᵢ Πⱼ Fᵢⱼ(θⱼ)) + ½ Σⱼ θⱼ², with Pᵢ the profile of window i over all else, y
/// its signal events for μ = 1 and F = κ^θ or 1 + δθ.
struct CombinedProfile: ProfileSource {
  /// One window.
  struct Channel {
    var profile: SignalProfile
    var yieldPerUnit: Double
    var factors: [Factor]
  }

  /// A factor of a yield.
  struct Factor {
    /// Which θ.
    var parameter: Int
    var constraint: Nuisance.Constraint
    /// ln κ of a log-normal factor, δ of a Gaussian one.
    var size: Double
  }

  let channels: [Channel]
  /// The least θ: below it a Gaussian factor would change sign.
  private let lowest: [Double]
  /// θ at the last minimum: the next search starts there.
  private(set) var theta: [Double]
  /// The Hessian over μ (first) and θ at the last minimum.
  private(set) var hessian = SymmetricMatrix(order: 1)

  init(channels: [Channel], parameters: Int) {
    self.channels = channels
    theta = [Double](repeating: 0, count: parameters)
    var lowest = [Double](repeating: -.infinity, count: parameters)
    for factor in channels.flatMap(\.factors) where factor.constraint == .gaussian {
      lowest[factor.parameter] = max(lowest[factor.parameter], -0.999 / factor.size)
    }
    self.lowest = lowest
  }

  mutating func evaluate(at mu: Double) -> ProfilePoint? {
    var terms = Terms(parameters: theta.count)
    terms.evaluate(channels, mu, theta)
    for _ in 0..<100 {
      guard terms.value.isFinite else { return nil }
      let free = theta.indices.filter { theta[$0] > lowest[$0] || terms.gradient[$0] < 0 }
      guard !free.isEmpty else { break }
      guard let step = Self.step(terms, free) else { return nil }
      if step.decrement < 1e-16 { break }
      guard let next = moved(mu, terms, step: step.values, free) else { break }
      terms = next
      if step.decrement < 1e-9 { break }  // Newton's next is below rounding.
    }
    return point(mu, terms)
  }

  /// Newton's step over the free θ, from the part of the Hessian that is never negative where the
  /// whole is not positive definite.
  private static func step(
    _ terms: Terms, _ free: [Int]
  ) -> (values: [Double], decrement: Double)? {
    let down = free.map { -terms.gradient[$0] }
    for matrix in [terms.hessian, terms.safeHessian] {
      guard let factors = matrix.submatrix(free).factors(), factors.isPositiveDefinite else {
        continue
      }
      let values = factors.solve(down)
      var decrement = 0.0
      for (a, b) in zip(values, down) { decrement += a * b }
      return (values, decrement)
    }
    return nil
  }

  /// Goes along a step, shortened until -ln L falls; nil where it does not.
  private mutating func moved(
    _ mu: Double, _ terms: Terms, step: [Double], _ free: [Int]
  ) -> Terms? {
    let longest = step.map(abs).max() ?? 0
    var length = longest > 3 ? 3 / longest : 1
    for _ in 0..<40 {
      var trial = theta
      for (k, i) in free.enumerated() { trial[i] = max(theta[i] + length * step[k], lowest[i]) }
      var next = Terms(parameters: theta.count)
      next.evaluate(channels, mu, trial)
      if next.value.isFinite, next.value <= terms.value + 1e-13 * max(1, abs(terms.value)) {
        theta = trial
        return next
      }
      length *= 0.5
    }
    return nil
  }

  private mutating func point(_ mu: Double, _ terms: Terms) -> ProfilePoint? {
    let n = theta.count
    hessian = SymmetricMatrix(order: n + 1)
    hessian[0, 0] = terms.bend
    for i in 0..<n {
      hessian[0, i + 1] = terms.cross[i]
      for j in 0...i { hessian[i + 1, j + 1] = terms.hessian[i, j] }
    }
    var curvature = terms.bend
    let free = theta.indices.filter { theta[$0] > lowest[$0] }
    if !free.isEmpty {
      let cross = free.map { terms.cross[$0] }
      guard let factors = terms.hessian.submatrix(free).factors() else { return nil }
      for (a, b) in zip(cross, factors.solve(cross)) { curvature -= a * b }
    }
    guard curvature.isFinite, terms.slope.isFinite else { return nil }
    return ProfilePoint(at: mu, value: terms.value, slope: terms.slope, curvature: curvature)
  }

  /// Signals of the channels at a parameter and the last θ.
  func signals(at mu: Double) -> [Double] {
    channels.map { channel in
      var factor = 1.0
      for f in channel.factors { factor *= Terms.factor(f, theta[f.parameter]).value }
      return mu * channel.yieldPerUnit * factor
    }
  }
}

/// -ln L with its derivatives in μ and θ.
private struct Terms {
  var value = 0.0
  /// First and second derivative in μ.
  var slope = 0.0
  var bend = 0.0
  /// Mixed derivatives.
  var cross: [Double]
  var gradient: [Double]
  var hessian: SymmetricMatrix
  /// The Hessian without its parts that may be negative.
  var safeHessian: SymmetricMatrix

  init(parameters: Int) {
    cross = [Double](repeating: 0, count: parameters)
    gradient = cross
    hessian = SymmetricMatrix(diagonal: [Double](repeating: 1, count: parameters))
    safeHessian = hessian
  }

  /// A factor with the first two derivatives of its logarithm.
  static func factor(
    _ factor: CombinedProfile.Factor, _ theta: Double
  ) -> (value: Double, first: Double, second: Double) {
    switch factor.constraint {
    case .logNormal: return (nj_exp_scalar(factor.size * theta), factor.size, 0)
    case .gaussian:
      let value = 1 + factor.size * theta, rate = factor.size / value
      return (value, rate, -rate * rate)
    }
  }

  mutating func evaluate(
    _ channels: [CombinedProfile.Channel], _ mu: Double, _ theta: [Double]
  ) {
    for (i, t) in theta.enumerated() {
      value += 0.5 * t * t
      gradient[i] = t
    }
    for channel in channels { add(channel, mu, theta) }
  }

  /// s = μ y exp(Σ gⱼ): ∂s/∂θⱼ = s gⱼ', ∂²s/∂θⱼ∂θₖ = s (gⱼ' gₖ' + δⱼₖ gⱼ'').
  private mutating func add(
    _ channel: CombinedProfile.Channel, _ mu: Double, _ theta: [Double]
  ) {
    let parts = channel.factors.map { Self.factor($0, theta[$0.parameter]) }
    var unit = channel.yieldPerUnit
    for part in parts { unit *= part.value }
    let s = mu * unit, p = channel.profile.evaluate(s)
    value += p.value
    slope += p.slope * unit
    bend += p.curvature * unit * unit
    for (a, part) in zip(channel.factors, parts) {
      let i = a.parameter, rise = s * part.first
      gradient[i] += p.slope * rise
      cross[i] += (p.curvature * s + p.slope) * unit * part.first
      hessian[i, i] += p.slope * s * part.second
      for (b, other) in zip(channel.factors, parts) where b.parameter <= i {
        let j = b.parameter
        // A pair of one parameter with itself comes once, other pairs from one side only.
        hessian[i, j] += (p.curvature * s + p.slope) * rise * other.first
        safeHessian[i, j] += max(p.curvature, 0) * s * rise * other.first
      }
    }
  }
}
