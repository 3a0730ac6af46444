import NumericalMethods

/// The prior of a strength s >= 0.
public enum StrengthPrior: Hashable, Sendable {
  /// Constant in s.
  case flat
  /// 1 / √(s + `offset`), both in units of the strength.
  ///
  /// With the expected background of a count as offset it is Jeffreys' prior of its mean.
  case inverseSquareRoot(offset: Double)
  /// 1 / s between two bounds: flat in ln s.
  case logUniform(ClosedRange<Double>)
  /// 1 / s for all s > 0: refused, as no posterior is proper with it where b > 0.
  case reciprocal

  /// The prior in words.
  public var description: String {
    switch self {
    case .flat: "flat prior in the strength >= 0"
    case .inverseSquareRoot(let offset): "prior 1/sqrt(s + \(offset)) of the strength s >= 0"
    case .logUniform(let range):
      "prior 1/s of the strength s from \(range.lowerBound) to \(range.upperBound)"
    case .reciprocal: "prior 1/s"
    }
  }

  func validate() throws(InferenceError) {
    switch self {
    case .flat: break
    case .inverseSquareRoot(let offset):
      guard offset >= 0, offset.isFinite else {
        throw .invalid(what: "offset of the prior", found: offset, allowed: ">= 0")
      }
    case .logUniform(let range):
      guard range.lowerBound > 0, range.upperBound > range.lowerBound, range.upperBound.isFinite
      else {
        throw .invalid(
          what: "lower bound of the prior", found: range.lowerBound,
          allowed: "above 0 and below the upper bound")
      }
    case .reciprocal:
      throw .improper(
        what: "the prior 1/s", remedy: "use a flat prior, or 1/s between two stated bounds")
    }
  }

  /// The variable in which the prior's density is smooth, as a function of s.
  func variable(_ s: Double) -> Double {
    switch self {
    case .flat, .reciprocal: s
    case .inverseSquareRoot: s.squareRoot()
    case .logUniform: SpecialFunctions.log(s)
    }
  }

  /// s, and prior times ds/du, at a value u of the variable.
  func strength(_ u: Double) -> (s: Double, density: Double) {
    switch self {
    case .flat, .reciprocal: (u, 1)
    case .inverseSquareRoot(let offset):
      (u * u, offset == 0 ? 2 : 2 * u / (u * u + offset).squareRoot())
    case .logUniform: (SpecialFunctions.exp(u), 1)
    }
  }
}

/// How nuisance parameters are treated in a frequentist limit of a count.
public enum CountingNuisances: String, Hashable, Sendable {
  /// Probabilities of the count averaged over the priors (Cousins and Highland).
  case hybrid
  /// The test statistic q-tilde with profiled nuisances, its exact distribution over counts and
  /// control measurements at their conditional best fit.
  case profiled
}

/// How an upper limit of a count is made.
public enum CountingMethod: Hashable, Sendable {
  /// CLs: P(as background-like | s + b) / P(the same | b) = 1 - level.
  case cls(CountingNuisances)
  /// CLs+b: P(as background-like | s + b) = 1 - level; empty after strong downward fluctuations.
  case clsb(CountingNuisances)
  /// The quantile of the posterior.
  case bayesian(StrengthPrior)
  /// The interval of Feldman and Cousins, for exactly known background and efficiency; `adjusted`
  /// keeps its upper end from rising with the background.
  case feldmanCousins(adjusted: Bool)
}
