import NumericalMethods

/// ln CLs by the asymptotic formulae, from √q_A of the background-only Asimov set known at the
/// expected limits: the curve that toys correct.
struct AsymptoticBaseline {
  /// √q_A at strengths, through the origin.
  private let root: Interpolant?
  /// Strength for each unit of √q_A beyond the strengths known.
  private let scale: Double

  /// Deviations and expected limits as the asymptotic search gave them; NaN where it failed.
  init(deviations: [Double], limits: [Double], level: Double, fallback: Double) {
    var strengths = [0.0], roots = [0.0]
    for (deviation, limit) in zip(deviations, limits) where limit.isFinite {
      let target = AsymptoticLimit<LinearProfile>.target(deviation, alpha: 1 - level)
      guard let last = strengths.last, let before = roots.last, limit > last, target > before
      else { continue }
      strengths.append(limit)
      roots.append(target)
    }
    root = try? Interpolant(arguments: strengths, values: roots, method: .monotoneCubic)
    scale = root.map { $0.range.upperBound / (roots.last ?? 1) } ?? fallback
  }

  /// √q_A at a strength.
  func rootAsimov(_ strength: Double) -> Double {
    guard let root else { return strength / scale }
    return root.value(at: strength) ?? strength / scale
  }

  /// ln CLs of data with a test statistic, by section 3.6 of arXiv:1007.1727.
  func observed(_ strength: Double, statistic: Double) -> Double {
    let a = max(rootAsimov(strength), 1e-6), q = statistic
    let t = q <= a * a ? q.squareRoot() - a : (q - a * a) / (2 * a)
    return NormalDistribution.logUpperTail(t + a) - NormalDistribution.logUpperTail(t)
  }

  /// ln CLs of background-only data that fluctuated by so many standard deviations.
  func expected(_ strength: Double, deviation: Double) -> Double {
    let a = rootAsimov(strength)
    return NormalDistribution.logUpperTail(a - deviation)
      - NormalDistribution.logUpperTail(-deviation)
  }
}
