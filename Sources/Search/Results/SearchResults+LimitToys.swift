/// How Bayesian limits are made, for all hypotheses.
public struct PosteriorOfLimits: Equatable, Sendable {
  /// Seed of the samples.
  public var seed: UInt64
  /// Priors and integration, in words.
  public var construction: String

  /// Makes the settings.
  public init(seed: UInt64, construction: String) {
    self.seed = seed
    self.construction = construction
  }
}

/// What toys, or samples of a posterior, say of the limits of one hypothesis.
public struct LimitToys: Equatable, Sendable {
  /// Monte Carlo error of the observed limit.
  public var observedError: Double
  /// Monte Carlo errors of the expected limits, as many as these.
  public var expectedErrors: [Double]
  /// Toys, or samples at each value of the parameter, that were drawn.
  public var count: Int64
  /// Toys that could not be fitted; each counts against exclusion.
  public var failed: Int64

  /// Makes the numbers of one hypothesis.
  public init(observedError: Double, expectedErrors: [Double], count: Int64, failed: Int64) {
    self.observedError = observedError
    self.expectedErrors = expectedErrors
    self.count = count
    self.failed = failed
  }

  /// The part of the toys that could not be fitted.
  public var failureFraction: Double { count > 0 ? Double(failed) / Double(count) : 0 }
}

/// How limits by toys are made, for all hypotheses.
public struct ToysOfLimits: Equatable, Sendable {
  /// Seed of the toys.
  public var seed: UInt64
  /// What is done, in words.
  public var construction: String
  /// Monte Carlo error aimed at, relative to the limit.
  public var error: Double
  /// The same in units of the error of the parameter of interest without signal.
  public var absoluteError: Double
  /// Largest number of toys of a hypothesis.
  public var most: Int
  /// Toys only where fewer background events lie within two resolutions; nil for all hypotheses.
  public var belowBackground: Double?

  /// Makes the settings.
  public init(
    seed: UInt64, construction: String, error: Double, absoluteError: Double, most: Int,
    belowBackground: Double?
  ) {
    self.seed = seed
    self.construction = construction
    self.error = error
    self.absoluteError = absoluteError
    self.most = most
    self.belowBackground = belowBackground
  }
}
