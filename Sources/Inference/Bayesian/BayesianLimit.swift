/// How a Bayesian limit is computed.
public struct BayesianSettings: Hashable, Sendable {
  /// How nuisances are integrated.
  public enum Integration: String, Hashable, Sendable {
    /// Quadrature for up to three nuisances where it is stable and no edge of the allowed region is
    /// near, else sampling.
    case automatic
    /// Gauss-Hermite quadrature about the conditional mode.
    case quadrature
    /// Importance sampling about the conditional mode.
    case sampling
  }

  /// The credibility level, in (0, 1).
  public var level: Double
  /// The prior of the parameter of interest, >= 0.
  public var prior: StrengthPrior
  /// How nuisances are integrated.
  public var integration: Integration
  /// The seed of the samples.
  public var seed: UInt64
  /// The task of the samples' streams: a number of the window.
  public var task: UInt64
  /// The Monte Carlo error wanted, relative to the limit.
  public var relativeError: Double
  /// The largest number of samples at each value of the parameter of interest.
  public var mostSamples: Int

  /// Creates settings; what is not given is the usual choice.
  public init(
    level: Double, prior: StrengthPrior = .flat, integration: Integration = .automatic,
    seed: UInt64 = 1, task: UInt64 = 0, relativeError: Double = 1e-3, mostSamples: Int = 16384
  ) {
    self.level = level
    self.prior = prior
    self.integration = integration
    self.seed = seed
    self.task = task
    self.relativeError = relativeError
    self.mostSamples = mostSamples
  }

  func validate() throws(InferenceError) {
    guard level > 0, level < 1 else {
      throw .invalid(what: "level", found: level, allowed: "above 0 and below 1")
    }
    guard relativeError > 0, relativeError < 1 else {
      throw .invalid(
        what: "relative error of the limit", found: relativeError, allowed: "above 0 and below 1")
    }
    guard mostSamples >= 512, mostSamples <= 1 << 24 else {
      throw .invalid(
        what: "largest number of samples", found: Double(mostSamples), allowed: "512 to 16777216")
    }
    try prior.validate()
  }
}

/// An upper limit as a quantile of the posterior, nuisances marginalised.
public struct BayesianLimit: Hashable, Sendable {
  /// How the calculation ended.
  public enum Status: String, Hashable, Sendable {
    /// The limit is known to `error`.
    case found
    /// The posterior is improper: the limit depends on where its prior is cut.
    case improper
    /// Samples are too few, or too few of them carry the weight.
    case unreliable
    /// No limit was found; the value is NaN.
    case notFound = "not found"
  }

  /// How the calculation ended.
  public var status: Status
  /// The credibility level.
  public var level: Double
  /// The limit on the parameter of interest.
  public var value: Double
  /// The estimated error: the last change of a quadrature, or the Monte Carlo error of samples.
  public var error: Double
  /// The order of the quadrature in each nuisance; 0 for samples.
  public var order: Int
  /// The samples at each value of the parameter of interest; 0 for quadratures.
  public var samples: Int
  /// The smallest effective number of samples, (Σw)² / Σw², where the posterior matters.
  public var effectiveSamples: Double
  /// The part of samples' sum in the hundredth with the largest weights, at most.
  public var tailWeight: Double
  /// The seed of the samples, nil for quadratures.
  public var seed: UInt64?
  /// The construction in words, with the priors.
  public var construction: String
  /// What a reader of the limit must know, or nil.
  public var warning: String?

  init(failed level: Double, _ construction: String, _ warning: String) {
    self.init(level: level, construction: construction)
    status = .notFound
    self.warning = warning
  }

  init(level: Double, construction: String) {
    status = .found
    self.level = level
    value = .nan
    error = .nan
    order = 0
    samples = 0
    effectiveSamples = 0
    tailWeight = 0
    seed = nil
    self.construction = construction
    warning = nil
  }
}
