import Inference
import Platform

/// Windows a second: both fits, q0, observed and five expected limits with a profiled nuisance.
struct LimitBenchmark {
  let limits: [LimitToy]
  let repeats: Int

  init(windows: Int, repeats: Int) {
    limits = (0..<windows).map { LimitToy.make(number: $0) }
    self.repeats = repeats
  }

  /// The limits of the 60-bin model, untimed.
  func answers() -> Measurement {
    let solver = WindowSolver()
    let values = limits.flatMap { limit -> [Double] in
      let result = solver.solve(limit.scanWindow())
      guard let limit = result.limit else { return [.nan] }
      // Peers limit the yield inside the window, the solver that on the full line.
      return ([limit.observed] + limit.expected).map { $0 * result.acceptance }
    }
    return Measurement(
      task: "limit", peer: Measurement.own, variant: "60 bins", threads: 1, items: 1, seconds: .nan,
      values: values)
  }

  func timed(_ answer: Measurement, threads: Int) throws -> Measurement {
    let work = WindowWork(limits.map { $0.scanWindow() }, threads: threads)
    var measurement = answer
    measurement.threads = threads
    measurement.seconds = try work.time(repeats: repeats) { solver, window in
      _ = solver.solve(window)
    }
    return measurement
  }

  /// All 60-bin windows again and again, the same one each time.
  func repeated() -> Measurement {
    Measurement(
      task: "limit", peer: Measurement.own, variant: "60 bins, same window", threads: 1, items: 1,
      seconds: WindowWork.sameWindow(limits.map { $0.scanWindow() }, inner: 10) { solver, window in
        _ = solver.solve(window)
      })
  }

  /// The unbinned windows with one nuisance on the yield, each again and again.
  func unbinnedRepeated(_ fits: FitBenchmark) -> [Measurement] {
    let efficiency = Nuisance(
      name: "efficiency", target: .yield, constraint: .logNormal, size: 0.05)
    return fits.toys.map { size, windows in
      let scans = windows.map { window in
        var scan = window.scanWindow([efficiency])
        scan.level = 0.9
        return scan
      }
      return Measurement(
        task: "window", peer: Measurement.own, variant: "unbinned n=\(size), same window",
        threads: 1, items: 1,
        seconds: WindowWork.sameWindow(scans, inner: max(1, 6000 / size)) { solver, window in
          _ = solver.solve(window)
        })
    }
  }

  /// Unbinned windows with one nuisance on the yield, or with luminosity, efficiency and width.
  func unbinned(_ fits: FitBenchmark, threads: Int) throws -> [Measurement] {
    let efficiency = Nuisance(
      name: "efficiency", target: .yield, constraint: .logNormal, size: 0.05)
    var measurements: [Measurement] = []
    for (name, nuisances) in [("", [efficiency]), (", nuisances", FitBenchmark.nuisances)] {
      for (size, windows) in fits.toys {
        let scans = windows.map { window in
          var scan = window.scanWindow(nuisances)
          scan.level = 0.9
          return scan
        }
        let seconds = try WindowWork(scans, threads: threads).time(repeats: repeats) {
          solver, window in
          _ = solver.solve(window)
        }
        measurements.append(
          Measurement(
            task: "window", peer: Measurement.own, variant: "unbinned n=\(size)\(name)",
            threads: threads, items: 1, seconds: seconds))
      }
    }
    return measurements
  }
}
