/// The signal at one mass as the choice of a cut on a score sees it.
public struct WorkingPointSignal: Equatable, Sendable {
  /// Generated mass in GeV.
  public var mass: Double
  /// Expected position in the observable.
  public var mean: Double
  /// Resolution in the observable's unit.
  public var resolution: Double
  /// Number of generated events times the part that is used for the choice.
  public var generated: Double
  /// The observable of the matched candidates that pass everything but the cut.
  public var values: [Double]
  /// Their scores; NaN never passes.
  public var scores: [Double]
  /// Their weights, >= 0; nil for ones.
  public var weights: [Double]?

  /// Makes the signal at one mass.
  public init(
    mass: Double, mean: Double, resolution: Double, generated: Double, values: [Double],
    scores: [Double], weights: [Double]? = nil
  ) {
    self.mass = mass
    self.mean = mean
    self.resolution = resolution
    self.generated = generated
    self.values = values
    self.scores = scores
    self.weights = weights
  }
}

/// The background as the choice of a cut on a score sees it: everything but the cut is passed.
public struct WorkingPointBackground: Equatable, Sendable {
  /// The observable, ascending.
  public var values: [Double]
  /// Scores; NaN never passes.
  public var scores: [Double]
  /// Weights that give candidates expected in the data: luminosity and part used are in them.
  public var weights: [Double]

  /// Makes a background.
  public init(values: [Double], scores: [Double], weights: [Double]) {
    self.values = values
    self.scores = scores
    self.weights = weights
  }
}

/// How a cut on a score is chosen.
public struct WorkingPointSettings: Equatable, Sendable, Codable {
  /// One cut for all masses, or one that follows the mass.
  public enum Mode: Equatable, Sendable, Codable {
    /// One cut.
    case oneCut
    /// A cut at each signal mass, from all masses nearer than `reach` GeV, joined by straight lines.
    case curve(reach: Double)
  }

  /// One cut or a curve.
  public var mode: Mode
  /// Punzi's a: the significance aimed at, in standard deviations.
  public var significance: Double
  /// Half width of the window in which signal and background count, in resolutions.
  public var window: Double
  /// Half width of the window that the background density is averaged over, in resolutions.
  public var averaging: Double
  /// Range that the observable can take; the averaging goes no further.
  public var limits: ClosedRange<Double>
  /// Ranges of the observable that the selection leaves out, ascending and disjoint.
  public var excluded: [NamedRange]

  /// States how to choose.
  public init(
    mode: Mode = .oneCut, significance: Double = 1.64, window: Double = 2, averaging: Double = 20,
    limits: ClosedRange<Double> = -.infinity ... .infinity, excluded: [NamedRange] = []
  ) {
    self.mode = mode
    self.significance = significance
    self.window = window
    self.averaging = averaging
    self.limits = limits
    self.excluded = excluded
  }

  func check() throws(SignalError) {
    guard significance > 0, significance.isFinite else {
      throw .setting(name: "significance", found: significance, allowed: "> 0")
    }
    guard window > 0, window.isFinite else {
      throw .setting(name: "window", found: window, allowed: "> 0 resolutions")
    }
    guard averaging >= window, averaging.isFinite else {
      throw .setting(
        name: "averaging", found: averaging, allowed: "at least the window, \(window) resolutions")
    }
    if case .curve(let reach) = mode, !(reach > 0) {
      throw .setting(name: "reach", found: reach, allowed: "> 0 GeV")
    }
  }

  /// The length of a window without what the selection leaves out.
  func length(_ low: Double, _ high: Double) -> Double {
    let a = max(low, limits.lowerBound), b = min(high, limits.upperBound)
    var length = max(b - a, 0)
    for range in excluded { length -= max(min(b, range.high) - max(a, range.low), 0) }
    return max(length, 0)
  }

  /// Whether the selection keeps a value of the observable.
  func keeps(_ x: Double) -> Bool {
    limits.contains(x) && !excluded.contains { $0.low <= x && x <= $0.high }
  }
}

extension WorkingPointSignal {
  func check(place: String) throws(SignalError) {
    func need(_ what: String, _ x: Double, _ isAllowed: Bool, _ allowed: String)
      throws(SignalError)
    {
      guard isAllowed, x.isFinite else {
        throw .input(place: place, mass: mass, what: what, found: x, allowed: allowed)
      }
    }
    try need("the expected position", mean, true, "a finite number")
    try need("the resolution", resolution, resolution > 0, "> 0")
    try need("the number of generated events", generated, generated > 0, "> 0")
    for x in values { try need("a value of the observable", x, true, "a finite number") }
    guard scores.count == values.count else {
      throw .lengths(
        place: place, mass: mass, values: values.count, other: "scores", found: scores.count)
    }
    guard let weights else { return }
    guard weights.count == values.count else {
      throw .lengths(
        place: place, mass: mass, values: values.count, other: "weights", found: weights.count)
    }
    for w in weights { try need("a weight", w, w >= 0, "finite numbers >= 0") }
  }
}

extension WorkingPointBackground {
  func check(place: String) throws(SignalError) {
    guard scores.count == values.count, weights.count == values.count else {
      throw .background(
        place: place, index: min(scores.count, weights.count, values.count),
        reason: "lacks its score or weight; give one each")
    }
    for i in values.indices {
      guard values[i].isFinite, weights[i].isFinite, weights[i] >= 0 else {
        throw .background(
          place: place, index: i,
          reason: "has value \(values[i]) and weight \(weights[i]); allowed: finite numbers, "
            + "weights >= 0")
      }
      guard i == 0 || values[i] >= values[i - 1] else {
        throw .background(
          place: place, index: i, reason: "is below the one before it; sort by the observable")
      }
    }
  }
}
