import Inference

/// Outcome of one fit or hypothesis; the raw values are those of the summary file.
public enum PointStatus: Int32, Equatable, Sendable, CaseIterable, Codable {
  /// The fit converged.
  case converged = 0
  /// The fit is valid with parameters at a boundary, whose errors are undefined.
  case atLimit = 1
  /// The window is empty; the fit and limit are valid.
  case empty = 2
  /// The minimizer used up its calls.
  case callLimit = 10
  /// The Hessian is not positive definite away from a boundary.
  case notPositiveDefinite = 11
  /// The likelihood was not a number.
  case notANumber = 12
  /// Anything else that went wrong; the message says what.
  case failed = 13
  /// The hypothesis lies in a vetoed range.
  case skippedVeto = 20
  /// Too little of the signal lies in the window.
  case skippedAcceptance = 21
  /// Blinding hides the window.
  case skippedBlind = 22
  /// The run ended before it was reached.
  case notRun = 23

  /// True where the numbers can be used.
  public var isValid: Bool { rawValue < 10 }
  /// True where something went wrong.
  public var isFailure: Bool { (10..<20).contains(rawValue) }
  /// True where it was left out on purpose or not reached.
  public var isSkipped: Bool { rawValue >= 20 }

  /// Name in files.
  public var name: String {
    switch self {
    case .converged: "converged"
    case .atLimit: "atLimit"
    case .empty: "empty"
    case .callLimit: "callLimit"
    case .notPositiveDefinite: "notPositiveDefinite"
    case .notANumber: "notANumber"
    case .failed: "failed"
    case .skippedVeto: "skippedVeto"
    case .skippedAcceptance: "skippedAcceptance"
    case .skippedBlind: "skippedBlind"
    case .notRun: "notRun"
    }
  }

  /// Words for people.
  public var text: String {
    switch self {
    case .converged: "converged"
    case .atLimit: "valid, at a parameter limit"
    case .empty: "valid, empty window"
    case .callLimit: "did not converge within the call limit"
    case .notPositiveDefinite: "Hessian not positive definite"
    case .notANumber: "likelihood not a number"
    case .failed: "failed"
    case .skippedVeto: "in a vetoed range"
    case .skippedAcceptance: "too little signal inside the window"
    case .skippedBlind: "blinded"
    case .notRun: "not run yet"
    }
  }
}

/// Outcome of one limit; the raw values are those of the summary file.
public enum LimitStatus: Int32, Equatable, Sendable, CaseIterable {
  /// Observed and expected limits were found.
  case found = 0
  /// The crossing was not found within the calls.
  case notFound = 1
  /// No limit was asked for, or the fit failed.
  case absent = 2
  /// The limits are there, but all toys allowed did not bring their errors to the goal.
  case mostToys = 3
  /// The limits are there, but their posterior is improper or known from too few samples.
  case unreliable = 4

  /// True where there are limits.
  public var hasLimit: Bool { self == .found || self == .mostToys || self == .unreliable }

  /// Name in files.
  public var name: String {
    switch self {
    case .found: "found"
    case .notFound: "notFound"
    case .absent: "absent"
    case .mostToys: "mostToys"
    case .unreliable: "unreliable"
    }
  }
}

/// One mass hypothesis of the scan.
///
/// Floating-point members are NaN where the status says that there is no such number.
public struct ScanPoint: Equatable, Sendable {
  /// Hypothesis mass.
  public var mass: Double
  /// Where its signal peaks in the observable.
  public var observable: Double
  /// Resolution of the observable there.
  public var resolution: Double
  /// Lower edge of the window.
  public var windowLow: Double
  /// Upper edge of the window.
  public var windowHigh: Double
  /// Reduced mass of the hypothesis; NaN without a constituent mass.
  public var reducedMass: Double
  /// Candidates in the window, excluded ranges left out.
  public var events: Int64
  /// Candidates for each event in the window; NaN where events are not identified.
  ///
  /// Above about 1.05 the likelihood's independent candidates give too small errors.
  public var entriesPerEvent: Double
  /// Smallest score of the hypothesis's network that was kept; NaN without one.
  public var scoreCut: Double
  /// Selection efficiency, 0...1.
  public var efficiency: Double
  /// Fraction of the signal inside the window, A_w.
  public var acceptance: Double
  /// Outcome.
  public var status: PointStatus
  /// What went wrong, for people; empty when nothing did.
  public var message: String
  /// Fitted signal events on the full line (may be negative).
  public var signalYield: Double
  /// Its standard error.
  public var signalYieldError: Double
  /// Best value of the parameter of interest.
  public var parameter: Double
  /// Its standard error.
  public var parameterError: Double
  /// Fitted background events in the window.
  public var backgroundYield: Double
  /// Its standard error.
  public var backgroundYieldError: Double
  /// Shape coefficients of the background; their number may differ between hypotheses.
  public var backgroundCoefficients: [Double]
  /// Background expected within ±2 resolutions of the peak: small numbers mean asymptotic limits under-cover.
  public var backgroundUnderPeak: Double
  /// Negative logarithm of the likelihood at the minimum.
  public var negativeLogLikelihood: Double
  /// Test statistic for discovery, capped at 0 for negative signals.
  public var q0: Double
  /// Signed root of the likelihood ratio: the local significance with its sign.
  public var signedRoot: Double
  /// Local p-value, Φ(−signedRoot).
  public var pValue: Double
  /// Outcome of the limit.
  public var limitStatus: LimitStatus
  /// Observed upper limit on the parameter of interest.
  public var observedLimit: Double
  /// Expected limits, one for each of `LimitSettings.expected`; empty without a limit.
  public var expectedLimits: [Double]
  /// Profile likelihoods from which combinations are made; nil where none were kept.
  public var profiles: WindowProfiles?
  /// Limits by toys beside the asymptotic ones; nil where none were asked for.
  public var beside: BesideLimit?
  /// What was counted for the background; nil where the window was fitted.
  public var count: WindowCount?

