import Expressions
import Settings

/// The scan over hypotheses.
public struct ScanSettings: Sendable, Equatable {
  /// Name of the sample; nil means all samples of role data.
  public var sample: String?
  /// The fitted quantity.
  public var observable: ExpressionSource
  /// Mass of the two constituents in reducedMass = sqrt(mass² − 4 m²), if stated.
  public var constituentMass: MassValue?
  /// Which hypotheses are tested.
  public var hypotheses: HypothesisSettings
  /// Cuts chosen by the hypothesis, for its whole window; first match counts per name.
  public var select: [HypothesisCut]
  /// The window around each hypothesis.
  public var window: WindowSettings
  /// Backgrounds; the first whose range holds the hypothesis is used.
  public var background: [BackgroundRule]
  /// How a window is fitted.
  public var fit: WindowFitSettings
  /// Named nuisance parameters.
  public var systematics: [Named<SystematicSettings>]
  /// The upper limit; nil: none is set.
  public var limit: LimitSettings?
  /// Smallest part of the signal inside the window; hypotheses below are skipped.
  public var minimumAcceptance: Double
  /// The trials factor; nil: none is sought.
  public var lookElsewhere: LookElsewhereSettings?
  /// Toys with injected signals; nil: none.
  public var closure: ClosureSettings?
  /// Whether profile likelihoods are kept, from which searches are combined.
  public var profiles: Bool
}

/// A mass in GeV, written as a number or by the name of a constant.
public enum MassValue: Sendable, Equatable {
  case number(Double)
  case constant(String)
}

/// Which hypotheses are tested.
public struct HypothesisSettings: Sendable, Equatable {
  /// First and last hypothesis.
  public var range: HypothesisRange
  /// The variable the steps are taken in.
  public var stepVariable: HypothesisVariable
  /// The size of a step.
  public var step: StepSize
}

/// A length along the observable: fixed, or a multiple of the resolution there.
public enum StepSize: Sendable, Equatable {
  /// In GeV.
  case fixed(Double)
  /// In units of the signal's resolution.
  case resolutions(Double)
}

/// A cut for the hypotheses of one range.
public struct HypothesisCut: Sendable, Equatable {
  /// What kept candidates fulfil.
  public enum Criterion: Sendable, Equatable {
    /// An expression over columns and definitions.
    case expression(ExpressionSource)
    /// A network's score above a cut.
    case score(network: String, ScoreCut)
  }

  /// The hypotheses it rules; nil: all.
  public var range: HypothesisRange?
  /// What kept candidates fulfil.
  public var criterion: Criterion
  /// The place of the background that inverts it; nil: it stands in `scan.select`.
  public var background: Int?

  /// The expression; nil for a score.
  public var expression: ExpressionSource? {
    if case .expression(let source) = criterion { source } else { nil }
  }
}

/// The window around a hypothesis.
public struct WindowSettings: Sendable, Equatable {
  /// Full width, in GeV or resolutions, centred on the signal's mean.
  public var width: StepSize
  /// Thresholds that cut every window, in the observable.
  public var limits: ClosedRange<Double>?
  /// Excluded ranges in the observable, ascending and disjoint.
  public var exclude: [ClosedRange<Double>]
  /// Excluded ranges stated in a hypothesis variable; the observable's come from the mean.
  public var excludeHypotheses: [HypothesisRange]
}

/// A background for the hypotheses of one range.
public struct BackgroundRule: Sendable, Equatable {
  /// The hypotheses it rules; nil: all.
  public var range: HypothesisRange?
  /// The shape; flat where the window is counted.
  public var shape: BackgroundShapeSettings
  /// How it is estimated where the window is counted; nil where it is fitted.
  public var counted: CountedBackground?
}

/// How a window is fitted.
public struct WindowFitSettings: Sendable, Equatable {
  /// Kinds of likelihood.
  public enum Likelihood: Sendable, Equatable {
    /// One term per candidate.
    case unbinned
    /// One term per bin; so many equal bins over each window.
    case binned(bins: Int)
    /// One term a window.
    case counting
  }

