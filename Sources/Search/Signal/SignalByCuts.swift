/// A signal measured apart for the hypotheses of each set of cuts.
///
/// Where the cuts change with the hypothesis, efficiency and shape change by a step that no
/// interpolation may cross: every part is measured with its own cuts, also at the nearest masses
/// beyond its ends, and joined by itself.
public struct SignalByCuts: Equatable, Sendable {
  /// The hypotheses of one set of cuts.
  public struct Part: Equatable, Sendable {
    /// Lowest and highest mass, GeV; a mass at an end belongs to the lower part.
    public var masses: ClosedRange<Double>
    /// The signal with the cuts of these hypotheses.
    public var signal: MeasuredSignal

    /// Makes a part.
    public init(masses: ClosedRange<Double>, signal: MeasuredSignal) {
      self.masses = masses
      self.signal = signal
    }
  }

  /// Parts, ascending in the mass, at least one.
  public let parts: [Part]

  /// Joins parts.
  ///
  /// - Throws: `SignalError.tooFewMasses` without a part.
  public init(name: String, parts: [Part]) throws(SignalError) {
    guard !parts.isEmpty else {
      throw .tooFewMasses(place: name, what: "measurement", found: 0)
    }
    self.parts = parts
  }

  /// Name in the pipeline file.
  public var name: String { parts[0].signal.name }

  /// How it was measured.
  public var settings: SignalMeasurementSettings { parts[0].signal.settings }

  /// How measurements are joined.
  public var interpolation: SignalInterpolation { parts[0].signal.interpolation }

  /// The signal with the cuts of a mass.
  public func signal(at mass: Double) -> MeasuredSignal {
    (parts.first { mass <= $0.masses.upperBound } ?? parts[parts.count - 1]).signal
  }

  /// Each generated mass measured with the cuts of its own part, ascending.
  public var measurements: [SignalMeasurement] {
    parts.enumerated().flatMap { index, part in
      part.signal.measurements.filter { isOwn($0.mass, index) }
    }
  }

  /// Masses that give no shape, each with the reason.
  public var withoutShape: [(mass: Double, reason: String)] {
    measurements.filter { !$0.hasShape }.map { ($0.mass, $0.message) }
  }

  /// How well the other masses of its part predict each inner one.
  public func leaveOneOut() throws(SignalError) -> [LeaveOneOut] {
    var checks: [LeaveOneOut] = []
    for (index, part) in parts.enumerated() {
      checks += try part.signal.leaveOneOut().filter { isOwn($0.mass, index) }
    }
    return checks
  }

  /// Whether a mass belongs to a part; those beyond the ends of all parts go to the outermost ones.
  private func isOwn(_ mass: Double, _ index: Int) -> Bool {
    index == (parts.firstIndex { mass <= $0.masses.upperBound } ?? parts.count - 1)
  }
}
