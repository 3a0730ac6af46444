import Kernels
import NumericalMethods

extension WindowSolver {
  /// The result of a window solved the general way; `isStarted` where the fast way, with the width
  /// held, has found where to start.
  func solveGeneral(_ window: ScanWindow, isStarted: Bool = false) -> WindowResult {
    let (fit, null) = generalFits(window, isStarted: isStarted)
    var limit: UpperLimit?
    if let targets = limitTargets(window) {
      limit =
        generalLimit(window, targets, fit: fit, null: null)
        ?? UpperLimit(
          .nan, expected: targets.deviations.map { _ in .nan }, level: targets.level, unit: 1)
    }
    var result = assemble(
      window, fit: generalModel(fit), null: generalModel(null), events: general.events,
      limit: limit)
    if window.wantsProfiles {
      result.profiles = generalProfiles(window, fit: fit, null: null, limit: limit)
    }
    return result
  }

  /// The fits with and without signal, of a window that is placed.
  func generalFits(_ window: ScanWindow, isStarted: Bool) -> (fit: RawFit, null: RawFit) {
    general.load(window, model: linear.model, geometry: linear.geometry)
    return fitTheGeneralWay(isStarted: isStarted)
  }

  /// Fits signal and background, and the background alone, of the loaded window.
  func fitTheGeneralWay(isStarted: Bool) -> (fit: RawFit, null: RawFit) {
    let isStarted = isStarted && general.isFused
    var fit = general.minimise(
      signal: .free, from: isStarted ? linear.chebyshevValues(linear.fit) + [0] : nil)
    var null = general.minimise(
      signal: .fixed(0), from: isStarted ? linear.chebyshevValues(linear.null) + [0] : nil)
    if fit.status.isValid, null.status.isValid, fit.nll > null.nll {
      // The free minimum lies above the constrained one: start again from there.
      let again = general.minimise(signal: .free, from: null.values)
      if again.nll < fit.nll { fit = again }
    }
    if fit.status.isValid, !null.status.isValid || general.hasSeveralMinima {
      let again = general.minimise(signal: .fixed(0), from: fit.values)
      if !null.status.isValid || (again.status.isValid && again.nll < null.nll) { null = again }
    }
    return (fit, null)
  }

  private func generalLimit(
    _ window: ScanWindow, _ targets: LimitTargets, fit: RawFit, null: RawFit
  ) -> UpperLimit? {
    guard var search = generalSearch(window, alpha: 1 - targets.level, fit: fit, null: null)
    else { return nil }
    var expected = [Double](repeating: .nan, count: targets.deviations.count)
    let found = search.solve(targets, into: &expected)
    return UpperLimit(found, expected: expected, level: targets.level, unit: window.yieldPerUnit)
  }

  /// The curves that asymptotic limits and tests of the fitted window are made from.
  func generalSearch(
    _ window: ScanWindow, alpha: Double, fit: RawFit, null: RawFit
  ) -> AsymptoticLimit<GeneralProfile>? {
    guard fit.status.isValid, null.status.isValid else { return nil }
    general.makeAsimov(null)
    let factor = NuisanceFactor(window.nuisances, on: .yield)
    var asimov = TestStatisticCurve(
      source: GeneralProfile(general, isAsimov: true, start: null), factor: factor)
    guard asimov.expand(at: 0) else { return nil }
    asimov.reference = asimov.point.value
    // Without background the profile is a straight line: one event is its natural scale.
    let event = 1 / max(linear.model.acceptance, 1e-3)
    let curvature = asimov.point.curvature
    let spread = curvature > 0 ? max(1 / curvature.squareRoot(), 0.1 * event) : event
    let signal = fit.values[0], fitted = max(signal, 0)
    let variance = fit.covariance[0]
    let error = signal > 0 ? max(max(variance, 0).squareRoot(), spread) : spread
    var observed = TestStatisticCurve(
      source: GeneralProfile(general, isAsimov: false, start: signal > 0 ? fit : null),
      factor: factor)
    observed.reference = signal > 0 ? fit.nll : null.nll
    guard observed.expand(at: fitted + 1.5 * spread) else { return nil }
    return AsymptoticLimit(
      alpha: alpha, asimov: asimov, observed: observed, fitted: fitted, error: error,
      spread: spread)
  }

