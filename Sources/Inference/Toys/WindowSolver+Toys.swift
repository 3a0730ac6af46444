import Kernels

extension WindowSolver {
  /// Fits one toy: no arrays are made, and on the fast way nothing is allocated.
  ///
  /// q̃_μ = 2 ln L(μ̂ or 0) / L(μ), eq. 16 of arXiv:1007.1727, zero where the fitted strength is
  /// above μ, with background, yield and width nuisances profiled.
  /// - Parameters:
  ///   - window: The toy's window (`ToyData.window`).
  ///   - strengths: Tested values of the parameter of interest, >= 0; ascending is fastest.
  ///   - statistics: Takes q̃ at each of them; NaN where a fit failed.
  ///   - wantsNull: Whether the background-only fit is wanted, for q0 and the signed root.
  ///   - wantsLikelihood: Whether -ln L is wanted where neither strengths nor the background-only
  ///     fit need it: without, it may be NaN.
  /// - Returns: What the fits say.
  public func toyStatistics(
    _ window: ScanWindow, strengths: [Double] = [], into statistics: inout [Double],
    wantsNull: Bool = true, wantsLikelihood: Bool = true
  ) -> ToyStatistics {
    linear.placeAgain(window)
    let needsLikelihood = wantsLikelihood || wantsNull || !strengths.isEmpty
    var isFitted =
      linear.load(window) && linear.minimise(window, wantsLikelihood: needsLikelihood)
    func needsNull() -> Bool {
      wantsNull || (!strengths.isEmpty && !(linear.fit.pointee.theta.0 > 0))
    }
    if isFitted, needsNull() { isFitted = linear.minimiseNull(window) }
    if isFitted, Self.hasFixedWidth(window),
      let toy = linearToy(window, strengths, &statistics, wantsNull: wantsNull)
    {
      return toy
    }
    if isFitted, !needsNull() { isFitted = linear.minimiseNull(window) }
    return generalToy(window, strengths, &statistics, isStarted: isFitted)
  }

  /// Fits one toy without tested strengths.
  ///
  /// - Returns: What the fits say.
  public func toyStatistics(_ window: ScanWindow) -> ToyStatistics {
    var none: [Double] = []
    return toyStatistics(window, into: &none)
  }

  static func hasFixedWidth(_ window: borrowing ScanWindow) -> Bool {
    for nuisance in window.nuisances where nuisance.target == .width { return false }
    return true
  }

  func linearToy(
    _ window: ScanWindow, _ strengths: [Double], _ statistics: inout [Double], wantsNull: Bool
  ) -> ToyStatistics? {
    let signal = linear.fit.pointee.theta.0, unit = window.yieldPerUnit
    let hasNull = wantsNull || (!strengths.isEmpty && !(signal > 0))
    if strengths.contains(where: { $0 * unit > max(signal, 0) }) {
      linear.startProfiles()
      var curve = TestStatisticCurve(
        source: LinearProfile(
          data: linear.data, fit: linear.observedPoint, scale: linear.fit.pointee.theta.1,
          window: linear, positivity: window.positivity),
        factor: NuisanceFactor(window.nuisances, on: .yield))
      curve.reference = linear.profileReference(signal > 0 ? linear.nll : linear.nullNLL)
      guard Self.fill(&statistics, strengths, unit: unit, fitted: signal, &curve) else {
        return nil
      }
    } else {
      for i in strengths.indices { statistics[i] = 0 }
    }
    let twice = max(2 * (linear.nullNLL - linear.nll), 0)
    let root = signal < 0 ? -twice.squareRoot() : twice.squareRoot()
    return ToyStatistics(
      status: .converged, events: linear.data.pointee.events, value: signal / unit,
      error: error(window, signal, variance: linear.fit.pointee.variance), nll: linear.nll,
      nullNLL: hasNull ? linear.nullNLL : .nan, q0: hasNull ? (signal > 0 ? twice : 0) : .nan,
      signedRoot: hasNull ? root : .nan)
  }

  private func generalToy(
    _ window: ScanWindow, _ strengths: [Double], _ statistics: inout [Double], isStarted: Bool
  ) -> ToyStatistics {
    general.load(
      window, model: linear.model, geometry: linear.geometry, placement: linear.placement)
    let (fit, null) = fitTheGeneralWay(isStarted: isStarted)
    let signal = fit.values[0], unit = window.yieldPerUnit
    for i in strengths.indices { statistics[i] = .nan }
    guard fit.status.isValid, null.status.isValid else { return .failure }
    if strengths.contains(where: { $0 * unit > max(signal, 0) }) {
      var curve = TestStatisticCurve(
        source: GeneralProfile(general, isAsimov: false, start: signal > 0 ? fit : null),
        factor: NuisanceFactor(window.nuisances, on: .yield))
      curve.reference = signal > 0 ? fit.nll : null.nll
      guard Self.fill(&statistics, strengths, unit: unit, fitted: signal, &curve) else {
        for i in strengths.indices { statistics[i] = .nan }
        return .failure
      }
    } else {
      for i in strengths.indices { statistics[i] = 0 }
    }
    return generalStatistics(window, fit: fit, null: null)
  }

  /// What fits done the general way say of a toy.
  func generalStatistics(_ window: ScanWindow, fit: RawFit, null: RawFit) -> ToyStatistics {
    let signal = fit.values[0], unit = window.yieldPerUnit
    let twice = max(2 * (null.nll - fit.nll), 0)
    let status: ToyStatistics.Status =
      fit.status == .empty ? .empty : fit.status == .converged ? .converged : .atLimit
    return ToyStatistics(
      status: status, events: general.events, value: signal / unit,
      error: error(window, signal, variance: fit.covariance[0]), nll: fit.nll, nullNLL: null.nll,
      q0: signal > 0 ? twice : 0, signedRoot: signal < 0 ? -twice.squareRoot() : twice.squareRoot())
  }

  /// The error of the parameter of interest with the yield nuisances.
  func error(
    _ window: borrowing ScanWindow, _ signal: Double, variance: Double
  ) -> Double {
    guard variance > 0 else { return .nan }
    return (variance + signal * signal * window.relativeYieldVariance).squareRoot()
      / window.yieldPerUnit
  }

  /// q̃ at all strengths; false where a fit fails.
  private static func fill<Source: ProfileSource>(
    _ statistics: inout [Double], _ strengths: [Double], unit: Double, fitted: Double,
    _ curve: inout TestStatisticCurve<Source>
  ) -> Bool {
    for i in strengths.indices {
      let tested = strengths[i] * unit
      guard tested > max(fitted, 0) else {
        statistics[i] = 0
        continue
      }
      guard let (q, _) = curve.evaluate(tested), q.isFinite else { return false }
      statistics[i] = q
    }
    return true
  }
}
