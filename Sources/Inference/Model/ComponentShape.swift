/// What a template becomes where a parameter θ is -1 and +1; added up over the variations.
///
/// HistFactory's `histosys`: contents + Σ_θ [θ S + g(θ) A], S = (high - low) / 2 and
/// A = (high + low) / 2 - contents; g(θ) = |θ| beyond ±1.
public struct TemplateVariation: Hashable, Sendable {
  /// g(θ) between -1 and 1.
  public enum Interpolation: String, Hashable, Sendable {
    /// θ²(15 - 10θ² + 3θ⁴) / 8, which continues value, slope and curvature (code 4p).
    case polynomial
    /// |θ|, whose slope jumps at zero (code 0).
    case piecewiseLinear = "piecewise linear"
  }

  /// Contents at θ = -1, shape [bins].
  public var low: [Double]
  /// Contents at θ = +1, shape [bins].
  public var high: [Double]
  /// The name of θ.
  public var parameter: String
  /// How contents change between the three templates.
  public var interpolation: Interpolation

  /// Creates a variation.
  public init(
    low: [Double], high: [Double], parameter: String, interpolation: Interpolation = .polynomial
  ) {
    self.low = low
    self.high = high
    self.parameter = parameter
    self.interpolation = interpolation
  }
}

/// The tail of a Crystal Ball whose numbers may be parameters.
public struct ModelTail: Hashable, Sendable {
  /// Where the tail begins, in widths from the mean, >= 0.01.
  public var alpha: ModelValue
  /// The power of the tail, above 1, at most 1000.
  public var n: ModelValue
  /// The side of the mean the tail lies on.
  public var side: CrystalBallTail.Side

  /// Creates a tail.
  public init(alpha: ModelValue, n: ModelValue, side: CrystalBallTail.Side) {
    self.alpha = alpha
    self.n = n
    self.side = side
  }
}

/// How the events of a component lie in its channel.
///
/// All shapes but `counts` and `template` are densities of unit integral over the channel's
/// segments (or the full line, see `ModelComponent.normalisation`); in binned channels they are
/// integrated over the bins exactly.
public enum ComponentShape: Hashable, Sendable {
  /// One bin of content 1: the channel counts events.
  case counts
  /// Bin contents, shape [bins], only in binned channels; never normalised.
  ///
  /// content(bin) = Π binFactors(bin) · (contents + Σ variations); `binFactors` names the
  /// parameters that multiply a bin (HistFactory's `shapesys`, `staterror`, `shapefactor`): shape
  /// [bins][any number], or empty.
  case template(
    contents: [Double], variations: [TemplateVariation] = [], binFactors: [[String]] = [])
  /// A normal distribution.
  case gaussian(mean: ModelValue, width: ModelValue)
  /// A Crystal Ball with a tail on both sides, as in `SignalShape`.
  case doubleSidedCrystalBall(
    mean: ModelValue, width: ModelValue, alphaLow: ModelValue, nLow: ModelValue,
    alphaHigh: ModelValue, nHigh: ModelValue)
  /// Two Crystal Balls with a shared mean: `fraction` of the first, the rest of the second.
  case twoCrystalBalls(
    mean: ModelValue, width: ModelValue, tail: ModelTail, width2: ModelValue, tail2: ModelTail,
    fraction: ModelValue)
  /// 1 + Σ c_k T_k(u), k = 1…, with u = -1…1 between the ends of the channel's segments.
  case chebyshev([ModelValue])
  /// exp(slope · u), u as above.
  case exponential(slope: ModelValue)
}
