import Kernels

/// The fitted densities of a named fit, for plots: events per unit of the observable.
public struct PeakCurve: Sendable {
  private struct Part: Sendable {
    var peak: String
    /// Yield times share over the normalisation.
    var scale: Double
    var shape: [Double]
  }

  private var parts: [Part] = []
  private let segments: [ClosedRange<Double>]
  private let chebyshev: [Double]
  private let exponentials: [FittedCurve.Exponential]

  init(_ fit: PeakFit, _ model: PeakModel, _ raw: RawFit) {
    let q = raw.values, base = model.peakParameters
    for c in model.components {
      let shape = model.shape(c, q)
      let norm = model.integrals(c, shape).norm.value
      parts.append(
        Part(
          peak: fit.peaks[c.peak].name, scale: q[model.yields[c.peak]] * model.share(c, q) / norm,
          shape: shape))
    }
    segments = fit.segments
    chebyshev = Array(q[base..<(base + model.order + 1)])
    let first = base + model.order + 1
    exponentials = (0..<model.exponentials).map {
      FittedCurve.Exponential(coefficient: q[first + 2 * $0], slope: q[first + 2 * $0 + 1])
    }
  }

  /// Returns the total density at a value of the observable.
  public func total(at x: Double) -> Double {
    parts.reduce(background(at: x)) { $0 + Self.density($1, x) }
  }

  /// Returns the density of one peak.
  public func peak(_ name: String, at x: Double) -> Double {
    parts.reduce(0) { $1.peak == name ? $0 + Self.density($1, x) : $0 }
  }

  /// Returns the density of the background.
  public func background(at x: Double) -> Double {
    let u = WindowGeometry(segments).u(x)
    var sum = WindowGeometry.chebyshevSum(chebyshev, u)
    for e in exponentials { sum += e.coefficient * nj_exp_scalar(e.slope * u) }
    return sum
  }

  private static func density(_ part: Part, _ x: Double) -> Double {
    let t = (x - part.shape[0]) / part.shape[1]
    let side = t < 0 ? 2 : 4, alpha = part.shape[side], n = part.shape[side + 1]
    guard abs(t) > alpha else { return part.scale * nj_exp_scalar(-0.5 * t * t) }
    let ratio = n / alpha
    return part.scale
      * nj_exp_scalar(-0.5 * alpha * alpha - n * nj_log_scalar((ratio - alpha + abs(t)) / ratio))
  }
}
