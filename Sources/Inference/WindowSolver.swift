/// Solves mass windows; owns the buffers, so one per thread, and no allocation inside a fit.
///
/// The result depends on the window alone: not on what was solved before, the thread or the CPU.
public final class WindowSolver {
  /// Creates a solver.
  public init() {}

  /// Returns A_w: the part of a signal shape that lies in the segments, in [0, 1].
  public static func acceptance(
    _ shape: SignalShape, normalisation: ShapeNormalisation = .fullLine,
    segments: [ClosedRange<Double>]
  ) -> Double { fatalError() }

  /// Checks a window's ranges; call it once where a window's settings come from a user.
  public static func validate(_ window: ScanWindow) throws(InferenceError) {}

  /// Returns fits, significance and limits of a window.
  public func solve(_ window: ScanWindow) -> WindowResult { fatalError() }

  /// Returns only the fit of signal and background, without arrays: for toys and benchmarks.
  public func fitSignal(_ window: ScanWindow) -> SignalFit { fatalError() }
}

/// The short form of a window's fit.
public struct SignalFit: Hashable, Sendable {
  /// Whether the fit may be used.
  public var isValid: Bool
  /// The fitted signal events in the window.
  public var signalYield: Double
  /// Its error.
  public var signalYieldError: Double
  /// The fitted background events in the window.
  public var backgroundYield: Double
  /// -ln L at the minimum.
  public var nll: Double
  /// How often the likelihood was swept over the events.
  public var calls: Int
}
