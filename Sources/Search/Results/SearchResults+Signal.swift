/// A measured signal as outputs show it.
public struct SignalResults: Equatable, Sendable {
  /// A hypothesis with what is interpolated there.
  public struct CurvePoint: Equatable, Sendable {
    /// Mass in GeV.
    public var mass: Double
    /// Efficiency per generated event, with its error.
    public var efficiency: InterpolatedValue
    /// Resolution in the observable's unit, with its error.
    public var resolution: InterpolatedValue
  }

  /// Name in the pipeline file.
  public var name: String
  /// The mass.
  public var mass: Quantity
  /// The observable.
  public var observable: Quantity
  /// The measurements and how they are joined, apart for each set of cuts.
  public var signal: SignalByCuts
  /// Interpolated values at the hypotheses inside of the measured masses, ascending.
  public var curve: [CurvePoint]
  /// How well the other masses predict each inner one.
  public var checks: [LeaveOneOut]

  /// Evaluates a measured signal at hypotheses; those outside of its masses are left out.
  public init(
    _ signal: SignalByCuts, mass: Quantity, observable: Quantity, hypotheses: [SignalHypothesis]
  ) throws(SignalError) {
    name = signal.name
    self.mass = mass
    self.observable = observable
    self.signal = signal
    curve = hypotheses.compactMap { hypothesis in
      let part = signal.signal(at: hypothesis.mass)
      guard let efficiency = part.efficiency(at: hypothesis),
        let resolution = part.resolution(at: hypothesis)
      else { return nil }
      return CurvePoint(mass: hypothesis.mass, efficiency: efficiency, resolution: resolution)
    }
    checks = try signal.leaveOneOut()
  }
}

/// A cut on a score as outputs show it.
public struct WorkingPointResults: Equatable, Sendable {
  /// Name of the score.
  public var name: String
  /// The mass.
  public var mass: Quantity
  /// The choice.
  public var choice: WorkingPoint

  /// Shows a working point.
  public init(_ choice: WorkingPoint, mass: Quantity) {
    name = choice.name
    self.mass = mass
    self.choice = choice
  }
}
