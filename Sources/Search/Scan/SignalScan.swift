/// The windows in which one signal is searched for.
public struct SignalScan: Sendable {
  /// Name of the signal's sample; nil where curves of the pipeline file state the only signal.
  public var signal: String?
  /// Windows ascending in the hypothesis.
  public var windows: [MassWindow]
  /// Ranges of the observable that every window leaves out.
  public var excluded: [NamedRange]
  /// Coordinates and lifetimes for which efficiencies are known; nil where there are none.
  public var grid: BenchmarkGrid?
}
