import NumericalMethods

/// A cut on a score: candidates with a score of at least the threshold pass.
///
/// It maximises Punzi's figure of merit ε / (a/2 + √B) (arXiv:physics/0308063), the inverse of the
/// cross section that can be seen. At a mass, ε is the part of the generated events with a
/// candidate in ±`window` resolutions around the expected position, B the background expected there:
/// its density is averaged over ±`averaging` resolutions, as simulation is sparse.
///
/// Several masses share a cut by the geometric mean of their figures: a factor gained at one mass is
/// worth the same factor at any other, and no mass is given up. One cut takes all masses of the
/// range alike; a curve takes at each mass those within its reach, with triangular weights
/// 1 − |Δm|/reach, so that neighbouring cuts come from nearly the same candidates. Every score of a
/// signal candidate is tried (between two of them only B changes, so the best cut is at one of
/// them): the maximum is exact; of equal ones the lowest threshold is taken.
public struct WorkingPoint: Equatable, Sendable, Codable {
  /// The choice at one mass.
  public struct MassChoice: Equatable, Sendable, Codable {
    /// Mass in GeV.
    public var mass: Double
    /// Threshold.
    public var threshold: Double
    /// Efficiency in the window before the cut.
    public var efficiencyBefore: Double
    /// Efficiency in the window after it.
    public var efficiency: Double
    /// Standard error of the efficiency after the cut.
    public var efficiencyError: Double
    /// Background expected in the window before the cut.
    public var backgroundBefore: Double
    /// Background expected in the window after it.
    public var background: Double
    /// Effective number of simulated candidates the background after the cut comes from.
    public var backgroundEntries: Double
    /// Figure of merit before the cut.
    public var figureOfMeritBefore: Double
    /// Figure of merit after it.
    public var figureOfMerit: Double
  }

  /// The shared figure of merit over the threshold, on a grid for pictures.
  public struct Curve: Equatable, Sendable, Codable {
    /// Thresholds, ascending, shape [points].
    public var thresholds: [Double]
    /// Geometric mean of the figure over all masses, shape [points].
    public var figureOfMerit: [Double]
  }

  /// Scores of the candidates in the windows, for a picture.
  public struct Scores: Equatable, Sendable, Codable {
    /// Bin edges, ascending, shape [bins + 1].
    public var edges: [Double]
    /// Signal of all masses, sums of weights, shape [bins].
    public var signal: [Double]
    /// Background averaged over, sums of weights, shape [bins].
    public var background: [Double]
  }

  /// The name of the score.
  public var name: String
  /// How it was chosen.
  public var settings: WorkingPointSettings
  /// The choice at each mass, ascending.
  public var masses: [MassChoice]
  /// The figure over the threshold.
  public var curve: Curve
  /// Scores of signal and background.
  public var scores: Scores

  /// The threshold at a mass: the one cut, or the straight line between the signal masses' cuts,
  /// constant beyond them.
  public func threshold(at mass: Double) -> Double {
    guard let first = masses.first, let last = masses.last else { return .nan }
    if mass <= first.mass { return first.threshold }
    if mass >= last.mass { return last.threshold }
    let above = SmallestInterval.firstIndex(masses.map(\.mass)) { $0 > mass }
    let a = masses[above - 1], b = masses[above]
    let t = (mass - a.mass) / (b.mass - a.mass)
    return a.threshold + t * (b.threshold - a.threshold)
  }
}

extension WorkingPoint {
  /// Chooses the cut on one score for the masses it rules.
  ///
  /// - Parameters:
  ///   - name: The score (`mlp1`).
  ///   - signals: The signal at the masses of the range.
  ///   - background: All background processes together.
  ///   - settings: How to choose.
  /// - Returns: The cut with what it does at each mass.
  /// - Throws: What is wrong with the input; a range without signal, a mass without background.
  public static func chosen(
    name: String, signals: [WorkingPointSignal], background: WorkingPointBackground,
    settings: WorkingPointSettings
  ) throws(SignalError) -> WorkingPoint {
    try settings.check()
    guard !signals.isEmpty else {
      throw .noSignal(
        place: name, reason: "no signal mass lies in its range; add samples, or widen the range")
    }
    try background.check(place: name)
    let sorted = signals.sorted { $0.mass < $1.mass }
    var windows: [ScoredWindow] = []
    for (index, signal) in sorted.enumerated() {
      try signal.check(place: name)
      if index > 0, sorted[index - 1].mass == signal.mass {
        throw .sameMass(place: name, mass: signal.mass)
      }
      windows.append(try ScoredWindow(name, signal, background, settings))
    }
    let masses = windows.map(\.mass)
    var thresholds: [Double] = []
    switch settings.mode {
    case .oneCut:
      let best = FigureOfMerit(windows, weights: masses.map { _ in 1 }, settings).best()
      thresholds = masses.map { _ in best }
    case .curve(let reach):
      for m in masses {
        let weights = masses.map { max(1 - abs($0 - m) / reach, 0) }
        thresholds.append(FigureOfMerit(windows, weights: weights, settings).best())
      }
    }
    return WorkingPoint(
      name: name, settings: settings,
      masses: zip(windows, thresholds).map { $0.choice(threshold: $1, settings) },
      curve: FigureOfMerit(windows, weights: masses.map { _ in 1 }, settings).curve(points: 201),
      scores: ScoredWindow.histogram(windows, bins: 50))
  }
}
