import Kernels

/// The product of several nuisance factors as one variable F = ln(factor), with the least cost
/// ½ Σθ² at which it is reached.
///
/// Log-normal factors alone are one with κ² = Σκᵢ². Otherwise θᵢ = λ gᵢ'(θᵢ) at the least cost,
/// with gᵢ the logarithm of a factor; λ is found from F by Newton steps.
struct NuisanceFactor {
  /// Σ ln²(1 + size) of the log-normal factors.
  private(set) var logNormal = 0.0
  /// Sizes of the Gaussian factors.
  private(set) var gaussian: [Double] = []

  init(_ nuisances: [Nuisance], on target: Nuisance.Target) {
    for nuisance in nuisances where nuisance.target == target {
      switch nuisance.constraint {
      case .logNormal:
        let k = nj_log1p_scalar(nuisance.size)
        logNormal += k * k
      case .gaussian: gaussian.append(nuisance.size)
      }
    }
  }

  var isEmpty: Bool { logNormal == 0 && gaussian.isEmpty }

  /// The size of a single Gaussian factor: s = μ(1 + size·θ) then has a closed form.
  var singleGaussian: Double? {
    gaussian.count == 1 && logNormal == 0 ? gaussian[0] : nil
  }

  /// The cost and its derivatives in F.
  func cost(_ f: Double) -> (value: Double, first: Double, second: Double) {
    if gaussian.isEmpty { return (0.5 * f * f / logNormal, f / logNormal, 1 / logNormal) }
    if gaussian.count == 1, logNormal == 0 {
      let d = gaussian[0], e = nj_exp_scalar(f), theta = nj_expm1_scalar(f) / d
      return (0.5 * theta * theta, theta * e / d, (e / d) * (e / d) + theta * e / d)
    }
    let (lambda, slope, value) = multiplier(f)
    return (value, lambda, 1 / slope)
  }

  /// θ of one nuisance parameter at F.
  func theta(_ nuisance: Nuisance, at f: Double) -> Double {
    let lambda = cost(f).first
    switch nuisance.constraint {
    case .logNormal: return lambda * nj_log1p_scalar(nuisance.size)
    case .gaussian:
      if gaussian.count == 1, logNormal == 0 { return nj_expm1_scalar(f) / nuisance.size }
      return Self.theta(nuisance.size, lambda)
    }
  }

  private static func theta(_ d: Double, _ lambda: Double) -> Double {
    (max(1 + 4 * lambda * d * d, 0).squareRoot() - 1) / (2 * d)
  }

  private func multiplier(_ f: Double) -> (lambda: Double, slope: Double, value: Double) {
    let least = gaussian.map { -1 / (4 * $0 * $0) }.max() ?? -.infinity
    var lambda = f / (logNormal + gaussian.reduce(0) { $0 + $1 * $1 })
    lambda = max(lambda, 0.99 * least)
    var slope = 1.0
    for _ in 0..<60 {
      var sum = lambda * logNormal
      slope = logNormal
      for d in gaussian {
        let theta = Self.theta(d, lambda), root = max(1 + 4 * lambda * d * d, 1e-12).squareRoot()
        sum += nj_log1p_scalar(d * theta)
        slope += d * d / ((1 + d * theta) * root)
      }
      let step = (f - sum) / slope
      lambda = max(lambda + step, 0.5 * (lambda + least))
      if abs(step) < 1e-12 * max(1, abs(lambda)) { break }
    }
    var value = 0.5 * lambda * lambda * logNormal
    for d in gaussian {
      let theta = Self.theta(d, lambda)
      value += 0.5 * theta * theta
    }
    return (lambda, slope, value)
  }
}
