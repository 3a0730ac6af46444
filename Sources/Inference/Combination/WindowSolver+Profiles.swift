import Kernels

extension WindowSolver {
  /// The profiles of a window solved the fast way; where its positivity binds, by the general way.
  func linearProfiles(_ window: ScanWindow, limit: UpperLimit?) -> WindowProfiles? {
    if limit == nil {
      linear.makeAsimov()
    }
    linear.startProfiles()
    let scale = linear.null.pointee.theta.1
    var asimov = LinearProfile(
      data: linear.asimov, fit: linear.expectedPoint, scale: scale, window: linear,
      positivity: window.positivity)
    var observed = LinearProfile(
      data: linear.data, fit: linear.observedPoint, scale: scale, window: linear,
      positivity: window.positivity)
    let found = profiles(
      window, &observed, &asimov, fitted: linear.fit.pointee.theta.0,
      error: linear.fit.pointee.variance.squareRoot(),
      reference: linear.profileReference(linear.nll), isEmpty: false, limit: limit, reaches: [3])
    if let found { return found }
    general.load(window, model: linear.model, geometry: linear.geometry)
    let fit = general.minimise(signal: .free, from: linear.chebyshevValues(linear.fit))
    let null = general.minimise(signal: .fixed(0), from: linear.chebyshevValues(linear.null))
    return generalProfiles(window, fit: fit, null: null, limit: limit)
  }

  /// The profiles of a window that the general way has loaded; `fit` and `null` are its minima.
  func generalProfiles(
    _ window: ScanWindow, fit: RawFit, null: RawFit, limit: UpperLimit?
  ) -> WindowProfiles? {
    guard fit.status.isValid, null.status.isValid else { return nil }
    general.makeAsimov(null)
    var asimov = GeneralProfile(general, isAsimov: true, start: null)
    var observed = GeneralProfile(general, isAsimov: false, start: fit)
    return profiles(
      window, &observed, &asimov, fitted: fit.values[0],
      error: max(fit.covariance[0], 0).squareRoot(), reference: fit.nll,
      isEmpty: fit.status == .empty, limit: limit, reaches: [3, 1.5, 0.5, 0])
  }

  /// Chooses the ranges: of the data from three errors below zero or the fitted signal (less, where
  /// a fit fails there, down the list of reaches) to half above the highest limit, of the Asimov set
  /// from zero.
  private func profiles<Source: ProfileSource>(
    _ window: ScanWindow, _ observed: inout Source, _ asimov: inout Source, fitted: Double,
    error: Double, reference: Double, isEmpty: Bool, limit: UpperLimit?, reaches: [Double]
  ) -> WindowProfiles? {
    guard let start = asimov.evaluate(at: 0) else { return nil }
    let event = 1 / max(linear.model.acceptance, 1e-3)
    let spread =
      start.curvature > 0 ? max(1 / start.curvature.squareRoot(), 0.1 * event) : event
    let signal = isEmpty ? 0 : fitted
    var highest = max(signal, 0) + 6 * max(spread, error)
    for value in [limit?.observed ?? .nan] + (limit?.expected ?? []) where value.isFinite {
      highest = max(highest, 1.5 * value * window.yieldPerUnit)
    }
    guard
      let expected = ProfileGrid(
        &asimov, anchors: [0, highest], reference: start.value, narrowest: 0.01 * spread)
    else { return nil }
    var data: ProfileGrid?
    for reach in isEmpty ? [0] : reaches where data == nil {
      let lowest = min(signal, 0) - reach * max(spread, 0.5 * error)
      data = ProfileGrid(
        &observed,
        anchors: ProfileGrid.anchors(
          [lowest, signal, 0, highest], keeping: signal, closest: 0.3 * spread),
        reference: reference, narrowest: 0.01 * spread)
    }
    guard let data else { return nil }
    return WindowProfiles(
      yieldPerUnit: window.yieldPerUnit, observed: data.profile(isBounded: isEmpty),
      asimov: expected.profile(), error: 2 * max(data.error, expected.error))
  }
}
