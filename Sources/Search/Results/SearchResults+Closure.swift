/// What toys with injected signals say about the fits and limits of a scan.
public struct ClosureResults: Equatable, Sendable {
  /// Toys of each hypothesis and strength that were asked for.
  public var toys: Int
  /// Injected parameters in units of the expected error without a signal, ascending.
  public var strengths: [Double]
  /// Mean pull that is tolerated.
  public var bias: Double
  /// Departure of the pulls' width from 1 that is tolerated.
  public var width: Double
  /// Confidence of the intervals, and with which a departure must be seen to be flagged, 0…1.
  public var confidence: Double
  /// Edges of the bins of p-values, shape [bins + 1].
  public var pValueEdges: [Double]
  /// The checked hypotheses, ascending in mass.
  public var points: [ClosurePoint]

  /// Makes results without hypotheses.
  public init(
    toys: Int, strengths: [Double], bias: Double, width: Double, confidence: Double,
    points: [ClosurePoint] = []
  ) {
    self.toys = toys
    self.strengths = strengths
    self.bias = bias
    self.width = width
    self.confidence = confidence
    self.points = points
    pValueEdges = (0...Self.pValueBins).map { Double($0) / Double(Self.pValueBins) }
  }

  /// Number of bins of p-values.
  static let pValueBins = 20
}

/// One checked hypothesis.
public struct ClosurePoint: Equatable, Sendable {
  /// Place among the hypotheses of the scan, from 0.
  public var hypothesis: Int
  /// Mass of the hypothesis.
  public var mass: Double
  /// Background expected within ±2 resolutions of the peak.
  public var backgroundUnderPeak: Double
  /// The unit of strengths: expected error of the parameter without a signal.
  public var expectedError: Double
  /// Why there are no toys; empty where there are.
  public var message: String
  /// What the toys of each strength say, in the order of `ClosureResults.strengths`.
  public var strengths: [ClosureStrength]
  /// What the toys without a signal say of p-values; nil where strength 0 is not among those asked for.
  public var uniformity: ClosureUniformity?

  /// Makes a hypothesis without toys.
  public init(hypothesis: Int, mass: Double, message: String = "") {
    self.hypothesis = hypothesis
    self.mass = mass
    self.message = message
    backgroundUnderPeak = .nan
    expectedError = .nan
    strengths = []
    uniformity = nil
  }
}

/// A number with its Monte Carlo error; both NaN where there are too few toys.
public struct ClosureNumber: Equatable, Sendable {
  /// The number.
  public var value: Double
  /// Its standard error.
  public var error: Double

  /// Makes a number.
  public init(_ value: Double, _ error: Double) {
    self.value = value
    self.error = error
  }

  /// No number.
  public static let absent = ClosureNumber(.nan, .nan)

  /// Compares bit by bit, so that NaN equals itself.
  public static func == (left: ClosureNumber, right: ClosureNumber) -> Bool {
    left.value.bitPattern == right.value.bitPattern
      && left.error.bitPattern == right.error.bitPattern
  }
}

/// How often something held among toys, with its interval.
public struct ClosureFraction: Equatable, Sendable {
  /// Toys for which it held.
  public var count: Int
  /// Toys that were asked.
  public var toys: Int
  /// Lower end of the interval of Clopper and Pearson.
  public var low: Double
  /// Its upper end.
  public var high: Double

  /// The part for which it held; NaN without toys.
  public var value: Double { toys > 0 ? Double(count) / Double(toys) : .nan }
}

/// What the toys of one hypothesis and strength say.
public struct ClosureStrength: Equatable, Sendable {
  /// The injected parameter in its own unit.
  public var injected = 0.0
  /// Toys that were made.
  public var toys = 0
  /// Toys whose fit failed.
  public var failed = 0
  /// Toys with a valid fit whose parameter has no error: at the edge of what is allowed, or empty.
  public var withoutError = 0
  /// Mean of fitted − injected, in the parameter's unit.
  public var difference = ClosureNumber.absent
  /// The same in units of the expected error without a signal.
  public var bias = ClosureNumber.absent
  /// Mean of (fitted − injected) / error.
  public var pullMean = ClosureNumber.absent
  /// Standard deviation of (fitted − injected) / error.
  public var pullWidth = ClosureNumber.absent
  /// Mean error of the fitted parameter, in its own unit.
  public var meanError = ClosureNumber.absent
  /// How often the asymptotic CLs limit is not below the injected parameter; nil at zero and without
  /// limits.
  public var coverage: ClosureFraction?
  /// The same for the limit with CLs+b in the place of CLs.
  public var coverageOneSided: ClosureFraction?
  /// The same for CLs with the distributions of the toys instead of the asymptotic ones; nil also
  /// without toys at strength 0.
  public var coverageToys: ClosureFraction?
}

/// How the toys without a signal agree with the distributions that p-values take for granted.
public struct ClosureUniformity: Equatable, Sendable {
  /// How often the fitted parameter is above zero.
  public var positive: ClosureFraction
  /// Kolmogorov's p-value of the local p-values against the uniform distribution.
  public var signedRoot: Double
  /// Kolmogorov's p-value of q0 of toys with a positive parameter against χ² with one degree.
  public var q0: Double
  /// Toys in each bin of the local p-value.
  public var counts: [Int]
}
