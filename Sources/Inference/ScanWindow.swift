/// Where the fitted density must not be negative.
public enum Positivity: String, Hashable, Sendable {
  /// Signal plus background, over the whole window: for significances and pulls.
  case totalDensity = "total density"
  /// Also the background alone, over the whole window.
  case background
}

/// How the events of a window enter the likelihood.
public enum LikelihoodKind: Hashable, Sendable {
  /// Extended and unbinned.
  case unbinned
  /// Poisson in this many equal bins between the window's ends, cut by excluded ranges.
  case binned(Int)
}

/// One mass window of a scan: events, model, systematics and the wanted limits.
///
/// The signal expectation is ν_S = parameter · `yieldPerUnit` · A_w, with A_w the part of the
/// signal shape inside the window.
public struct ScanWindow {
  /// The window without its excluded ranges: ascending, disjoint, each of positive length.
  public var segments: [ClosedRange<Double>]
  /// The observable of the events, ascending, finite, all inside the segments.
  public var events: UnsafeBufferPointer<Double>
  /// Bin contents instead of events, for `.binned` windows of one segment; nil uses `events`.
  public var counts: UnsafeBufferPointer<Double>?
  /// The signal shape.
  public var signal: SignalShape
  /// On what the components of the signal shape are normalised before they are added.
  public var normalisation: ShapeNormalisation
  /// The background shape.
  public var background: BackgroundShape
  /// Where the density must not be negative.
  public var positivity: Positivity
  /// Unbinned or binned.
  public var likelihood: LikelihoodKind
  /// Signal events on the full line for a parameter of interest of 1, > 0 (efficiency × luminosity).
  public var yieldPerUnit: Double
  /// The nuisance parameters.
  public var nuisances: [Nuisance]
  /// The confidence level of the limits, in (0, 1); nil computes none.
  public var level: Double?
  /// The expected limits wanted, in standard deviations of background fluctuation.
  public var expected: [Double]
  /// Whether the profile likelihoods are wanted too, from which combinations are made.
  public var wantsProfiles = false

  /// Creates a window; what is not given is the usual choice of a search.
  public init(
    segments: [ClosedRange<Double>], events: UnsafeBufferPointer<Double>, signal: SignalShape,
    normalisation: ShapeNormalisation = .fullLine, background: BackgroundShape,
    positivity: Positivity = .totalDensity, likelihood: LikelihoodKind = .unbinned,
    yieldPerUnit: Double = 1, nuisances: [Nuisance] = [], level: Double? = nil,
    expected: [Double] = [-2, -1, 0, 1, 2]
  ) {
    self.segments = segments
    self.events = events
    self.counts = nil
    self.signal = signal
    self.normalisation = normalisation
    self.background = background
    self.positivity = positivity
    self.likelihood = likelihood
    self.yieldPerUnit = yieldPerUnit
    self.nuisances = nuisances
    self.level = level
    self.expected = expected
  }
}
