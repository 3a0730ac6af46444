/// How limits are made from toys, and when there are enough of them.
public struct ToyLimitSettings: Hashable, Sendable {
  /// The confidence level, in (0, 1).
  public var level: Double
  /// The expected limits wanted, in standard deviations of background fluctuation.
  public var expected: [Double]
  /// The Monte Carlo error of a limit, relative to it, that is small enough.
  public var relativeError: Double
  /// The same in units of the error of the parameter of interest in background-only data.
  ///
  /// Both goals hold for the observed and the median expected limit; at N standard deviations they
  /// are 2^|N| times as large, since the tails of the bands need far more toys.
  public var absoluteError: Double
  /// The most toys of one window, of all hypotheses together.
  public var most: Int
  /// The seed of the search.
  public var seed: UInt64
  /// The number of the window, which keys its toys.
  public var window: UInt64
  /// How many candidates an event has.
  public var clusters: ClusterSizes

  /// Creates settings; what is not given is the usual choice.
  public init(
    level: Double, expected: [Double] = [-2, -1, 0, 1, 2], relativeError: Double = 0.02,
    absoluteError: Double = 0.05, most: Int = 100_000, seed: UInt64 = 0, window: UInt64 = 0,
    clusters: ClusterSizes = .single
  ) {
    self.level = level
    self.expected = expected
    self.relativeError = relativeError
    self.absoluteError = absoluteError
    self.most = most
    self.seed = seed
    self.window = window
    self.clusters = clusters
  }
}

/// A limit with its Monte Carlo error.
public struct ToyEstimate: Hashable, Sendable {
  /// The value, in units of the parameter of interest; NaN where it was not found.
  public var value: Double
  /// Its Monte Carlo error.
  public var error: Double
}

/// Upper limits by CLs from toys.
public struct ToyUpperLimit: Hashable, Sendable {
  /// How the search for the limits ended.
  public enum Status: String, Hashable, Sendable {
    /// All limits are known to the errors wanted.
    case found
    /// The most toys allowed are used up: an error is larger than wanted.
    case mostToys = "most toys"
    /// A limit was not found: its value is NaN.
    case notFound = "not found"
  }

  /// How the search ended.
  public var status: Status
  /// The confidence level.
  public var level: Double
  /// The observed limit.
  public var observed: ToyEstimate
  /// The expected limits, in the order asked for.
  public var expected: [ToyEstimate]
  /// How many toys were drawn.
  public var toys: Int
  /// How many of them could not be fitted; each counts against exclusion.
  public var failedToys: Int
  /// The seed of the toys.
  public var seed: UInt64
  /// The strengths tested, ascending.
  public var points: [ToyTail]

  /// The part of the toys that could not be fitted.
  public var failureFraction: Double { toys > 0 ? Double(failedToys) / Double(toys) : 0 }

  /// What was done, for reports.
  public static let construction =
    "CLs from toys: test statistic q-tilde(mu) with all nuisance parameters profiled; toys at mu "
    + "and without signal have the nuisance parameters of the fit to the data at that strength "
    + "and fluctuated global observables; failed toys count against exclusion"
}

/// Tail probabilities of the observed test statistic at one strength, from toys.
public struct ToyTail: Hashable, Sendable {
  /// The tested parameter of interest.
  public var strength: Double
  /// q̃ of the data.
  public var statistic: Double
  /// The toys drawn at the strength.
  public var toys: Int
  /// The toys drawn without signal.
  public var backgroundToys: Int
  /// The part of the toys at the strength that lies at or above the data.
  public var signalTail: Double
  /// The part of the toys without signal that does.
  public var backgroundTail: Double
  /// How many of both could not be fitted.
  public var failed: Int

  /// CLs.
  public var cls: Double { signalTail / backgroundTail }

  /// The binomial error of CLs.
  public var error: Double {
    let a = (1 - signalTail) / (Double(toys) * signalTail)
    let b = (1 - backgroundTail) / (Double(backgroundToys) * backgroundTail)
    return cls * (a + b).squareRoot()
  }
}
