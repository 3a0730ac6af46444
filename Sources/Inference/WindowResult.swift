/// What one mass window says: fits, significance and limits.
public struct WindowResult: Sendable {
  /// The fit of signal and background.
  ///
  /// Parameters: `signal` (events in the window), `background` (events in the window), `c1`… (the
  /// Chebyshev coefficients relative to the constant one), `slope` of an exponential, nuisances.
  public var fit: FitResult
  /// The fit of the background alone.
  public var backgroundFit: FitResult
  /// A_w: the part of the signal shape that lies in the window.
  public var acceptance: Double
  /// The number of events in the window.
  public var events: Double
  /// The fitted signal events in the window, and its error without yield nuisances.
  public var signalYield: Double
  /// The error of the signal yield.
  public var signalYieldError: Double
  /// The fitted background events in the window.
  public var backgroundYield: Double
  /// The fitted parameter of interest: signal / (A_w · yieldPerUnit).
  public var parameterValue: Double
  /// Its error with all nuisance parameters.
  public var parameterError: Double
  /// The discovery test statistic q0 of arXiv:1007.1727 (eq 12), zero for negative signals.
  public var q0: Double
  /// sign(signal) √(2 ln L(S+B)/L(B)).
  public var signedRoot: Double
  /// The one-sided local p-value Φ(-signedRoot).
  public var pValue: Double
  /// The limits on the parameter of interest, or nil where none were asked for.
  public var limit: UpperLimit?
  /// The fitted curves of the signal-plus-background fit.
  public var curve: FittedCurve
  /// The curve of the background-only fit.
  public var backgroundCurve: FittedCurve
  /// The profile likelihoods, or nil where none were asked for or a fit failed.
  public var profiles: WindowProfiles?
}
