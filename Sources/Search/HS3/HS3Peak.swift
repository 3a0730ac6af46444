import Inference

/// A peak of one core: a Gaussian, or a Crystal Ball with a tail on one side or both.
struct HS3Peak {
  /// A tail, its numbers as terms.
  struct Tail {
    var alpha: HS3Term
    var n: HS3Term
  }

  /// The share of the component's yield.
  var share: HS3Term
  var mean: HS3Term
  var width: HS3Term
  var low: Tail?
  var high: Tail?

  /// The integral of a side's tail: exp(-alpha²/2) n / (alpha (n - 1)).
  private static func total(_ tail: Tail) -> HS3Term {
    .exp(-0.5 * (tail.alpha * tail.alpha)) * tail.n / (tail.alpha * (tail.n - 1))
  }

  /// The integral beyond t >= alpha: the total times (r / (r - alpha + t))^(n - 1), r = n / alpha.
  private static func beyond(_ t: HS3Term, _ tail: Tail) -> HS3Term {
    let r = tail.n / tail.alpha
    return total(tail) * .power(r / (r - tail.alpha + t), tail.n - 1)
  }

  private static let rootHalf = 0.7071067811865476
  private static let rootHalfPi = 1.2533141373155003

  /// The integral of the core from the mean to the beginning of a tail, or to infinity.
  private static func core(
    _ tail: Tail?, _ wanted: String, _ builder: inout HS3Builder
  ) -> HS3Term {
    guard let tail else { return HS3Term(rootHalfPi) }
    return rootHalfPi * builder.errorFunction(wanted, rootHalf * tail.alpha)
  }

  /// The parts of the density on the full line below each edge.
  ///
  /// Closed forms of the Gaussian core and the power laws; no comparison is needed, since each
  /// piece takes the edge clamped to its own range.
  func below(
    _ edges: [Double], _ wanted: String, _ builder: inout HS3Builder
  ) -> [HS3Term] {
    let coreLow = builder.define(
      "\(wanted)_core_low", Self.core(low, "\(wanted)_erf_low", &builder))
    let coreHigh = builder.define(
      "\(wanted)_core_high", Self.core(high, "\(wanted)_erf_high", &builder))
    let tailLow = builder.define("\(wanted)_tail_low", low.map(Self.total) ?? HS3Term(0))
    let tailHigh = builder.define("\(wanted)_tail_high", high.map(Self.total) ?? HS3Term(0))
    let line = builder.define("\(wanted)_line", tailLow + coreLow + coreHigh + tailHigh)
    return edges.enumerated().map { index, edge in
      let own = "\(wanted)_\(index + 1)"
      let t = builder.define("\(own)_t", (HS3Term(edge) - mean) / width)
      var inside = t
      if let low { inside = .max(inside, -low.alpha) }
      if let high { inside = .min(inside, high.alpha) }
      var sum =
        coreLow + Self.rootHalfPi * builder.errorFunction("\(own)_erf", Self.rootHalf * inside)
      if let low { sum = sum + Self.beyond(.max(-t, low.alpha), low) }
      if let high { sum = sum + (tailHigh - Self.beyond(.max(t, high.alpha), high)) }
      return builder.define("\(own)_below", sum / line)
    }
  }

  /// Writes the density, which a reader normalises on the range of the observable.
  func distribution(_ wanted: String, of observable: String, _ builder: inout HS3Builder) -> String
  {
    let mean = builder.reference("\(wanted)_mean", self.mean)
    let width = builder.reference("\(wanted)_width", self.width)
    guard low != nil || high != nil else {
      return builder.distribution(
        wanted, "gaussian_dist", [("x", .string(observable)), ("mean", mean), ("sigma", width)])
    }
    // No tail: one that begins beyond any event.
    let none = Tail(alpha: HS3Term(Self.noTail), n: HS3Term(2))
    let (low, high) = (self.low ?? none, self.high ?? none)
    return builder.distribution(
      wanted, "crystalball_doublesided_dist",
      [
        ("m", .string(observable)), ("m0", mean), ("sigma_L", width), ("sigma_R", width),
        ("alpha_L", builder.reference("\(wanted)_alpha_low", low.alpha)),
        ("n_L", builder.reference("\(wanted)_n_low", low.n)),
        ("alpha_R", builder.reference("\(wanted)_alpha_high", high.alpha)),
        ("n_R", builder.reference("\(wanted)_n_high", high.n)),
      ])
  }

  /// The alpha of a tail that is not there.
  static let noTail = 1e6
}

extension HS3Builder {
  /// The peaks of a shape; nil for a shape that is none.
  mutating func peaks(of component: ModelComponent, _ wanted: String) -> [HS3Peak]? {
    let factor = term(1, component.widthFactors)
    func tail(_ alpha: ModelValue, _ n: ModelValue) -> HS3Peak.Tail {
      .init(alpha: term(alpha), n: term(n))
    }
    switch component.shape {
    case .counts, .template, .chebyshev, .exponential: return nil
    case .gaussian(let mean, let width):
      let width = define("\(wanted)_width", term(width) * factor)
      return [HS3Peak(share: HS3Term(1), mean: term(mean), width: width)]
    case .doubleSidedCrystalBall(
      let mean, let width, let alphaLow, let nLow, let alphaHigh, let nHigh):
      let width = define("\(wanted)_width", term(width) * factor)
      return [
        HS3Peak(
          share: HS3Term(1), mean: term(mean), width: width, low: tail(alphaLow, nLow),
          high: tail(alphaHigh, nHigh))
      ]
    case .twoCrystalBalls(let mean, let width, let first, let width2, let second, let fraction):
      let width = define("\(wanted)_width", term(width) * factor)
      let width2 = define("\(wanted)_width2", term(width2) * factor)
      func peak(_ share: HS3Term, _ width: HS3Term, _ own: ModelTail) -> HS3Peak {
        let tail = tail(own.alpha, own.n)
        return HS3Peak(
          share: share, mean: term(mean), width: width, low: own.side == .low ? tail : nil,
          high: own.side == .high ? tail : nil)
      }
      return [
        peak(term(fraction), width, first), peak(1 - term(fraction), width2, second),
      ]
    }
  }
}
