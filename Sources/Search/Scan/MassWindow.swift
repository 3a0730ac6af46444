import Inference
import PipelineSpec

/// What is fitted around one hypothesis: range, shapes, normalisation, nuisances.
public struct MassWindow: Sendable {
  /// The hypothesis.
  public var hypothesis: Hypothesis
  /// Resolution of the observable.
  public var resolution: Double
  /// The whole window before excluded ranges are taken out.
  public var range: ClosedRange<Double>
  /// The window without excluded ranges, ascending.
  public var segments: [ClosedRange<Double>]
  /// Shape of the signal.
  public var signal: SignalShape
  /// Where the signal's components are normalised.
  public var normalisation: ShapeNormalisation
  /// Part of the signal inside the segments.
  public var acceptance: Double
  /// Selection efficiency.
  public var efficiency: Double
  /// Signal events on the full line for a parameter of 1.
  public var yieldPerUnit: Double
  /// Shape of the background.
  public var background: BackgroundShape
  /// Nuisance parameters.
  public var nuisances: [Nuisance]
  /// Cuts chosen by the hypothesis, one bit each.
  public var rules: UInt64
  /// Score that candidates must have; nil: any.
  public var score: ScoreRequirement?
  /// Why the hypothesis is not fitted; nil if it is.
  public var skipped: PointStatus?
  /// Efficiencies of benchmarks over `efficiency`, in the order of their grid.
  public var benchmarks: [EfficiencyRatio] = []
  /// How the background is estimated where the window is counted; nil where it is fitted.
  public var counted: WindowBackground?
}

/// The efficiency for a benchmark over that of all generated events.
public struct EfficiencyRatio: Sendable, Equatable {
  /// The ratio; not a number where it is not known.
  public var value: Double
  /// Its error.
  public var error: Double
  /// Events that would know as much, at the generated mass beside with fewer.
  public var effectiveEvents: Double

  /// Not known.
  static let absent = EfficiencyRatio(value: .nan, error: .nan, effectiveEvents: 0)
}

extension MassWindow {
  /// The window as it is solved, without limits.
  func problem(_ fit: WindowFitSettings, events: UnsafeBufferPointer<Double>) -> ScanWindow {
    var problem = ScanWindow(
      segments: segments, events: events, signal: signal, background: background)
    problem.normalisation = normalisation
    problem.positivity = fit.positivity == .background ? .background : .totalDensity
    if case .binned(let bins) = fit.likelihood { problem.likelihood = .binned(bins) }
    problem.yieldPerUnit = yieldPerUnit
    problem.nuisances = nuisances
    return problem
  }
}

extension MassWindow {
  /// Makes a window without nuisances, cuts and excluded ranges; for other makers of windows.
  package init(
    _ hypothesis: Hypothesis, resolution: Double, range: ClosedRange<Double>, signal: SignalShape,
    background: BackgroundShape, rules: UInt64 = 0
  ) {
    self.init(
      hypothesis: hypothesis, resolution: resolution, range: range, segments: [range],
      signal: signal, normalisation: .fullLine, acceptance: 1, efficiency: 1, yieldPerUnit: 1,
      background: background, nuisances: [], rules: rules, score: nil, skipped: nil)
  }
}
