import Kernels

/// One set of pseudo-data: what a `ToyGenerator` draws into, again and again.
public final class ToyData {
  /// The window with the pseudo-data and the fluctuated global observables.
  ///
  /// Its events or counts lie in this object, until the next draw.
  public internal(set) var window: ScanWindow
  /// The candidates of the last draw.
  public internal(set) var events = 0
  /// The global observables of the last draw, in the order of the nuisances.
  public internal(set) var globalObservables: [Double]

  let values = AlignedArray(capacity: 4096)
  let counts = AlignedArray(capacity: 1024)

  /// Makes room for the toys of a generator.
  public init(for generator: ToyGenerator) {
    window = generator.window
    globalObservables = [Double](repeating: 0, count: generator.window.nuisances.count)
  }
}
