import Inference
import PipelineSpec
import Platform

/// The background density of a scan: at each place what the background-only fits of the nearest
/// windows say there.
///
/// A local regression with the scan's own windows and shapes. Between the means of two windows the
/// density goes over linearly from one fit to the other, so that it is continuous; beyond the first
/// and last window their fits go on to the ends of the windows.
struct LocalBackground: Sendable {
  /// One window whose fit is valid.
  private struct Piece: Sendable {
    var centre: Double
    var range: ClosedRange<Double>
    var curve: FittedCurve
  }

  private let pieces: [Piece]

  /// Takes windows with the curves of their background-only fits; windows without one are left out.
  init(_ windows: [MassWindow], curves: [FittedCurve?]) {
    pieces = zip(windows, curves).compactMap { window, curve in
      curve.map { Piece(centre: window.signal.mean, range: window.range, curve: $0) }
    }.sorted { $0.centre < $1.centre }
  }

  /// Candidates per unit of the observable, not negative; 0 where no window reaches.
  func density(at x: Double) -> Double {
    var a = -1
    var b = pieces.count
    while b - a > 1 {
      let middle = (a + b) / 2
      if pieces[middle].centre <= x { a = middle } else { b = middle }
    }
    let left = a >= 0 && pieces[a].range.contains(x) ? pieces[a] : nil
    let right = b < pieces.count && pieces[b].range.contains(x) ? pieces[b] : nil
    guard let left, let right else {
      return (left ?? right).map { max($0.curve.background(at: x), 0) } ?? 0
    }
    let part = (x - left.centre) / (right.centre - left.centre)
    let value =
      (1 - part) * left.curve.background(at: x) + part * right.curve.background(at: x)
    return max(value, 0)
  }

  /// Fits the background alone in windows, on all threads; nil where the fit is not valid.
  static func curves(
    _ windows: [MassWindow], fit: WindowFitSettings, data: ScanData, pool: WorkerPool,
    stop: StopSignal
  ) throws -> [FittedCurve?] {
    let slots = Slots<FittedCurve?>(count: windows.count)
    let workers = Slots<WindowWorker>(count: pool.threads)
    let piece = 16
    try pool.forEach(count: (windows.count + piece - 1) / piece) { worker, index in
      try stop.check()
      let solver = workers.get(worker) ?? WindowWorker()
      workers.set(worker, solver)
      for place in (index * piece)..<min(windows.count, (index + 1) * piece) {
        slots.set(place, solver.background(windows[place], fit: fit, data: data))
      }
    }
    return slots.all()
  }
}

extension WindowWorker {
  /// The curve of the background-only fit of a window; nil where it is not valid.
  func background(_ window: MassWindow, fit: WindowFitSettings, data: ScanData) -> FittedCurve? {
    data.withEvents(of: window, buffer: &buffer) { events in
      let result = solver.solve(window.problem(fit, events: events))
      return result.backgroundFit.status.isValid ? result.backgroundCurve : nil
    }
  }
}
