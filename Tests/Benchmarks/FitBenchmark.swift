import Inference
import Platform

/// Fits and limits a second.
struct FitBenchmark {
  let toys: [(Int, [ToyWindow])]
  let limits: [LimitToy]
  let repeats: Int

  /// All nuisances of a search on: luminosity, efficiency, width.
  static let nuisances = [
    Nuisance(name: "luminosity", target: .yield, constraint: .logNormal, size: 0.01),
    Nuisance(name: "efficiency", target: .yield, constraint: .logNormal, size: 0.036),
    Nuisance(name: "width", target: .width, constraint: .gaussian, size: 0.03),
  ]

  static func make(windows: Int, repeats: Int) -> FitBenchmark {
    FitBenchmark(
      toys: [300, 3000, 30000].map { size in
        (size, (0..<windows).map { ToyWindow.make(number: $0, events: size) })
      },
      limits: (0..<windows).map { LimitToy.make(number: $0) }, repeats: repeats)
  }

  /// Windows and one solver a thread; passed to threads that only read their own.
  private final class Work: @unchecked Sendable {
    let windows: [ScanWindow]
    let solvers: [WindowSolver]

    init(_ windows: [ScanWindow], threads: Int) {
      self.windows = windows
      solvers = (0..<threads).map { _ in WindowSolver() }
    }
  }

  func fits(model: String, threads: Int) throws -> [Measurement] {
    let nuisances = model == "fixed" ? [] : Self.nuisances
    return try toys.map { size, windows in
      let work = Work(windows.map { $0.scanWindow(nuisances) }, threads: threads)
      let results = work.windows.map { work.solvers[0].fitSignal($0) }
      let seconds = try time(work, threads: threads) { solver, window in
        _ = solver.fitSignal(window)
      }
      return Measurement(
        task: "fit", peer: Measurement.own, variant: "\(model) n=\(size)", threads: threads,
        items: 1, seconds: seconds, values: results.map(\.signalYield),
        errors: results.map(\.signalYieldError), nll: results.map(\.nll))
    }
  }

  func binnedLimits(threads: Int) throws -> Measurement {
    let work = Work(limits.map { $0.scanWindow() }, threads: threads)
    let values = work.windows.flatMap { window -> [Double] in
      let result = work.solvers[0].solve(window)
      guard let limit = result.limit else { return [] }
      // Peers limit the yield inside the window, the solver that on the full line.
      return ([limit.observed] + limit.expected).map { $0 * result.acceptance }
    }
    let seconds = try time(work, threads: threads) { solver, window in
      _ = solver.solve(window)
    }
    return Measurement(
      task: "limit", peer: Measurement.own, variant: "60 bins", threads: threads, items: 1,
      seconds: seconds, values: values)
  }

  /// Both fits, q0 and six limits of unbinned windows with one nuisance on the yield.
  func unbinnedWindows(threads: Int) throws -> [Measurement] {
    let nuisance = Nuisance(
      name: "efficiency", target: .yield, constraint: .logNormal, size: 0.05)
    return try toys.map { size, windows in
      let scans = windows.map { window in
        var scan = window.scanWindow([nuisance])
        scan.level = 0.9
        return scan
      }
      let work = Work(scans, threads: threads)
      let seconds = try time(work, threads: threads) { solver, window in
        _ = solver.solve(window)
      }
      return Measurement(
        task: "window", peer: Measurement.own, variant: "unbinned n=\(size)", threads: threads,
        items: 1, seconds: seconds)
    }
  }

  /// Seconds for one window: enough passes for a quarter of a second, best of the repeats.
  private func time(
    _ work: Work, threads: Int, _ solve: @Sendable (WindowSolver, ScanWindow) -> Void
  ) throws -> Double {
    let pool = WorkerPool(threads: threads)
    let count = work.windows.count
    func pass(_ passes: Int) throws {
      try pool.forEach(count: passes * count) { worker, index in
        solve(work.solvers[worker], work.windows[index % count])
      }
    }
    let once = try fastest(of: 2) { try pass(1) }
    let passes = max(1, Int(0.25 / once))
    return try fastest(of: repeats) { try pass(passes) } / Double(passes * count)
  }
}
