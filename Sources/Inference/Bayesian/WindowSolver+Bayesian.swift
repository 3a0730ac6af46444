extension WindowSolver {
  /// Computes a Bayesian limit on a window's parameter of interest, all nuisances marginalised.
  ///
  /// Priors: the one in `settings` for the parameter (>= 0); flat in the coefficients of the
  /// background density where the window's positivity allows them; nuisances have their
  /// constraints as priors, normal factors cut at zero and 8 widths.
  /// - Parameters:
  ///   - window: The window; its own level is not used.
  ///   - settings: What to compute, and how.
  ///   - expected: Whether to take the Asimov set of the background-only fit instead of the data:
  ///     the limit of that set, an estimate of the median.
  /// - Returns: The limit with its status, error and construction.
  /// - Throws: `InferenceError` for settings out of range and improper priors.
  public func bayesianLimit(
    _ window: ScanWindow, _ settings: BayesianSettings, expected: Bool = false
  ) throws(InferenceError) -> BayesianLimit {
    try Self.validate(window)
    linear.place(window)
    general.load(window, model: linear.model, geometry: linear.geometry)
    var words =
      "background flat in its density's coefficients where the "
      + (window.positivity == .background ? "background" : "total density") + " is not negative"
    if window.background.exponentialCount > 0 { words += ", and in the slopes of exponentials" }
    if !window.nuisances.isEmpty { words += "; nuisances averaged over their constraints" }
    let fit = general.minimise(signal: .free)
    let null = general.minimise(signal: .fixed(0))
    guard null.status.isValid else {
      return BayesianLimit(failed: settings.level, words, "the fit of the window failed")
    }
    if expected {
      general.makeAsimov(null)
      words += "; Asimov set of the background-only fit"
    }
    let event = 1 / max(linear.model.acceptance, 1e-3)
    let error = fit.status.isValid ? max(fit.covariance[0], 0).squareRoot() : 0
    let source = WindowPosterior(general, isAsimov: expected, scale: max(error, event))
    return try BayesianCalculator(
      source, settings, unit: window.yieldPerUnit, nuisances: window.nuisances
    ).limit(words)
  }
}
