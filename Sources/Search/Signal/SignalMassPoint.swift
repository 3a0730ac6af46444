import PipelineSpec

/// What simulation gives at one generated mass.
public struct SignalMassPoint: Equatable, Sendable {
  /// Generated mass in GeV.
  public var mass: Double
  /// Expected position in the observable.
  public var mean: Double
  /// Number of generated events, > 0.
  public var generated: Double
  /// Part of the events that is used, chosen by event hash, 0…1; 1 is all.
  public var fraction: Double
  /// The observable of the selected, truth-matched candidates, any order.
  public var values: [Double]
  /// Their weights, >= 0; nil where every candidate counts one.
  public var weights: [Double]?

  /// Makes a mass point.
  public init(
    mass: Double, mean: Double, generated: Double, fraction: Double = 1, values: [Double],
    weights: [Double]? = nil
  ) {
    self.mass = mass
    self.mean = mean
    self.generated = generated
    self.fraction = fraction
    self.values = values
    self.weights = weights
  }
}

/// A hypothesis as a measured signal sees it.
public struct SignalHypothesis: Equatable, Hashable, Sendable, Codable {
  /// Mass in GeV.
  public var mass: Double
  /// Expected position in the observable.
  public var mean: Double

  /// Makes a hypothesis.
  public init(mass: Double, mean: Double) {
    self.mass = mass
    self.mean = mean
  }
}

/// How a signal is measured at each generated mass.
///
/// Two Crystal Balls with everything free are degenerate: a tail's power is fixed by few events far
/// out, and where both widths agree the fraction means nothing. So both powers stay at 5 and the
/// fraction at 0.7 unless `fixed` says otherwise, and the second width is never the smaller one:
/// parameters then vary slowly from mass to mass, which is what interpolation needs.
public struct SignalMeasurementSettings: Equatable, Sendable, Codable {
  /// Family of the shape.
  public var shape: SignalShapeKind
  /// Sides of the tails of two Crystal Balls.
  public var sides: [TailSide]
  /// Parameters of the shape that stay where they are, by name.
  public var fixed: [String: Double]
  /// Probability of the smallest interval whose half width is the resolution.
  public var interval: Double
  /// Half width of the window of the fit around the expected position, in resolutions.
  public var halfWindow: Double
  /// Lowest value that the observable can take; nil for none.
  public var threshold: Double?
  /// Fewest effective entries in the window for which a shape is fitted.
  public var fewestEntries: Double

  /// States how to measure; `fixed` nil means the defaults of the family.
  public init(
    shape: SignalShapeKind = .twoCrystalBalls, sides: [TailSide] = [.low, .high],
    fixed: [String: Double]? = nil, interval: Double = 0.6827, halfWindow: Double = 15,
    threshold: Double? = nil, fewestEntries: Double = 50
  ) {
    self.shape = shape
    self.sides = sides
    self.fixed = fixed ?? Self.defaultFixed(shape)
    self.interval = interval
    self.halfWindow = halfWindow
    self.threshold = threshold
    self.fewestEntries = fewestEntries
  }

  /// The parameters of a family that stay fixed unless settings say otherwise.
  public static func defaultFixed(_ shape: SignalShapeKind) -> [String: Double] {
    switch shape {
    case .gaussian: [:]
    case .doubleSidedCrystalBall: ["nLow": 5, "nHigh": 5]
    case .twoCrystalBalls: ["n": 5, "n2": 5, "fraction": 0.7]
    }
  }

  /// Throws where a setting is out of its range.
  func check() throws(SignalError) {
    guard interval > 0, interval < 1 else {
      throw .setting(name: "interval", found: interval, allowed: "between 0 and 1")
    }
    guard halfWindow >= 3, halfWindow.isFinite else {
      throw .setting(name: "halfWindow", found: halfWindow, allowed: "at least 3 resolutions")
    }
    guard fewestEntries >= 10 else {
      throw .setting(name: "fewestEntries", found: fewestEntries, allowed: "at least 10")
    }
    for (name, value) in fixed.sorted(by: { $0.key < $1.key }) {
      guard shape.parameters.contains(name), name != "mean", name != "width" else {
        throw .fixed(name: name, allowed: shape.parameters.filter { $0 != "mean" && $0 != "width" })
      }
      let bounds = ShapeParameterLimits.of(name)
      guard bounds.contains(value) || name == "width2" && value > 0 else {
        throw .setting(
          name: "fixed.\(name)", found: value,
          allowed: "\(bounds.lowerBound) to \(bounds.upperBound)")
      }
    }
  }
}

extension SignalShapeKind: Codable {}
extension TailSide: Codable {}

/// Where the parameters of a fitted signal may go; widths in resolutions.
enum ShapeParameterLimits {
  static func of(_ name: String) -> ClosedRange<Double> {
    switch name {
    case "fraction": 0.05...0.95
    case "n", "n2", "nLow", "nHigh": 1.1...50
    case "alpha", "alpha2", "alphaLow", "alphaHigh": 0.2...6
    case "width": 0.1...3
    default: 0.1...20
    }
  }
}
