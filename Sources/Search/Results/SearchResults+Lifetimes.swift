/// Efficiencies and limits for tested lifetimes, and for other coordinates that were generated.
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
    /// Nothing was generated at the coordinates of the limits for masses around the hypothesis.
    case outside

    var name: String {
      switch self {
      case .good: "good"
      case .beyondGenerated: "beyond_generated"
      case .fewEvents: "few_events"
      case .absent: "absent"
      case .outside: "outside"
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

  /// What is limited for each benchmark.
  public var quantity: Quantity
  /// Generated coordinates and tested lifetimes.
  public var grid: BenchmarkGrid
  /// The coordinates at which `values` are; empty where there are none.
  public var coordinates: [Double] = []
  /// How the particles of the lifetimes are called, as the axes.
  public var labels: [String]
  /// Shape [hypotheses][combinations of lifetimes].
  public var values: [[Value]]
  /// For all benchmarks of the grid: limit over that of the mixture; not a number without a limit.
  ///
  /// Shape [hypotheses][benchmarks].
  public var factors: [[Double]]

  /// Takes values of shape [hypotheses][lifetimes] for one particle.
  public init(quantity: Quantity, centimetres: [Double], values: [[Value]]) {
    self.quantity = quantity
    grid = BenchmarkGrid(lifetimes: [.init(name: "", values: centimetres)])
    labels = [""]
    self.values = values
    factors = values.map { $0.map(\.limitFactor) }
  }

  /// Takes windows with their efficiencies for each benchmark.
  ///
  /// - Parameters:
  ///   - quantity: What is limited.
  ///   - grid: Coordinates and lifetimes.
  ///   - coordinates: Those of the limits.
  ///   - longest: Longest generated c τ of each particle.
  ///   - fewest: Effective events that an efficiency needs.
  ///   - windows: As planned.
  ///   - points: Their results.
  init(
    quantity: Quantity, grid: BenchmarkGrid, coordinates: [Double], longest: [Double],
    fewest: Double, windows: [MassWindow], points: [ScanPoint]
  ) {
    self.quantity = quantity
    self.grid = grid
    self.coordinates = coordinates
    labels = grid.lifetimes.map(\.name)
    let corners = grid.corners(around: coordinates) ?? []
    let isBeyond = (0..<grid.lifetimeCount).map { place in
      zip(grid.lifetimes(at: place), longest).contains { $0 > 2 * $1 }
    }
    func value(_ ratio: EfficiencyRatio, _ place: Int, _ window: MassWindow, _ point: ScanPoint)
      -> Value
    {
      var status = isBeyond[place % grid.lifetimeCount] ? Status.beyondGenerated : .good
      if !(ratio.effectiveEvents >= fewest && ratio.value > 0) { status = .fewEvents }
      if ratio.value.isNaN { status = .outside }
      if !point.limitStatus.hasLimit { status = .absent }
      let hasLimit = status == .good || status == .beyondGenerated
      return Value(
        efficiency: window.efficiency * ratio.value,
        efficiencyError: window.efficiency * ratio.error,
        effectiveEvents: ratio.effectiveEvents, limitFactor: hasLimit ? 1 / ratio.value : .nan,
        status: status)
    }
    values = zip(windows, points).map { window, point in
      (0..<grid.lifetimeCount).map { place in
        let ratio = grid.interpolated(window.benchmarks, corners, lifetimes: place)
        return value(ratio, place, window, point)
      }
    }
    factors = zip(windows, points).map { window, point in
      window.benchmarks.enumerated().map { value($1, $0, window, point).limitFactor }
    }
  }

  /// Combinations of lifetimes that differ in the first one only.
  struct Slice: Sendable {
    /// The others, as in "cτ(χ₂) = 0.1 cm"; empty where there are none.
    var title: String
    /// The same for names of files, with a hyphen before it.
    var ending: String
    /// The combination of each first lifetime.
    var places: [Int]
  }

  /// The slices that are shown: all, or the first and last of more than three.
  var slices: [Slice] {
    guard let first = grid.lifetimes.first else { return [] }
    let rest = grid.lifetimeCount / first.values.count
    let shown = rest > 3 ? [0, rest - 1] : Array(0..<rest)
    return shown.map { number in
      let values = Array(grid.lifetimes(at: number).dropFirst())
      let title = zip(labels.dropFirst(), values).map { label, value in
        "\(Self.symbol(label)) = \(NumberText.short(value)) cm"
      }
      let ending = zip(grid.lifetimes.dropFirst(), values).map { axis, value in
        "-\(axis.name)-\(NumberText.short(value).replacing(".", with: "_"))"
      }
      return Slice(
        title: title.joined(separator: ", "), ending: ending.joined(),
        places: first.values.indices.map { $0 * rest + number })
    }
  }

  /// The symbol of the first lifetime.
  var symbol: String { Self.symbol(labels.first ?? "") }

  private static func symbol(_ label: String) -> String { label.isEmpty ? "cτ" : "cτ(\(label))" }

  /// How many combinations of lifetimes there are, in words.
  var countText: String {
    grid.lifetimes.map { "\($0.values.count)" }.joined(separator: " × ") + " lifetimes"
  }
}

extension BenchmarkGrid {
  /// The ratio of a combination of lifetimes between points of the coordinates.
  ///
  /// Efficiencies are joined linearly; errors of the points are independent. Known where all points are,
  /// by as many events as the one with fewest.
  func interpolated(_ ratios: [EfficiencyRatio], _ corners: [Corner], lifetimes place: Int)
    -> EfficiencyRatio
  {
    guard ratios.count == count, !corners.isEmpty else { return .absent }
    var (value, square, events) = (0.0, 0.0, Double.infinity)
    for corner in corners {
      let ratio = ratios[corner.place * lifetimeCount + place]
      value += corner.weight * ratio.value
      square += corner.weight * corner.weight * ratio.error * ratio.error
      events = min(events, ratio.effectiveEvents)
    }
    return EfficiencyRatio(value: value, error: square.squareRoot(), effectiveEvents: events)
  }
}
