import Kernels
import NumericalMethods

extension ParameterConstraint {
  /// The term of -ln L at x and its two derivatives; nil where x is not allowed.
  func term(at x: Double) -> (value: Double, first: Double, second: Double)? {
    switch self {
    case .gaussian(let mean, let width):
      let z = (x - mean) / width
      return (0.5 * z * z, z / width, 1 / (width * width))
    case .asymmetricGaussian(let mean, let low, let high):
      let width = x < mean ? low : high, z = (x - mean) / width
      return (0.5 * z * z, z / width, 1 / (width * width))
    case .logNormal(let median, let kappa):
      guard x > 0 else { return nil }
      let width = nj_log_scalar(kappa), z = nj_log_scalar(x / median) / width
      return (0.5 * z * z, z / (width * x), (1 / width - z) / (width * x * x))
    case .poisson(let n, let scale):
      let expected = scale * x
      if n == 0 { return x >= 0 ? (expected, scale, 0) : nil }
      guard x > 0 else { return nil }
      // ν - n + n ln(n / ν), without cancellation near ν = n.
      let off = (expected - n) / n
      return (n * (off - nj_log1p_scalar(off)), scale - n / x, n / (x * x))
    }
  }

  /// The variance of the term's first derivative under the auxiliary measurement.
  func scoreVariance(at x: Double) -> Double {
    switch self {
    case .gaussian(_, let width): return 1 / (width * width)
    case .asymmetricGaussian(let mean, let low, let high):
      let width = x < mean ? low : high
      return 1 / (width * width)
    case .logNormal(_, let kappa):
      let width = nj_log_scalar(kappa) * x
      return 1 / (width * width)
    case .poisson(let n, _): return x > 0 ? n / (x * x) : 0
    }
  }

  /// -ln of the auxiliary measurement's probability where the term is zero.
  ///
  /// ln(width √(2π)) for the normal ones (of ln x for the log-normal one; the mean of the two
  /// widths for the asymmetric one), n - n ln n + ln Γ(n + 1) for a Poisson one.
  var droppedConstant: Double {
    let root = 0.9189385332046727
    switch self {
    case .gaussian(_, let width): return nj_log_scalar(width) + root
    case .asymmetricGaussian(_, let low, let high): return nj_log_scalar(0.5 * (low + high)) + root
    case .logNormal(_, let kappa): return nj_log_scalar(abs(nj_log_scalar(kappa))) + root
    case .poisson(let n, _):
      return n > 0 ? n - n * nj_log_scalar(n) + SpecialFunctions.lgamma(n + 1) : 0
    }
  }

  /// The distances of one standard deviation below and above the best value, for impacts and starts.
  var widths: (low: Double, high: Double) {
    switch self {
    case .gaussian(_, let width): return (width, width)
    case .asymmetricGaussian(_, let low, let high): return (low, high)
    case .logNormal(let median, let kappa):
      let k = max(kappa, 1 / kappa)
      return (median * (1 - 1 / k), median * (k - 1))
    case .poisson(let n, let scale):
      let width = max(n, 1).squareRoot() / scale
      return (min(width, n / scale), width)
    }
  }

  /// The lowest value of x that the term allows.
  var lowestAllowed: Double {
    switch self {
    case .gaussian, .asymmetricGaussian: -.infinity
    case .logNormal(let median, _): 1e-9 * median
    case .poisson(let n, let scale): n > 0 ? 1e-12 * n / scale : 0
    }
  }
}

extension LikelihoodModel {
  /// What -ln L leaves out of -ln of the probability of data and global observables: Σ ln n! of
  /// binned data, ln N! of nothing unbinned, and the normalisations of the constraints.
  public var droppedConstant: Double {
    var sum = 0.0
    for channel in channels {
      if case .binned(let counts) = channel.data {
        for n in counts { sum += SpecialFunctions.lgamma(n + 1) }
      }
    }
    for p in parameters { sum += p.constraint?.droppedConstant ?? 0 }
    return sum
  }
}
