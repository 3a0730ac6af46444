/// Limits of a scan as limits on the coupling of a model.
public struct Interpretation: Equatable, Sendable {
  /// One hypothesis; members are NaN where there is no such number.
  public struct Point: Equatable, Sendable {
    /// Hypothesis mass.
    public var mass: Double
    /// Born cross section at unit coupling, fb; zero above the kinematic limit.
    public var crossSection: Double
    /// Branching fraction to what the search looks for.
    public var branchingFraction: Double
    /// Factor for initial-state radiation.
    public var radiationFactor: Double
    /// Observed upper limit on the coupling.
    public var observedLimit: Double
    /// Expected limits, one for each of `LimitSettings.expected`; empty without a limit.
    public var expectedLimits: [Double]
    /// Natural width at the observed limit, GeV.
    public var width: Double
    /// Whether that width, seen in the observable, exceeds `flagWidth` resolutions.
    public var isWide: Bool

    /// Makes a hypothesis.
    public init(
      mass: Double, crossSection: Double = .nan, branchingFraction: Double = .nan,
      radiationFactor: Double = .nan, observedLimit: Double = .nan, expectedLimits: [Double] = [],
      width: Double = .nan, isWide: Bool = false
    ) {
      self.mass = mass
      self.crossSection = crossSection
      self.branchingFraction = branchingFraction
      self.radiationFactor = radiationFactor
      self.observedLimit = observedLimit
      self.expectedLimits = expectedLimits
      self.width = width
      self.isWide = isWide
    }
  }

  /// Name, as the pipeline file gives it.
  public var name: String
  /// Index of the scan in `SearchResults.scans`.
  public var scan: Int
  /// The model, as the pipeline file names it.
  public var model: String
  /// The limited coupling.
  public var coupling: Quantity
  /// Energy of the beams in their rest frame, GeV.
  public var sqrtS: Double
  /// Fine-structure constant of the cross section.
  public var alpha: Double
  /// Initial-state radiation in words.
  public var radiation: String
  /// Part of the resolution that a natural width may have unflagged.
  public var flagWidth: Double
  /// One point for each hypothesis of the scan.
  public var points: [Point]
  /// Curves drawn over the limits.
  public var overlays: [ScanResults.Overlay]

  /// Makes an interpretation without overlays.
  public init(
    name: String, scan: Int, model: String, coupling: Quantity, sqrtS: Double, alpha: Double,
    radiation: String, flagWidth: Double, points: [Point]
  ) {
    self.name = name
    self.scan = scan
    self.model = model
    self.coupling = coupling
    self.sqrtS = sqrtS
    self.alpha = alpha
    self.radiation = radiation
    self.flagWidth = flagWidth
    self.points = points
    overlays = []
  }
}
