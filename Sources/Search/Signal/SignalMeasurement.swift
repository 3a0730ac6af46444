import PipelineSpec

/// What a signal sample says at its generated mass.
public struct SignalMeasurement: Equatable, Sendable, Codable {
  /// Generated mass in GeV.
  public var mass: Double
  /// Expected position in the observable.
  public var mean: Double
  /// Number of generated events.
  public var generated: Double
  /// Part of the events that is used.
  public var fraction: Double
  /// Number of selected candidates.
  public var candidates: Int
  /// Sum of their weights.
  public var sumOfWeights: Double
  /// (Σw)² / Σw²: unweighted candidates that would know as much.
  public var effectiveEntries: Double
  /// Σw / (N f).
  public var efficiency: Double
  /// Standard error of the efficiency.
  public var efficiencyError: Double
  /// Half width of the smallest interval, in the observable's unit.
  public var resolution: Double
  /// Standard error of the resolution.
  public var resolutionError: Double
  /// The smallest interval.
  public var intervalLow: Double
  /// The upper end of the smallest interval.
  public var intervalHigh: Double
  /// Part of the selected candidates in the window of the fit.
  public var windowFraction: Double
  /// Standard error of `windowFraction`.
  public var windowFractionError: Double
  /// Part of the candidates in the window that lies within two resolutions of the expected position.
  public var coreFraction: Double
  /// Standard error of `coreFraction`.
  public var coreFractionError: Double
  /// The fitted shape; nil where there were too few candidates, with `message`.
  public var fit: SignalFit?
  /// Relative changes of the efficiency when the tables of a systematic move up by their errors.
  public var shifts: [EfficiencyShift] = []
  /// Relative errors of widths by control samples; nil where none corrects them.
  public var widthShifts: [EfficiencyShift]?
  /// Efficiencies for benchmarks, in the order of their grid; nil where there is none.
  public var benchmarks: [BenchmarkMeasurement]?
  /// Why no shape comes from this mass; empty where one does.
  public var message: String

  /// Whether its shape takes part in the interpolation.
  public var hasShape: Bool { fit?.status.isValid ?? false }
}

/// How much an efficiency changes when the tables of a systematic move up by their errors.
public struct EfficiencyShift: Equatable, Sendable, Codable {
  /// Name of the systematic.
  public var systematic: String
  /// Relative change, with its sign.
  public var relative: Double

  /// Makes a shift.
  public init(systematic: String, relative: Double) {
    self.systematic = systematic
    self.relative = relative
  }
}

