/// What a combination was made of.
public struct CombinationRecord: Equatable, Sendable {
  /// One combined scan.
  public struct Input: Equatable, Sendable {
    /// Name in the combination.
    public var name: String
    /// Name of the summary file, without its folder.
    public var file: String
    /// Digest of the summary file.
    public var digest: String
    /// Title of the search.
    public var title: String
    /// The signal of the scan; empty where the search has only one.
    public var signal: String
    /// The scan's parameter for a common parameter of 1.
    public var scale: Double
    /// Masses of the scan that have no partner in the others, ascending.
    public var unmatched: [Double]

    /// Makes an input.
    public init(
      name: String, file: String, digest: String, title: String, signal: String, scale: Double,
      unmatched: [Double] = []
    ) {
      self.name = name
      self.file = file
      self.digest = digest
      self.title = title
      self.signal = signal
      self.scale = scale
      self.unmatched = unmatched
    }
  }

  /// The combined scans in order.
  public var inputs: [Input]
  /// Masses match where they differ by at most this, GeV; nil: by a millionth of the mass.
  public var tolerance: Double?
  /// Names of the nuisance parameters of yields.
  public var nuisances: [String]
  /// Fitted nuisance parameters, shape [points][nuisances]; NaN where one has no part.
  public var pulls: [[Double]]
  /// Their errors, of the same shape.
  public var pullErrors: [[Double]]
  /// Whether an input has a part in a hypothesis, shape [points][inputs].
  public var used: [[Bool]]
  /// Whether a fit or limit lies beyond the nodes of a profile, for each point.
  public var isExtrapolated: [Bool]

  /// Makes a record without hypotheses.
  public init(inputs: [Input], tolerance: Double?) {
    self.inputs = inputs
    self.tolerance = tolerance
    nuisances = []
    pulls = []
    pullErrors = []
    used = []
    isExtrapolated = []
  }
}
