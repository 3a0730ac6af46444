import Inference
import PipelineSpec
import Platform

/// Fits windows and sets limits: the scan proper.
struct SetLimit: Sendable {
  let scan: ScanSettings
  /// Its place among the scans, and the seed of the search: they key toys.
  var number = 0
  var seed: UInt64 = 0
  /// Simulated background of counted windows.
  var simulation: [SimulatedCounts] = []

  /// Solves windows on all threads; results in the order of the windows.
  func points(
    _ windows: [MassWindow], data: ScanData, pool: WorkerPool, stop: StopSignal,
    advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> [ScanPoint] {
    let slots = Slots<ScanPoint>(count: windows.count)
    // Neighbouring windows in one piece of work: their data are in the cache.
    // Toys take so long that each window is a piece.
    let isLong =
      scan.fit.likelihood == .counting || scan.limit?.toys != nil || scan.limit?.beside != nil
      || scan.limit?.method == .bayesian
    let piece = isLong ? 1 : 16
    let workers = Slots<WindowWorker>(count: pool.threads)
    try pool.forEach(count: (windows.count + piece - 1) / piece) { worker, index in
      if stop.isSet { return }
      let solver = workers.get(worker) ?? WindowWorker()
      workers.set(worker, solver)
      let range = (index * piece)..<min(windows.count, (index + 1) * piece)
      for place in range {
        slots.set(place, point(windows[place], data: data, worker: solver))
      }
      advance(range.count)
    }
    return slots.prefix()
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
    if let counted = CountWindow(window, data: data, simulation: simulation) {
      count(&point, counted)
      return point
    }
    let result = worker.solve(window, scan: scan, data: data)
    fill(&point, from: result, window: window)
    if let toys = scan.limit?.toys, point.status.isValid, usesToys(point, toys) {
      setToyLimit(&point, window, data: data, worker: worker, toys: toys)
    }
    if let beside = scan.limit?.beside, point.status.isValid,
      window.hypothesis.index % beside.every == 0
    {
      point.beside = besideLimit(point, window, data: data, worker: worker, beside.toys)
    }
    if scan.limit?.method == .bayesian, point.status.isValid {
      setBayesianLimit(&point, window, data: data, worker: worker)
    }
    return point
  }

  /// The stream number of a window's toys.
  func streamNumber(of window: MassWindow) -> UInt64 {
    UInt64(number) << 32 | UInt64(window.hypothesis.index)
  }

  private func usesToys(_ point: ScanPoint, _ toys: LimitToysSettings) -> Bool {
    switch scan.limit?.method {
    case .clsToys: true
    case .clsAuto: !(point.backgroundUnderPeak >= toys.belowBackground)
    case .clsAsymptotic, .bayesian, .clsCounting, .feldmanCousins, nil: false
    }
  }

  /// The limits of a hypothesis by toys, or those it has where much background is expected.
  private func besideLimit(
    _ point: ScanPoint, _ window: MassWindow, data: ScanData, worker: WindowWorker,
    _ toys: LimitToysSettings
  ) -> BesideLimit {
    var other = point
    if !(point.backgroundUnderPeak >= toys.belowBackground) {
      setToyLimit(&other, window, data: data, worker: worker, toys: toys)
    }
    let median = scan.limit?.expected.firstIndex(of: 0)
    func at(_ values: [Double]) -> Double {
      median.flatMap { values.indices.contains($0) ? values[$0] : nil } ?? .nan
    }
    return BesideLimit([
      other.observedLimit, other.limitToys?.observedError ?? 0, at(other.expectedLimits),
      other.limitToys.map { at($0.expectedErrors) } ?? 0, Double(other.limitToys?.count ?? 0),
    ])
  }

  private func setToyLimit(
    _ point: inout ScanPoint, _ window: MassWindow, data: ScanData, worker: WindowWorker,
    toys: LimitToysSettings
  ) {
    let settings = ToyLimitSettings(
      level: scan.limit?.level ?? 0.9, expected: scan.limit?.expected ?? [],
      relativeError: toys.error, absoluteError: toys.absolute, most: toys.most, seed: seed,
      window: streamNumber(of: window), clusters: data.clusterSizes(of: window))
    do {
      let limit = try worker.toyLimit(window, scan: scan, data: data, settings: settings)
      point.limitStatus =
        switch limit.status {
        case .found: .found
        case .mostToys: .mostToys
        case .notFound: .notFound
        }
      point.observedLimit = limit.observed.value
      point.expectedLimits = limit.expected.map(\.value)
      point.limitToys = LimitToys(
        observedError: limit.observed.error, expectedErrors: limit.expected.map(\.error),
        count: Int64(limit.toys), failed: Int64(limit.failedToys))
    } catch {
      point.limitStatus = .notFound
      point.observedLimit = .nan
      point.expectedLimits = point.expectedLimits.map { _ in .nan }
      point.limitToys = LimitToys(
        observedError: .nan, expectedErrors: point.expectedLimits, count: 0, failed: 0)
      point.message = "\(error)"
    }
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
      solver.solve(Self.problem(window, scan: scan, events: events))
    }
  }

  /// Sets limits by toys.
  func toyLimit(
    _ window: MassWindow, scan: ScanSettings, data: ScanData, settings: ToyLimitSettings
  ) throws -> ToyUpperLimit {
    try data.withEvents(of: window, buffer: &buffer) { events in
      try ToyLimit.solve(
        Self.problem(window, scan: scan, events: events), settings: settings, solver: solver)
    }
  }

  /// Calls `body` with a window as the solver takes it, and the solver.
  func withProblem<R>(
    _ window: MassWindow, scan: ScanSettings, data: ScanData,
    _ body: (ScanWindow, WindowSolver) throws -> R
  ) rethrows -> R {
    try data.withEvents(of: window, buffer: &buffer) { events in
      try body(Self.problem(window, scan: scan, events: events), solver)
    }
  }

  private static func problem(
    _ window: MassWindow, scan: ScanSettings, events: UnsafeBufferPointer<Double>
  ) -> ScanWindow {
    var problem = window.problem(scan.fit, events: events)
    problem.level = scan.limit?.level
    problem.expected = scan.limit?.expected ?? []
    problem.wantsProfiles = scan.profiles
    return problem
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
