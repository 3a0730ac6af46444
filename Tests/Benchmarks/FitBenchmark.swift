import Inference
import Platform

/// Fits a second: fixed shape on a line or a parabola, and all nuisances of a search on.
struct FitBenchmark {
  /// What is fitted.
  enum Model: String, CaseIterable {
    case linear, quadratic, nuisances

    var order: Int { self == .quadratic ? 2 : 1 }
    var nuisances: [Nuisance] { self == .nuisances ? FitBenchmark.nuisances : [] }
  }

  let toys: [(size: Int, windows: [ToyWindow])]
  let repeats: Int

  static let sizes = [300, 3000, 30000]
  /// All nuisances of a search on: luminosity, efficiency, width.
  static let nuisances = [
    Nuisance(name: "luminosity", target: .yield, constraint: .logNormal, size: 0.01),
    Nuisance(name: "efficiency", target: .yield, constraint: .logNormal, size: 0.036),
    Nuisance(name: "width", target: .width, constraint: .gaussian, size: 0.03),
  ]

  init(windows: Int, repeats: Int) {
    toys = Self.sizes.map { size in
      (size, (0..<windows).map { ToyWindow.make(number: $0, events: size) })
    }
    self.repeats = repeats
  }

  /// The answers of a model's fits, untimed: one measurement a size, without a time.
  func answers(_ model: Model) -> [Measurement] {
    let solver = WindowSolver()
    return toys.map { size, windows in
      let results = windows.map {
        solver.fitSignal($0.scanWindow(model.nuisances, order: model.order))
      }
      precondition(results.allSatisfy(\.isValid), "a fit of the benchmark failed")
      // The peers' signal strength carries the yield's nuisances.
      var relative = 0.0
      for nuisance in model.nuisances where nuisance.target == .yield {
        relative += nuisance.size * nuisance.size
      }
      return Measurement(
        task: "fit", peer: Measurement.own, variant: "\(model) n=\(size)", threads: 1, items: 1,
        seconds: .nan, values: results.map(\.signalYield),
        errors: results.map {
          ($0.signalYieldError * $0.signalYieldError + relative * $0.signalYield * $0.signalYield)
            .squareRoot()
        }, nll: results.map(\.nll))
    }
  }

  /// The fits of a model in turn, as a scan does them.
  func timed(_ model: Model, _ answers: [Measurement], threads: Int) throws -> [Measurement] {
    try zip(toys, answers).map { toys, answer in
      let work = WindowWork(
        toys.windows.map { $0.scanWindow(model.nuisances, order: model.order) }, threads: threads)
      var measurement = answer
      measurement.threads = threads
      measurement.seconds = try work.time(repeats: repeats) { solver, window in
        _ = solver.fitSignal(window)
      }
      return measurement
    }
  }

  /// Each window fitted again and again: how the rates of hand-written kernels are usually told.
  func repeated(_ model: Model) -> [Measurement] {
    toys.map { size, windows in
      let scans = windows.map { $0.scanWindow(model.nuisances, order: model.order) }
      let seconds = WindowWork.sameWindow(scans, inner: max(1, 12000 / size)) { solver, window in
        _ = solver.fitSignal(window)
      }
      return Measurement(
        task: "fit", peer: Measurement.own, variant: "\(model) n=\(size), same window", threads: 1,
        items: 1, seconds: seconds)
    }
  }
}

/// Windows and one solver a thread; passed to threads that only read their own.
final class WindowWork: @unchecked Sendable {
  let windows: [ScanWindow]
  let solvers: [WindowSolver]
  let threads: Int

  init(_ windows: [ScanWindow], threads: Int) {
    self.windows = windows
    self.threads = threads
    solvers = (0..<threads).map { _ in WindowSolver() }
  }

  /// Seconds for one window: enough passes for a quarter of a second, best of the repeats.
  func time(
    repeats: Int, _ solve: @Sendable (WindowSolver, ScanWindow) -> Void
  ) throws -> Double {
    let pool = WorkerPool(threads: threads)
    let count = windows.count
    func pass(_ passes: Int) throws {
      try pool.forEach(count: passes * count) { worker, index in
        solve(self.solvers[worker], self.windows[index % count])
      }
    }
    let once = try fastest(of: 2) { try pass(1) }
    let passes = max(1, Int(0.25 / once))
    return try fastest(of: repeats) { try pass(passes) } / Double(passes * count)
  }

  /// Mean over the windows of the best of many repeats of the same window.
  static func sameWindow(
    _ windows: [ScanWindow], inner: Int, _ solve: (WindowSolver, ScanWindow) -> Void
  ) -> Double {
    let solver = WindowSolver()
    var sum = 0.0
    for window in windows {
      sum +=
        fastest(of: 16) {
          for _ in 0..<inner { solve(solver, window) }
        } / Double(inner)
    }
    return sum / Double(windows.count)
  }
}
