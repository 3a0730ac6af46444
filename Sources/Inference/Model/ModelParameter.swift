/// A number of a model: a constant, or the value of a parameter.
public enum ModelValue: Hashable, Sendable {
  /// A finite constant.
  case constant(Double)
  /// The value of the parameter of this name.
  case parameter(String)
}

/// What an auxiliary measurement says about a parameter x: a term of -ln L.
///
/// Its datum (`mean`, `median`, `observed`) is a global observable. Each term is zero where it is
/// least; what that leaves out is in `LikelihoodModel.droppedConstant`.
public enum ParameterConstraint: Hashable, Sendable {
  /// ½((x - mean) / width)²; width > 0.
  case gaussian(mean: Double, width: Double)
  /// ½((x - mean) / w)² with w = low below the mean and high above it, both > 0.
  ///
  /// The second derivative jumps at the mean.
  case asymmetricGaussian(mean: Double, low: Double, high: Double)
  /// ½(ln(x / median) / ln kappa)²: ln x is normal; median > 0, kappa > 0 and not 1, x > 0.
  case logNormal(median: Double, kappa: Double)
  /// ν - n + n ln(n / ν) with ν = scale · x: n events observed where scale · x are expected.
  ///
  /// Sidebands (on/off), `shapesys` and Poisson `staterror` factors; observed >= 0, scale > 0.
  case poisson(observed: Double, scale: Double)

  /// The datum of the auxiliary measurement.
  public var globalObservable: Double {
    get {
      switch self {
      case .gaussian(let mean, _): mean
      case .asymmetricGaussian(let mean, _, _): mean
      case .logNormal(let median, _): median
      case .poisson(let observed, _): observed
      }
    }
    set {
      switch self {
      case .gaussian(_, let width): self = .gaussian(mean: newValue, width: width)
      case .asymmetricGaussian(_, let low, let high):
        self = .asymmetricGaussian(mean: newValue, low: low, high: high)
      case .logNormal(_, let kappa): self = .logNormal(median: newValue, kappa: kappa)
      case .poisson(_, let scale): self = .poisson(observed: newValue, scale: scale)
      }
    }
  }

  /// The global observable that is expected at a value of the parameter.
  public func expectedObservable(at x: Double) -> Double {
    if case .poisson(_, let scale) = self { return scale * x }
    return x
  }
}

/// A parameter of a model; every use of its name in any channel is the same parameter.
public struct ModelParameter: Hashable, Sendable {
  /// The name, unique in the model.
  public var name: String
  /// The value fits start from; the value of a fixed parameter.
  public var start: Double
  /// The lowest value allowed.
  public var minimum: Double
  /// The highest value allowed.
  public var maximum: Double
  /// Whether it stays at `start` in every fit.
  public var isFixed: Bool
  /// What is known of it from elsewhere; nil for a free parameter.
  public var constraint: ParameterConstraint?

  /// Creates a parameter.
  public init(
    name: String, start: Double, minimum: Double = -.infinity, maximum: Double = .infinity,
    isFixed: Bool = false, constraint: ParameterConstraint? = nil
  ) {
    self.name = name
    self.start = start
    self.minimum = minimum
    self.maximum = maximum
    self.isFixed = isFixed
    self.constraint = constraint
  }

  /// A nuisance parameter θ of mean 0 and width 1.
  public static func unitGaussian(_ name: String) -> ModelParameter {
    ModelParameter(name: name, start: 0, constraint: .gaussian(mean: 0, width: 1))
  }
}
