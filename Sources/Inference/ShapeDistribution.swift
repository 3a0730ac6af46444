import Kernels

/// The probability distribution of a signal shape on the full line, in closed form.
///
/// Components are normalised on the line before they are added; accurate to about 1e-14.
public struct ShapeDistribution: Sendable {
  /// A Gaussian core with power laws beyond the two alphas, 1e30 for none.
  private struct Component: Sendable {
    var share: Double
    var mean: Double
    var width: Double
    var below: Side
    var above: Side

    init(_ share: Double, _ mean: Double, _ width: Double, _ below: Side, _ above: Side) {
      (self.share, self.mean, self.width) = (share, mean, width)
      (self.below, self.above) = (below, above)
    }

    var line: Double { below.total + above.total }
  }

  /// One side of a component in t = |x - mean| / width.
  private struct Side: Sendable {
    var alpha = CrystalBallIntegral.noTail
    var n = 2.0
    /// The integrals of the core up to alpha, and of the whole side.
    var core = 0.0
    var total = Side.rootHalfPi

    static let rootHalfPi = 1.2533141373155003

    init() {}

    init(alpha: Double, n: Double) {
      self.alpha = alpha
      self.n = n
      core = Side.rootHalfPi * nj_erf_scalar(alpha * 0.7071067811865476)
      total = core + front
    }

    /// The integral of the tail: exp(-alpha²/2) n / (alpha (n - 1)).
    private var front: Double { nj_exp_scalar(-0.5 * alpha * alpha) * n / alpha / (n - 1) }

    private func distance(_ t: Double) -> Double {
      let ratio = n / alpha
      return (ratio - alpha + t) / ratio
    }

    func density(_ t: Double) -> Double {
      guard t > alpha else { return nj_exp_scalar(-0.5 * t * t) }
      return nj_exp_scalar(-0.5 * alpha * alpha - n * nj_log_scalar(distance(t)))
    }

    /// The integral beyond t >= 0.
    func beyond(_ t: Double) -> Double {
      if t.isInfinite { return 0 }
      guard t > alpha else {
        if alpha > 1e29 { return Side.rootHalfPi * nj_erfc_scalar(t * 0.7071067811865476) }
        return Side.rootHalfPi * nj_erf_scalar(t * 0.7071067811865476) * -1 + total
      }
      return front * nj_exp_scalar((1 - n) * nj_log_scalar(distance(t)))
    }
  }

  private let components: [Component]

  /// Makes the distribution of a shape.
  ///
  /// - Throws: `InferenceError.invalid` where a width, tail or fraction is outside of its range.
  public init(_ shape: SignalShape) throws(InferenceError) {
    try InferenceError.check(shape)
    switch shape {
    case .gaussian(let mean, let width):
      components = [Component(1, mean, width, Side(), Side())]
    case .doubleSidedCrystalBall(
      let mean, let width, let alphaLow, let nLow, let alphaHigh, let nHigh):
      components = [
        Component(
          1, mean, width, Side(alpha: alphaLow, n: nLow), Side(alpha: alphaHigh, n: nHigh))
      ]
    case .twoCrystalBalls(let mean, let width, let tail, let width2, let tail2, let fraction):
      func make(_ share: Double, _ width: Double, _ tail: CrystalBallTail) -> Component {
        let side = Side(alpha: tail.alpha, n: tail.n)
        return tail.side == .low
          ? Component(share, mean, width, side, Side())
          : Component(share, mean, width, Side(), side)
      }
      components = [make(fraction, width, tail), make(1 - fraction, width2, tail2)]
    }
  }

  /// Computes the density at a value of the observable.
  public func density(at x: Double) -> Double {
    components.reduce(0) { sum, c in
      let t = (x - c.mean) / c.width
      let value = t < 0 ? c.below.density(-t) : c.above.density(t)
      return sum + c.share * value / (c.width * c.line)
    }
  }

  /// Computes the probability below a value of the observable; infinite ends allowed.
  public func probability(below x: Double) -> Double {
    components.reduce(0) { sum, c in
      let t = (x - c.mean) / c.width
      let value = t < 0 ? c.below.beyond(-t) : c.line - c.above.beyond(t)
      return sum + c.share * value / c.line
    }
  }

  /// Computes the probability between two values of the observable.
  public func probability(from low: Double, to high: Double) -> Double {
    probability(below: high) - probability(below: low)
  }
}