  /// What toys say of the limits; nil for asymptotic ones.
  public var limitToys: LimitToys?

  /// Makes a hypothesis without any result (a skipped one, or one to be filled).
  public init(mass: Double, observable: Double, resolution: Double, status: PointStatus) {
    self.mass = mass
    self.observable = observable
    self.resolution = resolution
    self.status = status
    windowLow = .nan
    windowHigh = .nan
    reducedMass = .nan
    events = 0
    entriesPerEvent = .nan
    scoreCut = .nan
    efficiency = .nan
    acceptance = .nan
    message = ""
    signalYield = .nan
    signalYieldError = .nan
    parameter = .nan
    parameterError = .nan
    backgroundYield = .nan
    backgroundYieldError = .nan
    backgroundCoefficients = []
    backgroundUnderPeak = .nan
    negativeLogLikelihood = .nan
    q0 = .nan
    signedRoot = .nan
    pValue = .nan
    limitStatus = .absent
    observedLimit = .nan
    expectedLimits = []
    profiles = nil
    beside = nil
    count = nil
    limitToys = nil
  }
}

/// What limits were asked for.
public struct LimitSettings: Equatable, Sendable {
  /// Confidence level, 0...1.
  public var level: Double
  /// Method in words (`CLs, asymptotic formulae`).
  public var method: String
  /// Numbers of standard deviations of the expected limits, ascending, usually −2…2.
  public var expected: [Double]
  /// True for asymptotic formulae, which under-cover at low counts; the outputs then say so.
  public var isAsymptotic: Bool
  /// How limits by toys are made; nil where all are asymptotic.
  public var toys: ToysOfLimits?
  /// How Bayesian limits are made; nil for others.
  public var posterior: PosteriorOfLimits?

  /// Makes limit settings.
  public init(
    level: Double, method: String = "CLs, asymptotic formulae",
    expected: [Double] = [-2, -1, 0, 1, 2], isAsymptotic: Bool = true, toys: ToysOfLimits? = nil
  ) {
    self.level = level
    self.method = method
    self.expected = expected
    self.isAsymptotic = isAsymptotic
    self.toys = toys
  }
}

/// The scan over mass hypotheses.
public struct ScanResults: Equatable, Sendable {
  /// One systematic uncertainty, as the pipeline file gives it.
  public struct Systematic: Equatable, Sendable {
    /// Name.
    public var name: String
    /// What it acts on (`yield`, `width`).
    public var target: String
    /// Relative size at the first hypothesis.
    public var size: Double
    /// Relative size at each hypothesis, shape [points]; empty where it is the same for all.
    public var sizes: [Double] = []
    /// Constraint in words (`log-normal`).
    public var constraint: String

    /// Makes a systematic uncertainty.
    public init(name: String, target: String, size: Double, constraint: String) {
      self.name = name
      self.target = target
      self.size = size
      self.constraint = constraint
    }
  }

  /// A curve from elsewhere, drawn over the limits.
  public struct Overlay: Equatable, Sendable {
    /// Legend text with its source.
    public var label: String
    /// Masses, ascending.
    public var masses: [Double]
    /// Values in the parameter's unit.
    public var values: [Double]

    /// Makes an overlay.
    public init(label: String, masses: [Double], values: [Double]) {
      self.label = label
      self.masses = masses
      self.values = values
    }
  }

  /// Name of the signal that is searched for; `nil` where the file states only one.
  public var signal: String?
  /// The scanned mass (its label titles the axes).
  public var mass: Quantity
  /// The fitted observable.
  public var observable: Quantity
  /// The parameter of interest (`crossSection` in fb, or `yield`).
  public var parameter: Quantity
  /// What limits were asked for; `nil` for none.
  public var limit: LimitSettings?
  /// Likelihood in words (`extended unbinned likelihood, total density ≥ 0`).
  public var likelihood: String
  /// Signal shape in words.
  public var signalShape: String
  /// Names of the shape's parameters.
  public var shapeParameters: [String]
  /// The shape's parameters at each hypothesis, shape [points][parameters]; empty if not kept.
  public var shapes: [[Double]]
  /// Background shapes in words, one per range.
  public var backgroundShapes: [String]
  /// Systematic uncertainties in order.
  public var systematics: [Systematic]
  /// Ranges of the observable that are left out of every window.
  public var excluded: [NamedRange]
  /// Hypotheses, ascending in mass.
  public var points: [ScanPoint]
  /// Curves drawn over the limits.
  public var overlays: [Overlay]
  /// Windows chosen for pictures: the most significant ones and the named masses.
  public var windows: [WindowPlot]
  /// The trials factor; `nil` where none was sought.
  public var lookElsewhere: LookElsewhereResults?
  /// What toys with injected signals say; nil where none were asked for.
  public var closure: ClosureResults?
  /// Limits for tested lifetimes; nil where none are tested.
  public var lifetimes: LifetimeResults?

  /// Whether candidates of windows were counted, not fitted.
  public var isCounted: Bool { points.contains { $0.count != nil } }

  /// Makes a scan's results.
  public init(
    mass: Quantity, observable: Quantity, parameter: Quantity, limit: LimitSettings?,
    points: [ScanPoint] = []
  ) {
    self.mass = mass
    self.observable = observable
    self.parameter = parameter
    self.limit = limit
    likelihood = ""
    signalShape = ""
    shapeParameters = []
    shapes = []
    backgroundShapes = []
    systematics = []
    excluded = []
    self.points = points
    overlays = []
    windows = []
  }
}
