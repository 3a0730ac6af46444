import Kernels

/// Solves mass windows; owns the buffers, so one per thread, and no allocation inside a fit.
///
/// The result depends on the window alone: not on what was solved before, the thread or the CPU.
public final class WindowSolver {
  let linear = LinearWindow()
  let general = GeneralWindow()
  private var targets: LimitTargets?

  /// Creates a solver.
  public init() {}

  /// Returns A_w: the part of a signal shape that lies in the segments, in [0, 1].
  public static func acceptance(
    _ shape: SignalShape, normalisation: ShapeNormalisation = .fullLine,
    segments: [ClosedRange<Double>]
  ) -> Double {
    let model = SignalModel()
    model.place(shape, normalisation: normalisation, segments: segments)
    return model.acceptance
  }

  /// Checks a window's ranges; call it once where a window's settings come from a user.
  public static func validate(_ window: ScanWindow) throws(InferenceError) {
    try InferenceError.check(segments: window.segments)
    try InferenceError.check(window.signal)
    for nuisance in window.nuisances where !(nuisance.size > 0 && nuisance.size < 1) {
      throw .invalid(
        what: "size of nuisance '\(nuisance.name)'", found: nuisance.size,
        allowed: "above 0 and below 1")
    }
    if let level = window.level, !(level > 0 && level < 1) {
      throw .invalid(what: "level", found: level, allowed: "above 0 and below 1")
    }
    if !(window.yieldPerUnit > 0 && window.yieldPerUnit.isFinite) {
      throw .invalid(what: "yield per unit", found: window.yieldPerUnit, allowed: "> 0")
    }
    if case .binned(let bins) = window.likelihood, bins < 1 {
      throw .invalid(what: "number of bins", found: Double(bins), allowed: ">= 1")
    }
  }

  /// Returns only the fit of signal and background, without arrays: for toys and benchmarks.
  public func fitSignal(_ window: ScanWindow) -> SignalFit {
    linear.place(window)
    let isFitted = linear.load(window) && linear.minimise(window)
    if isFitted, Self.widthIsFixed(window) {
      let fit = linear.fit.pointee, t = fit.theta, g = linear.geometry.integrals
      let acceptance = linear.model.acceptance
      let b0 = t.1 - t.3 * linear.squareOffset
      return SignalFit(
        isValid: true, signalYield: t.0 * acceptance,
        signalYieldError: fit.variance.squareRoot() * acceptance,
        backgroundYield: g.0 * b0 + g.1 * t.2 + g.2 * t.3, nll: linear.nll, calls: fit.sweeps)
    }
    general.load(window, model: linear.model, geometry: linear.geometry)
    let start = isFitted && general.isFused ? linear.chebyshevValues(linear.fit) + [0] : nil
    let raw = general.minimise(signal: .free, from: start)
    let acceptance = general.acceptance(raw)
    return SignalFit(
      isValid: raw.status.isValid, signalYield: raw.values[0] * acceptance,
      signalYieldError: max(raw.covariance[0], 0).squareRoot() * acceptance,
      backgroundYield: general.backgroundYield(raw), nll: raw.nll, calls: raw.calls)
  }

  /// Returns fits, significance and limits of a window.
  public func solve(_ window: ScanWindow) -> WindowResult {
    linear.place(window)
    let isFitted = linear.load(window) && linear.minimise(window) && linear.minimiseNull(window)
    if isFitted, Self.widthIsFixed(window), let result = solveLinear(window) { return result }
    return solveGeneral(window, isStarted: isFitted)
  }

  static func widthIsFixed(_ window: borrowing ScanWindow) -> Bool {
    for nuisance in window.nuisances where nuisance.target == .width { return false }
    return true
  }

  func limitTargets(_ window: borrowing ScanWindow) -> LimitTargets? {
    guard let level = window.level else { return nil }
    if let targets, targets.level == level, targets.deviations == window.expected {
      return targets
    }
    let made = LimitTargets(level: level, deviations: window.expected)
    targets = made
    return made
  }
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
