import NumericalMethods

/// What is known of the expected background of a count.
public enum BackgroundKnowledge: Hashable, Sendable {
  /// Its expectation, >= 0.
  case exact(Double)
  /// A normal estimate; as a prior it is cut at zero.
  case gaussian(mean: Double, width: Double)
  /// An estimate whose logarithm is normal about ln `median` with width ln `kappa`.
  case logNormal(median: Double, kappa: Double)
  /// A control count ~ Poisson(`ratio` · b); as a prior, with b flat before it, b is gamma
  /// distributed with shape `count` + 1 and rate `ratio`.
  case onOff(count: Int, ratio: Double)
  /// The same from a sum of weights that knows as much as `count` candidates >= 0, times a factor whose
  /// logarithm is normal with width ln `kappa`.
  case control(count: Double, ratio: Double, kappa: Double)
  /// Counts with one of two independent cuts inverted, `first` and `second`, and with `both`: b = first ·
  /// second / both over `ratio`, times a factor as above.
  ///
  /// As a prior all three expectations are gamma distributed with shape count + 1.
  case inverted(first: Int, second: Int, both: Int, ratio: Double, kappa: Double)

  /// The best estimate from the control measurement alone.
  public var estimate: Double {
    switch self {
    case .exact(let b): b
    case .gaussian(let mean, _): mean
    case .logNormal(let median, _): median
    case .onOff(let count, let ratio): Double(count) / ratio
    case .control(let count, let ratio, _): count / ratio
    case .inverted(let first, let second, let both, let ratio, _):
      // Without any count of both the middle of the prior of one.
      Double(first) * Double(second) / max(Double(both), 0.6931) / ratio
    }
  }
}

/// What is known of the signal efficiency, luminosity included, relative to its nominal value.
public enum EfficiencyKnowledge: Hashable, Sendable {
  /// It is the nominal one.
  case exact
  /// A normal estimate about 1 with this width, > 0; as a prior it is cut at zero.
  case gaussian(size: Double)
  /// An estimate whose logarithm is normal about 0 with width ln `kappa`.
  case logNormal(kappa: Double)
}

/// A count n ~ Poisson(strength · `yieldPerUnit` · efficiency + b) with what is known beside it.
public struct CountingModel: Hashable, Sendable {
  /// The observed count, >= 0.
  public var observed: Int
  /// What is known of the background.
  public var background: BackgroundKnowledge
  /// What is known of the efficiency.
  public var efficiency: EfficiencyKnowledge
  /// The signal events expected for a strength of 1 at nominal efficiency, > 0.
  public var yieldPerUnit: Double
  /// Where normal priors (of logarithms, too) end, in standard deviations, > 0.
  public var cut: Double

  /// Creates a model; by default the strength is the number of signal events.
  public init(
    observed: Int, background: BackgroundKnowledge, efficiency: EfficiencyKnowledge = .exact,
    yieldPerUnit: Double = 1, cut: Double = 8
  ) {
    self.observed = observed
    self.background = background
    self.efficiency = efficiency
    self.yieldPerUnit = yieldPerUnit
    self.cut = cut
  }

  /// The largest count of the exact sums; beyond it the Gaussian limit serves as well.
  public static let mostCounts = 100_000

  /// Checks the ranges of all numbers.
  ///
  /// - Throws: `InferenceError.invalid` with the first number outside of its range.
  public func validate() throws(InferenceError) {
    func check(_ what: String, _ x: Double, _ isAllowed: Bool, _ allowed: String)
      throws(InferenceError)
    {
      guard isAllowed, x.isFinite else { throw .invalid(what: what, found: x, allowed: allowed) }
    }
    let most = Double(Self.mostCounts)
    func count(_ what: String, _ n: Int) throws(InferenceError) {
      try check(what, Double(n), n >= 0 && n <= Self.mostCounts, "0 to \(Self.mostCounts)")
    }
    try count("count", observed)
    try check("yield per unit", yieldPerUnit, yieldPerUnit > 0, "> 0")
    try check("cut of the priors", cut, cut > 0 && cut <= 30, "above 0, at most 30")
    switch background {
    case .exact(let b): try check("background", b, b >= 0 && b <= most, "0 to \(most)")
    case .gaussian(let mean, let width):
      try check("background", mean, mean >= 0 && mean <= most, "0 to \(most)")
      try check("width of the background", width, width >= 0 && width <= most, "0 to \(most)")
    case .logNormal(let median, let kappa):
      try check("background", median, median >= 0 && median <= most, "0 to \(most)")
      try check("kappa of the background", kappa, kappa >= 1 && kappa <= 100, "1 to 100")
    case .onOff(let control, let ratio):
      try count("control count", control)
      try check("ratio of the control count", ratio, ratio > 0, "> 0")
    case .control(let control, let ratio, let kappa):
      try check("control count", control, control >= 0 && control <= most, "0 to \(most)")
      try check("ratio of the control count", ratio, ratio > 0, "> 0")
      try check("kappa of the background", kappa, kappa >= 1 && kappa <= 100, "1 to 100")
    case .inverted(let first, let second, let both, let ratio, let kappa):
      for (name, n) in [("first", first), ("second", second), ("double", both)] {
        try count("\(name) inverted count", n)
      }
      try check("ratio of the inverted counts", ratio, ratio > 0, "> 0")
      try check("kappa of the background", kappa, kappa >= 1 && kappa <= 100, "1 to 100")
    }
    switch efficiency {
    case .exact: break
    case .gaussian(let size):
      try check(
        "size of the efficiency's error", size, size >= 0 && size < 1, "at least 0, below 1")
    case .logNormal(let kappa):
      try check("kappa of the efficiency", kappa, kappa >= 1 && kappa <= 100, "1 to 100")
    }
  }

  /// The same with knowledge of no width said as exact.
  package var simplified: CountingModel {
    var model = self
    switch background {
    case .gaussian(let mean, 0): model.background = .exact(mean)
    case .logNormal(let median, let kappa) where kappa == 1 || median == 0:
      model.background = .exact(median)
    case .control(let count, let ratio, 1) where count == count.rounded():
      model.background = .onOff(count: Int(count), ratio: ratio)
    default: break
    }
    switch efficiency {
    case .gaussian(0), .logNormal(1): model.efficiency = .exact
    default: break
    }
    return model
  }
}
