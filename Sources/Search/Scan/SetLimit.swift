import Inference
import PipelineSpec
import Platform

/// Fits windows and sets limits: the scan proper.
struct SetLimit: Sendable {
  let scan: ScanSettings

  /// Solves windows on all threads; results in the order of the windows.
  func points(
    _ windows: [MassWindow], data: ScanData, pool: WorkerPool, stop: StopSignal,
    advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> [ScanPoint] {
    let slots = Slots<ScanPoint>(count: windows.count)
    // Neighbouring windows in one piece of work: their data are in the cache.
    let piece = 16
    let workers = Slots<WindowWorker>(count: pool.threads)
    try pool.forEach(count: (windows.count + piece - 1) / piece) { worker, index in
      try stop.check()
      let solver = workers.get(worker) ?? WindowWorker()
      workers.set(worker, solver)
      let range = (index * piece)..<min(windows.count, (index + 1) * piece)
      for place in range {
        slots.set(place, point(windows[place], data: data, worker: solver))
      }
      advance(range.count)
    }
    return slots.all()
  }

  /// Solves one window.
  func point(_ window: MassWindow, data: ScanData, worker: WindowWorker) -> ScanPoint {
    var point = ScanPoint(
      mass: window.hypothesis.mass, observable: window.signal.mean, resolution: window.resolution,
      status: window.skipped ?? .converged)
    point.reducedMass = window.hypothesis.reducedMass ?? .nan
    point.scoreCut = window.score?.least ?? .nan
    point.windowLow = window.range.lowerBound
    point.windowHigh = window.range.upperBound
    point.efficiency = window.efficiency
    point.acceptance = window.acceptance
    if window.skipped != nil { return point }
    point.entriesPerEvent = data.entriesPerEvent(of: window)
    let result = worker.solve(window, scan: scan, data: data)
    fill(&point, from: result, window: window)
    return point
  }

  private func fill(_ point: inout ScanPoint, from result: WindowResult, window: MassWindow) {
    point.events = Int64(result.events)
    point.status = PointStatus(result.fit.status)
    point.message = PointStatus.message(result.fit.status)
    point.acceptance = result.acceptance
    guard point.status.isValid else { return }
    point.signalYield = result.signalYield / result.acceptance
    point.signalYieldError = result.signalYieldError / result.acceptance
    point.parameter = result.parameterValue
    point.parameterError = result.parameterError
    point.backgroundYield = result.backgroundYield
    point.backgroundYieldError = result.fit["background"]?.error ?? .nan
    point.backgroundCoefficients = result.fit.parameters
      .filter { $0.name.hasPrefix("c") || $0.name.hasPrefix("slope") }.map(\.value)
    point.negativeLogLikelihood = result.fit.nll
    point.backgroundUnderPeak =
      result.backgroundCurve.density(.background, at: window.signal.mean) * 4 * window.resolution
    point.profiles = result.profiles
    point.q0 = result.q0
    point.signedRoot = result.signedRoot
    point.pValue = result.pValue
    if let limit = result.limit {
      point.limitStatus = limit.status == .found ? .found : .notFound
      point.observedLimit = limit.observed
      point.expectedLimits = limit.expected
    }
  }
}

/// Buffers of one thread.
final class WindowWorker: @unchecked Sendable {
  let solver = WindowSolver()
  var buffer: [Double] = []

  init() {}

  /// Solves a window with its data.
  func solve(_ window: MassWindow, scan: ScanSettings, data: ScanData) -> WindowResult {
    data.withEvents(of: window, buffer: &buffer) { events in
      var problem = window.problem(scan.fit, events: events)
      problem.level = scan.limit?.level
      problem.expected = scan.limit?.expected ?? []
      problem.wantsProfiles = scan.profiles
      return solver.solve(problem)
    }
  }
}

extension PointStatus {
  /// The outcome of a fit.
  init(_ status: FitStatus) {
    self =
      switch status {
      case .converged: .converged
      case .atLimit: .atLimit
      case .empty: .empty
      case .callLimit: .callLimit
      case .notPositiveDefinite: .notPositiveDefinite
      case .notANumber: .notANumber
      }
  }

  /// What the user should know beyond the outcome; empty for nothing.
  static func message(_ status: FitStatus) -> String {
    switch status {
    case .converged, .empty: ""
    case .atLimit(let undefined):
      undefined.isEmpty ? "" : "no error for " + undefined.joined(separator: ", ")
    case .callLimit(let calls, let distance):
      "fit did not converge in \(calls) calls (estimated distance \(distance))"
    case .notPositiveDefinite: "the Hessian is not positive definite at the minimum"
    case .notANumber: "the likelihood is not a number"
    }
  }
}