extension SignalMeasurement {
  /// Measures efficiency, resolution and shape at one mass.
  ///
  /// The efficiency is the mean of w·(selected) over the generated events; in a subset by event hash
  /// their number is N f on average only, each being in it with probability f. So Σw is a sum over N
  /// independent events and has the variance Σw² − (Σw)²/N: for ones k(1 − k/N), the binomial one of
  /// k ~ Bin(N, εf). Without candidates it is an error: a curve has no meaning there.
  ///
  /// - Parameters:
  ///   - point: The sample.
  ///   - settings: How to measure.
  ///   - place: Where messages say it is (`signals.zprime`).
  /// - Returns: The measurement, with or without a shape.
  /// - Throws: What is wrong with the input or a setting; a failed fit is recorded instead.
  public static func measured(
    _ point: SignalMassPoint, settings: SignalMeasurementSettings, place: String = "signal"
  ) throws(SignalError) -> SignalMeasurement {
    try settings.check()
    try point.check(place: place)
    let (values, weights) = point.sorted()
    var sum = 0.0, squares = 0.0
    for i in values.indices {
      let w = weights?[i] ?? 1
      sum += w
      squares += w * w
    }
    guard sum > 0 else { throw .noCandidates(place: place, mass: point.mass) }
    let all = point.generated * point.fraction
    let interval = SmallestInterval(
      probability: settings.interval, values: values, weights: weights)
    let entries = sum * sum / squares
    var out = SignalMeasurement(
      mass: point.mass, mean: point.mean, generated: point.generated, fraction: point.fraction,
      candidates: values.count, sumOfWeights: sum, effectiveEntries: entries,
      efficiency: sum / all,
      efficiencyError: max(squares - sum * sum / point.generated, 0).squareRoot() / all,
      resolution: interval.halfWidth, resolutionError: interval.error,
      intervalLow: interval.low, intervalHigh: interval.high, windowFraction: 0,
      windowFractionError: 0, coreFraction: 0, coreFractionError: 0, message: "")
    guard out.resolution > 0 else {
      throw .input(
        place: place, mass: point.mass, what: "the resolution", found: out.resolution,
        allowed: "> 0; the values must not all be the same")
    }
    let window = SignalFit.window(mean: point.mean, resolution: out.resolution, settings)
    func part(_ low: Double, _ high: Double) -> (sum: Double, squares: Double) {
      var sum = (0.0, 0.0)
      let first = SmallestInterval.firstIndex(values) { $0 >= low }
      let end = SmallestInterval.firstIndex(values) { $0 > high }
      for i in first..<max(first, end) {
        let w = weights?[i] ?? 1
        sum = (sum.0 + w, sum.1 + w * w)
      }
      return sum
    }
    let inside = part(window.lowerBound, window.upperBound)
    let core = part(
      max(window.lowerBound, point.mean - 2 * out.resolution),
      min(window.upperBound, point.mean + 2 * out.resolution))
    let insideEntries = inside.squares > 0 ? inside.sum * inside.sum / inside.squares : 0
    (out.windowFraction, out.windowFractionError) = Self.share(inside.sum, of: sum, entries)
    (out.coreFraction, out.coreFractionError) = Self.share(
      core.sum, of: inside.sum, insideEntries)
    guard insideEntries >= settings.fewestEntries else {
      out.message =
        "\(Int(insideEntries)) effective entries in the window, \(Int(settings.fewestEntries)) are "
        + "needed for a shape"
      return out
    }
    let fit = SignalFit.fitted(
      values: values, weights: weights, mean: point.mean, interval: interval, window: window,
      settings: settings)
    out.fit = fit
    if !fit.status.isValid {
      out.message = "the fit of the shape failed (\(fit.message)); its mass gives no shape"
    }
    return out
  }

  /// A part of a sum of weights, with the binomial error of so many effective entries.
  private static func share(_ part: Double, of all: Double, _ entries: Double)
    -> (Double, Double)
  {
    guard all > 0, entries > 0 else { return (0, 0) }
    let p = part / all
    return (p, (max(p * (1 - p), 0) / entries).squareRoot())
  }
}

extension SignalMassPoint {
  func check(place: String) throws(SignalError) {
    func need(_ what: String, _ x: Double, _ isAllowed: Bool, _ allowed: String)
      throws(SignalError)
    {
      guard isAllowed, x.isFinite else {
        throw .input(place: place, mass: mass, what: what, found: x, allowed: allowed)
      }
    }
    try need("the mass", mass, true, "a finite number")
    try need("the expected position", mean, true, "a finite number")
    try need("the number of generated events", generated, generated > 0, "> 0")
    try need(
      "the part of the events that is used", fraction, fraction > 0 && fraction <= 1,
      "above 0, at most 1")
    guard !values.isEmpty else { throw .noCandidates(place: place, mass: mass) }
    for x in values { try need("a value of the observable", x, true, "a finite number") }
    guard let weights else {
      try need(
        "the number of selected candidates", Double(values.count),
        Double(values.count) <= generated, "at most the generated events \(generated)")
      return
    }
    guard weights.count == values.count else {
      throw .lengths(
        place: place, mass: mass, values: values.count, other: "weights", found: weights.count)
    }
    for w in weights { try need("a weight", w, w >= 0, "finite numbers >= 0") }
  }

  /// Values ascending with their weights; equal values in order of their weights.
  func sorted() -> (values: [Double], weights: [Double]?) {
    guard let weights else { return (values.sorted(), nil) }
    let order = values.indices.sorted {
      (values[$0], weights[$0], $0) < (values[$1], weights[$1], $1)
    }
    return (order.map { values[$0] }, order.map { weights[$0] })
  }
}
