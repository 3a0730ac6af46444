/// CLs, CLs+b and q̃ of one tested value of the parameter of interest, by the asymptotic formulae.
///
/// The upper limit at a level is above the tested value if and only if CLs > 1 - level there: CLs
/// falls with the parameter. So coverage needs no limits, only this number at the true value.
public struct TestedStrength: Hashable, Sendable {
  /// ln CLs, at most 0; NaN where it was not found.
  public var logCLs: Double
  /// ln CLs+b, at most 0; NaN where it was not found.
  public var logCLsPlusB: Double
  /// q̃ of the data, at least 0; zero where the fitted value is above the tested one.
  public var statistic: Double

  /// A test that was not made, or not found.
  public static let absent = TestedStrength(
    logCLs: .nan, logCLsPlusB: .nan, statistic: .nan)
}

extension WindowSolver {
  /// Fits one toy and tests one value of the parameter of interest, as `solve` sets its limits.
  ///
  /// The background-only Asimov set is that of the toy's own fit, the formulae are those of
  /// arXiv:1007.1727, section 3.6.
  /// - Parameters:
  ///   - window: The toy's window.
  ///   - strength: The tested value, > 0.
  /// - Returns: What the fits say, and the test.
  public func toyTest(
    _ window: ScanWindow, strength: Double
  ) -> (statistics: ToyStatistics, test: TestedStrength) {
    let signal = strength * window.yieldPerUnit
    var none: [Double] = []
    let isFitted = fitTheFastWay(window)
    if isFitted, Self.hasFixedWidth(window),
      let toy = linearToy(window, [], &none, wantsNull: true),
      var search = linearSearch(window, alpha: Self.anyAlpha),
      let test = search.tails(signal), !search.hasFailed
    {
      return (toy, test)
    }
    general.load(
      window, model: linear.model, geometry: linear.geometry, placement: linear.placement)
    let (fit, null) = fitTheGeneralWay(isStarted: isFitted)
    guard fit.status.isValid, null.status.isValid else { return (.failure, .absent) }
    let toy = generalStatistics(window, fit: fit, null: null)
    guard var search = generalSearch(window, alpha: Self.anyAlpha, fit: fit, null: null)
    else { return (toy, .absent) }
    return (toy, search.tails(signal) ?? .absent)
  }

  /// The expected error of the parameter of interest without a signal.
  ///
  /// That of the set of pseudo-data that the background-only fit expects (Asimov), from its curvature
  /// in the signal with background and width nuisances profiled; yield nuisances do not matter at
  /// zero. Without any background one event.
  /// - Returns: The error in units of the parameter; nil where the fits fail.
  public func expectedError(_ window: ScanWindow) -> Double? {
    let isFitted = fitTheFastWay(window)
    if isFitted, Self.hasFixedWidth(window),
      let search = linearSearch(window, alpha: Self.anyAlpha)
    {
      return search.spread / window.yieldPerUnit
    }
    general.load(
      window, model: linear.model, geometry: linear.geometry, placement: linear.placement)
    let (fit, null) = fitTheGeneralWay(isStarted: isFitted)
    return generalSearch(window, alpha: Self.anyAlpha, fit: fit, null: null).map {
      $0.spread / window.yieldPerUnit
    }
  }

  /// Only a search for a limit reads it.
  private static var anyAlpha: Double { 0.1 }

  private func fitTheFastWay(_ window: ScanWindow) -> Bool {
    linear.placeAgain(window)
    return linear.load(window) && linear.minimise(window) && linear.minimiseNull(window)
  }
}
