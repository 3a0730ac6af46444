import Inference
import NumericalMethods
import Platform

/// Toys a second: drawn and fitted, background only.
struct ToyBenchmark {
  /// What is timed.
  struct Rate {
    var events: Int
    /// Bins of the window; nil unbinned.
    var bins: Int?
    var threads: Int
    /// Seconds a toy on all threads together.
    var seconds: Double
    /// Mean and width of the pulls of the fitted signal.
    var pullMean: Double
    var pullWidth: Double
    /// Toys whose fit failed.
    var failed: Int
  }

  /// Sums of the pulls of one thread.
  private final class Sums {
    var first = 0.0
    var second = 0.0
    var failed = 0
  }

  /// What threads work with, each with its own part.
  private final class Work: @unchecked Sendable {
    let generator: ToyGenerator
    let solvers: [WindowSolver]
    let data: [ToyData]
    let sums: [Sums]

    init(_ generator: ToyGenerator, threads: Int) {
      self.generator = generator
      solvers = (0..<threads).map { _ in WindowSolver() }
      data = (0..<threads).map { _ in ToyData(for: generator) }
      sums = (0..<threads).map { _ in Sums() }
    }
  }

  /// Draws and fits toys of one window for about a second; binned windows have bins of σ/20.
  static func rate(events: Int, isBinned: Bool, threads: Int) throws -> Rate {
    let window = ToyWindow.make(number: 50, events: events)
    var scan = window.scanWindow([])
    if isBinned { scan.likelihood = .binned(800) }
    let generator = try ToyGenerator(
      window: scan, signal: 0, isSorted: false, solver: WindowSolver())
    let work = Work(generator, threads: threads)
    let pool = WorkerPool(threads: threads)
    let piece = max(16, 200_000 / events)
    func pass(_ pieces: Int) throws {
      try pool.forEach(count: pieces) { worker, index in
        let solver = work.solvers[worker], toy = work.data[worker]
        let sums = work.sums[worker]
        var none: [Double] = []
        for i in 0..<piece {
          work.generator.draw(seed: 1, task: 2, toy: UInt64(index * piece + i), into: toy)
          let found = solver.toyStatistics(toy.window, into: &none, wantsNull: false)
          guard found.status != .failed else {
            sums.failed += 1
            continue
          }
          let pull = found.value / found.error
          sums.first += pull
          sums.second += pull * pull
        }
      }
    }
    let once = try fastest(of: 1) { try pass(4 * threads) } / Double(4 * threads)
    let pieces = max(4 * threads, Int(0.3 / once))
    let seconds = try fastest(of: 3) { try pass(pieces) } / Double(pieces * piece)
    let failed = work.sums.reduce(0) { $0 + $1.failed }
    let count = Double((4 * threads + 3 * pieces) * piece - failed)
    let mean = work.sums.reduce(0) { $0 + $1.first } / count
    let square = work.sums.reduce(0) { $0 + $1.second } / count
    return Rate(
      events: events, bins: isBinned ? 800 : nil, threads: threads, seconds: seconds,
      pullMean: mean, pullWidth: (square - mean * mean).squareRoot(), failed: failed)
  }

  /// Coverage of asymptotic 90 % CLs limits against the background within ±2σ of the peak.
  ///
  /// A flat background over 60 widths and a Gaussian signal; `strength` in units of events.
  static func asymptoticCoverage(background: Double, strength: Double, toys: Int) throws
    -> Double
  {
    let solver = WindowSolver()
    var covered = 0
    for toy in 0..<toys {
      var random = RandomStream(seed: 11, task: UInt64(background * 1000), toy: UInt64(toy))
      let total = background * 15
      var events = (0..<random.poisson(mean: total)).map { _ in 60 * random.uniform() }
      events += (0..<random.poisson(mean: strength)).map { _ in 30 + random.normal() }
      events = events.filter { (0...60).contains($0) }.sorted()
      let limit = events.withUnsafeBufferPointer { values in
        var window = ScanWindow(
          segments: [0...60], events: values, signal: .gaussian(mean: 30, width: 1),
          background: .polynomial(order: 1))
        window.level = 0.9
        window.expected = []
        return solver.solve(window).limit?.observed ?? .nan
      }
      if limit >= strength { covered += 1 }
    }
    return Double(covered) / Double(toys)
  }
}
