/// A parameter of a fit with its value.
public struct FittedParameter: Equatable, Sendable, Codable {
  /// Name (`J/psi.yield`).
  public var name: String
  /// Best value.
  public var value: Double
  /// Standard error; `nil` where fixed or undefined (at a limit).
  public var error: Double?
  /// Unit as text; empty for pure numbers.
  public var unit: String
  /// True where the pipeline file fixes it.
  public var isFixed: Bool
  /// True where it ended at one of its bounds.
  public var isAtLimit: Bool

  /// Makes a parameter.
  public init(
    name: String, value: Double, error: Double?, unit: String = "", isFixed: Bool = false,
    isAtLimit: Bool = false
  ) {
    self.name = name
    self.value = value
    self.error = error
    self.unit = unit
    self.isFixed = isFixed
    self.isAtLimit = isAtLimit
  }
}

/// Binned data with a fit's curves, for a picture with pulls under the spectrum.
public struct FitPlot: Equatable, Sendable, Codable {
  /// Bin edges, ascending, equal widths, shape [bins + 1].
  public var edges: [Double]
  /// Data: sums of weights, shape [bins].
  public var counts: [Double]
  /// Data: sums of squared weights, shape [bins]; equal to `counts` without weights.
  public var variances: [Double]
  /// Events the whole fit expects per bin (its integral, excluded ranges left out), shape [bins].
  public var expected: [Double]
  /// Abscissae of the curves, ascending, shape [points].
  public var curveX: [Double]
  /// The whole fit in events per bin (density times bin width), shape [points].
  public var total: [Double]
  /// Its background part in events per bin, shape [points].
  public var background: [Double]
  /// Further parts by name (each peak), in events per bin without background, shape [points] each.
  public var parts: [Part]
  /// Ranges inside the window that the fit leaves out.
  public var excluded: [NamedRange]

  /// One named part of a fit.
  public struct Part: Equatable, Sendable, Codable {
    /// Name (`J/psi`).
    public var name: String
    /// Events per bin, shape [points].
    public var values: [Double]

    /// Makes a part.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// Makes a plot.
  public init(
    edges: [Double], counts: [Double], variances: [Double], expected: [Double], curveX: [Double],
    total: [Double], background: [Double], parts: [Part] = [], excluded: [NamedRange] = []
  ) {
    self.edges = edges
    self.counts = counts
    self.variances = variances
    self.expected = expected
    self.curveX = curveX
    self.total = total
    self.background = background
    self.parts = parts
    self.excluded = excluded
  }
}

/// A named fit with free shapes.
public struct NamedFit: Equatable, Sendable, Codable {
  /// Name in the pipeline file.
  public var name: String
  /// Fitted sample.
  public var sample: String
  /// Fitted observable.
  public var observable: Quantity
  /// Lower edge of the window.
  public var low: Double
  /// Upper edge of the window.
  public var high: Double
  /// Events in the window.
  public var events: Int64
  /// Outcome; a failed fit keeps its numbers and is marked everywhere.
  public var status: PointStatus
  /// What went wrong, for people; empty when nothing did.
  public var message: String
  /// Negative logarithm of the extended likelihood at the minimum; NaN where the fit failed.
  public var negativeLogLikelihood: Double
  /// All parameters in the model's order.
  public var parameters: [FittedParameter]
  /// Names of the free parameters, the axes of `covariance`.
  public var freeParameters: [String]
  /// Covariance of the free parameters, row by row, shape [free × free]; empty where undefined.
  public var covariance: [Double]
  /// Picture of the fit.
  public var plot: FitPlot?

  /// Makes a named fit's result.
  public init(
    name: String, sample: String, observable: Quantity, low: Double, high: Double, events: Int64,
    status: PointStatus, message: String = "", negativeLogLikelihood: Double,
    parameters: [FittedParameter], freeParameters: [String] = [], covariance: [Double] = [],
    plot: FitPlot? = nil
  ) {
    self.name = name
    self.sample = sample
    self.observable = observable
    self.low = low
    self.high = high
    self.events = events
    self.status = status
    self.message = message
    self.negativeLogLikelihood = negativeLogLikelihood
    self.parameters = parameters
    self.freeParameters = freeParameters
    self.covariance = covariance
    self.plot = plot
  }
}

/// A window of the scan chosen for a picture.
public struct WindowPlot: Equatable, Sendable {
  /// Why a window is shown.
  public enum Reason: Equatable, Sendable {
    /// It is one of the most significant, rank 1 the highest.
    case mostSignificant(rank: Int)
    /// The pipeline file names its mass.
    case named
  }

  /// Index of the hypothesis in `ScanResults.points`.
  public var point: Int
  /// Why it is shown.
  public var reason: Reason
  /// Data and curves.
  public var plot: FitPlot

  /// Makes a window's picture.
  public init(point: Int, reason: Reason, plot: FitPlot) {
    self.point = point
    self.reason = reason
    self.plot = plot
  }
}
