/// The signed root of a window, and whether it may be used.
public struct WindowSignificance: Hashable, Sendable {
  /// sign(signal) √(2 ln L(S+B)/L(B)); NaN where a fit failed.
  public var signedRoot: Double
  /// Whether both fits may be used.
  public var isValid: Bool
}

extension WindowSolver {
  /// Returns the signed root alone, without limits and arrays: for full-scan toys.
  ///
  /// The same bits as `solve` of the same window without a level. With `isPlaced` the window before
  /// must have differed in its events alone: what does not depend on them is then kept.
  public func significance(_ window: ScanWindow, isPlaced: Bool = false) -> WindowSignificance {
    if isPlaced {
      // A fit of the width leaves the cells elsewhere.
      linear.model.rescale(widthFactor: 1, segments: window.segments)
    } else {
      linear.place(window)
    }
    let isFitted = linear.load(window) && linear.minimise(window) && linear.minimiseNull(window)
    if isFitted, Self.widthIsFixed(window) {
      return Self.significance(
        signal: linear.fit.pointee.theta.0, nll: linear.nll, nullNLL: linear.nullNLL, isValid: true)
    }
    let (fit, null) = generalFits(window, isStarted: isFitted)
    return Self.significance(
      signal: fit.values[0], nll: fit.nll, nullNLL: null.nll,
      isValid: fit.status.isValid && null.status.isValid)
  }

  /// The signed root from two minima of -ln L.
  static func significance(signal: Double, nll: Double, nullNLL: Double, isValid: Bool)
    -> WindowSignificance
  {
    let root = max(2 * (nullNLL - nll), 0).squareRoot()
    return WindowSignificance(
      signedRoot: isValid ? (signal < 0 ? -root : root) : .nan, isValid: isValid)
  }
}