  /// Which density may not become negative.
  public enum Positivity: String, Sendable, CaseIterable {
    case totalDensity = "total density"
    case background
  }

  /// Kind of likelihood.
  public var likelihood: Likelihood
  /// Which density stays positive.
  public var positivity: Positivity
  /// Whether the fitted signal may be negative.
  public var negativeSignal: Bool

  /// Creates settings; what is not given is the default of the pipeline file.
  public init(
    likelihood: Likelihood = .unbinned, positivity: Positivity = .totalDensity,
    negativeSignal: Bool = true
  ) {
    self.likelihood = likelihood
    self.positivity = positivity
    self.negativeSignal = negativeSignal
  }
}

/// A nuisance parameter.
public struct SystematicSettings: Sendable, Equatable {
  /// What a nuisance parameter changes.
  public enum Effect: String, Sendable, CaseIterable {
    case yield, width
  }

  /// Its prior: κ^θ with κ = 1 + size, or 1 + size · θ, θ a unit Gaussian.
  public enum Constraint: String, Sendable, CaseIterable {
    case logNormal = "log-normal"
    case gaussian
  }

  /// What it changes.
  public var affects: Effect
  /// Where the size comes from.
  public enum Size: Sendable, Equatable {
    /// Stated in the file.
    case stated(Curve)
    /// The error of the signal's measured efficiency.
    case signal
    /// The change of that efficiency when the tables of a systematic are moved up by their errors.
    ///
    /// Or the error of what a control sample gives.
    case correction(String)
    /// The relative error of the number of produced parents.
    case normalisation
  }

  /// Relative size of one standard deviation.
  public var size: Size
  /// Its prior.
  public var constraint: Constraint
}

/// The upper limit of each hypothesis.
public struct LimitSettings: Sendable, Equatable {
  /// What is limited.
  public enum Parameter: String, Sendable, CaseIterable {
    /// Cross section times branching fraction; needs a luminosity.
    case crossSection
    /// Number of signal candidates.
    case yield
    /// Product of branching fractions; needs a normalisation.
    case branchingProduct
  }

  /// Statistical methods.
  public enum Method: String, Sendable, CaseIterable {
    case clsAsymptotic = "CLs asymptotic"
    case clsToys = "CLs toys"
    /// Toys where few background events are expected, asymptotic formulae elsewhere.
    case clsAuto = "CLs auto"
    /// A quantile of the posterior with a flat prior, nuisance parameters marginalised.
    case bayesian = "Bayesian"
    /// Exact sums over counts.
    case clsCounting = "CLs counting"
    /// The upper end of the unified interval; background and efficiency are taken as known.
    case feldmanCousins = "Feldman-Cousins"

    /// Whether it knows counted windows alone.
    public var isOfCounts: Bool { self == .clsCounting || self == .feldmanCousins }
  }

  /// How limits of counts treat what is not known exactly.
  public enum Nuisances: String, Sendable, CaseIterable {
    /// Probabilities are averaged over it.
    case averaged
    /// It is fitted at each strength.
    case profiled
  }

  /// What is limited.
  public var parameter: Parameter
  /// Unit of a cross section; nil for a yield.
  public var unit: CrossSectionUnit?
  /// Pair whose branching fraction is in a limited cross section; nil where it is not stated.
  public var pair: DecaySettings.Pair?
  /// Confidence level, 0…1.
  public var level: Double
  /// How.
  public var method: Method
  /// How limits by CLs of counts treat what is not known exactly.
  public var nuisances: Nuisances
  /// Standard deviations of the expected limits, ascending; of a Bayesian limit of fits the median alone.
  public var expected: [Double]
  /// How many toys they need; nil for a method without toys.
  public var toys: LimitToysSettings?
  /// Limits by toys beside asymptotic ones; nil: none.
  public var beside: BesideLimitSettings?
}

/// Units of a cross section.
public enum CrossSectionUnit: String, Sendable, CaseIterable {
  case ab, fb, pb, nb

  /// Size in femtobarn.
  public var femtobarns: Double {
    switch self {
    case .ab: 1e-3
    case .fb: 1
    case .pb: 1e3
    case .nb: 1e6
    }
  }
}
