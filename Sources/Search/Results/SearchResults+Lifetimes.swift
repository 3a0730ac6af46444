/// Efficiencies and limits for tested lifetimes.
///
/// The fit of a mass knows nothing of a lifetime: its limit on the signal's yield, over the efficiency
/// for the lifetime, is the limit for it. Shape, resolution and relative systematic uncertainties are
/// those of all generated events together.
public struct LifetimeResults: Equatable, Sendable {
  /// What stands of a lifetime at a mass.
  public enum Status: Int32, Sendable, CaseIterable {
    /// A limit.
    case good
    /// A limit, for a lifetime beyond twice the longest that was generated.
    case beyondGenerated
    /// Too few effective events: no limit.
    case fewEvents
    /// The hypothesis has no limit.
    case absent

    var name: String {
      switch self {
      case .good: "good"
      case .beyondGenerated: "beyond_generated"
      case .fewEvents: "few_events"
      case .absent: "absent"
      }
    }
  }

  /// A lifetime at a mass.
  public struct Value: Equatable, Sendable {
    /// Selection efficiency.
    public var efficiency: Double
    /// Its error from simulation.
    public var efficiencyError: Double
    /// Effective events behind it.
    public var effectiveEvents: Double
    /// Limit of this lifetime over that of the mixture; not a number without a limit.
    public var limitFactor: Double
    /// Whether there is a limit.
    public var status: Status

    /// A lifetime at a mass.
    public init(
      efficiency: Double, efficiencyError: Double, effectiveEvents: Double, limitFactor: Double,
      status: Status
    ) {
      self.efficiency = efficiency
      self.efficiencyError = efficiencyError
      self.effectiveEvents = effectiveEvents
      self.limitFactor = limitFactor
      self.status = status
    }
  }

  /// What is limited for each lifetime.
  public var quantity: Quantity
  /// c τ, cm, ascending.
  public var centimetres: [Double]
  /// Shape [hypotheses][lifetimes].
  public var values: [[Value]]

  /// Takes values of shape [hypotheses][lifetimes].
  public init(quantity: Quantity, centimetres: [Double], values: [[Value]]) {
    self.quantity = quantity
    self.centimetres = centimetres
    self.values = values
  }

  /// Takes windows with their efficiencies for each lifetime.
  ///
  /// - Parameters:
  ///   - quantity: What is limited.
  ///   - centimetres: Tested c τ.
  ///   - longest: Longest generated c τ.
  ///   - fewest: Effective events that an efficiency needs.
  ///   - windows: As planned.
  ///   - points: Their results.
  init(
    quantity: Quantity, centimetres: [Double], longest: Double, fewest: Double,
    windows: [MassWindow], points: [ScanPoint]
  ) {
    self.quantity = quantity
    self.centimetres = centimetres
    values = zip(windows, points).map { window, point in
      centimetres.indices.map { place in
        guard place < window.lifetimes.count else {
          return Value(
            efficiency: .nan, efficiencyError: .nan, effectiveEvents: 0, limitFactor: .nan,
            status: .absent)
        }
        let ratio = window.lifetimes[place]
        var status = Status.good
        if centimetres[place] > 2 * longest { status = .beyondGenerated }
        if !(ratio.effectiveEvents >= fewest && ratio.value > 0) { status = .fewEvents }
        if !point.limitStatus.hasLimit { status = .absent }
        let hasLimit = status == .good || status == .beyondGenerated
        return Value(
          efficiency: window.efficiency * ratio.value,
          efficiencyError: window.efficiency * ratio.error,
          effectiveEvents: ratio.effectiveEvents, limitFactor: hasLimit ? 1 / ratio.value : .nan,
          status: status)
      }
    }
  }
}