  private func generalModel(_ raw: RawFit) -> ModelFit {
    let factor = general.hasWidth ? nj_exp_scalar(raw.values[general.widthIndex]) : 1
    let share = linear.model.acceptance(
      widthFactor: factor, segments: linear.geometry.segments)
    let exponentials = (0..<general.exponentials).map { e in
      var sum = (0.0, 0.0)
      for s in general.geometry.segments {
        let part = general.exponentialIntegral(
          raw.values[general.slopeBase + 2 * e + 1], s.lowerBound, s.upperBound)
        sum = (sum.0 + part.0, sum.1 + part.1)
      }
      return sum
    }
    return ModelFit(
      raw: raw, order: general.order, exponentials: general.exponentials,
      hasWidth: general.hasWidth, acceptance: share.value,
      chebyshevIntegrals: general.order >= 0
        ? linear.geometry.chebyshevIntegrals(order: general.order) : [],
      peakIntegrals: general.peaks.integrals,
      exponentialIntegrals: exponentials, acceptanceSlope: share.first)
  }

  /// Puts fits, significance and limits together.
  func assemble(
    _ window: ScanWindow, fit: ModelFit, null: ModelFit, events: Double, limit: UpperLimit?
  ) -> WindowResult {
    let width = fit.hasWidth ? (general.widthFactor, window.nuisances) : nil
    let isValid = fit.raw.status.isValid && null.raw.status.isValid
    let signal = fit.raw.values[0], twice = max(2 * (null.raw.nll - fit.raw.nll), 0)
    let root = Self.significance(
      signal: signal, nll: fit.raw.nll, nullNLL: null.raw.nll, isValid: isValid
    ).signedRoot
    let value = signal / window.yieldPerUnit
    let variance = fit.raw.covariance[0] / (window.yieldPerUnit * window.yieldPerUnit)
    let isDefined = fit.raw.covariance[0] > 0
    return WindowResult(
      fit: fit.result(withSignal: true, width: width),
      backgroundFit: null.result(withSignal: false, width: nil),
      acceptance: linear.model.acceptance, events: events, signalYield: fit.signalYield,
      signalYieldError: isDefined ? fit.signalYieldError : .nan,
      backgroundYield: fit.backgroundYield, parameterValue: value,
      parameterError: isDefined
        ? (variance + value * value * window.relativeYieldVariance).squareRoot() : .nan,
      q0: isValid ? (signal > 0 ? twice : 0) : .nan, signedRoot: root,
      pValue: isValid ? NormalDistribution.upperTail(root) : .nan, limit: limit,
      curve: curve(window, fit), backgroundCurve: curve(window, null))
  }

  private func curve(_ window: ScanWindow, _ fit: ModelFit) -> FittedCurve {
    let q = fit.raw.values, first = fit.order + 2, base = first + fit.peakIntegrals.count
    return FittedCurve(
      signal: window.signal, normalisation: window.normalisation, segments: window.segments,
      signalScale: q[0], widthFactor: fit.hasWidth ? nj_exp_scalar(q[q.count - 1]) : 1,
      chebyshev: fit.order >= 0 ? Array(q[1...(fit.order + 1)]) : [],
      exponentials: (0..<fit.exponentials).map {
        FittedCurve.Exponential(coefficient: q[base + 2 * $0], slope: q[base + 2 * $0 + 1])
      },
      peaks: general.peaks.shapes.indices.prefix(fit.peakIntegrals.count).map {
        FittedCurve.Peak(events: q[first + $0], shape: general.peaks.shapes[$0])
      })
  }
}
