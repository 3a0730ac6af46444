/// What a sample is for.
public enum SampleRole: String, Equatable, Sendable, CaseIterable {
  /// Recorded events (or simulated ones standing for them).
  case data
  /// Simulated background.
  case background
  /// Simulated signal.
  case signal
}

/// One sample as it went in.
public struct SampleSummary: Equatable, Sendable {
  /// Name in the pipeline file, with its channel before it.
  public var name: String
  /// Name of the channel; nil where the search has none.
  public var channel: String?
  /// What it is for.
  public var role: SampleRole
  /// Number of files.
  public var files: Int
  /// Rows (candidates) in all files.
  public var rows: Int64
  /// Integrated luminosity in fb⁻¹, where given.
  public var luminosity: Double?
  /// Factor that scales weighted sums to the data's luminosity; 1 for data.
  public var scale: Double
  /// Weight expression's text, where given.
  public var weight: String?
  /// Selected rows dropped because the observable was not a number.
  public var notANumber: Int64

  /// Makes a sample's summary.
  public init(
    name: String, role: SampleRole, files: Int, rows: Int64, luminosity: Double? = nil,
    scale: Double = 1, weight: String? = nil, notANumber: Int64 = 0
  ) {
    self.name = name
    self.role = role
    self.files = files
    self.rows = rows
    self.luminosity = luminosity
    self.scale = scale
    self.weight = weight
    self.notANumber = notANumber
  }
}

/// The cut flow of one sample.
public struct CutFlow: Equatable, Sendable {
  /// What a step of the flow does.
  public enum Kind: String, Equatable, Sendable, CaseIterable {
    /// All rows, before any cut.
    case input
    /// A named cut.
    case cut
    /// A veto.
    case veto
    /// One candidate per event is kept.
    case bestCandidate
  }

  /// One step; numbers are after it.
  public struct Step: Equatable, Sendable {
    /// Name of the cut or veto.
    public var name: String
    /// What the step does.
    public var kind: Kind
    /// Expression as written; empty for the input.
    public var expression: String
    /// Candidates left.
    public var candidates: Int64
    /// Events with a candidate left.
    public var events: Int64
    /// Sum of weights of the candidates left (equal to `candidates` without weights).
    public var sumOfWeights: Double
    /// Sum of squared weights.
    public var sumOfSquares: Double
    /// Candidates that pass all other cuts and vetoes (N−1); `nil` where it has no meaning.
    public var passingOthers: Int64?

    /// Makes a step.
    public init(
      name: String, kind: Kind, expression: String = "", candidates: Int64, events: Int64,
      sumOfWeights: Double, sumOfSquares: Double, passingOthers: Int64? = nil
    ) {
      self.name = name
      self.kind = kind
      self.expression = expression
      self.candidates = candidates
      self.events = events
      self.sumOfWeights = sumOfWeights
      self.sumOfSquares = sumOfSquares
      self.passingOthers = passingOthers
    }
  }

  /// Sample's name.
  public var sample: String
  /// Steps in order, the input first.
  public var steps: [Step]
  /// True where blinding hides the steps after the last one shown.
  public var isCutShortByBlinding: Bool

  /// Makes a cut flow.
  public init(sample: String, steps: [Step], isCutShortByBlinding: Bool = false) {
    self.sample = sample
    self.steps = steps
    self.isCutShortByBlinding = isCutShortByBlinding
  }
}

/// The observable's spectrum over the whole scan range, one histogram per sample.
public struct Spectrum: Equatable, Sendable {
  /// One sample's histogram.
  public struct Layer: Equatable, Sendable {
    /// Sample's name.
    public var sample: String
    /// What the sample is for; backgrounds are stacked, signals drawn as lines.
    public var role: SampleRole
    /// Sums of weights, scaled to the data's luminosity, shape [bins].
    public var sums: [Double]
    /// Their variances, shape [bins].
    public var variances: [Double]

    /// Makes a layer.
    public init(sample: String, role: SampleRole, sums: [Double], variances: [Double]) {
      self.sample = sample
      self.role = role
      self.sums = sums
      self.variances = variances
    }
  }

  /// Name of the channel; nil where the search has none.
  public var channel: String?
  /// The observable.
  public var observable: Quantity
  /// Bin edges, ascending, shape [bins + 1].
  public var edges: [Double]
  /// Histograms in the order of samples.
  public var layers: [Layer]
  /// Vetoed and excluded ranges of the observable, drawn hatched.
  public var excluded: [NamedRange]

  /// Makes a spectrum.
  public init(
    observable: Quantity, edges: [Double], layers: [Layer], excluded: [NamedRange] = []
  ) {
    self.observable = observable
    self.edges = edges
    self.layers = layers
    self.excluded = excluded
  }
}
