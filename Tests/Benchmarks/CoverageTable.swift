import Foundation
import Inference
import NumericalMethods
import Platform

/// Coverage of limits against the background: asymptotic ones, for which few events are too few, and
/// those by toys.
enum CoverageTable {
  /// Prints the coverage of asymptotic 90 % CLs limits at three strengths for each background.
  static func run(toys: Int = 10000) {
    print("coverage of asymptotic 90 % CLs limits, \(toys) toys each; s in events")
    for background in [0.3, 1, 3, 10, 30, 100, 300] {
      let cells = [0.5, 1, 2].map { factor in
        let strength = factor * (2.3 + 1.65 * background.squareRoot())
        let value = asymptoticCoverage(background: background, strength: strength, toys: toys)
        let error = (value * (1 - value) / Double(toys)).squareRoot()
        return String(format: "s = %.2f: %.4f +- %.4f", strength, value, error)
      }
      print(String(format: "  b = %.1f  ", background) + cells.joined(separator: "  "))
    }
  }

  /// Coverage of asymptotic 90 % CLs limits against the background within ±2σ of the peak.
  ///
  /// A flat background over 60 widths and a Gaussian signal; `strength` in units of events.
  static func asymptoticCoverage(background: Double, strength: Double, toys: Int) -> Double {
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

  /// Prints the coverage of CLs limits by toys at 90 and 95 %, each set of data with toys of its own.
  ///
  /// A limit is at or above a strength where CLs of that strength is at or above one minus the level,
  /// so that one test of the true strength a set is enough.
  static func runToys(sets: Int = 10000, toys: Int = 400, threads: Int) throws {
    print("coverage of CLs limits by toys, \(sets) sets of data, \(toys) toys of each kind a set")
    for background in [1.0, 10] {
      for strength in [0.5, 1, 2].map({ $0 * (2.3 + 1.65 * background.squareRoot()) }) {
        let tails = try toyTails(
          background: background, strength: strength, sets: sets, toys: toys, threads: threads)
        let cells = [0.90, 0.95].map { level in
          let value = Double(tails.count { $0 >= 1 - level }) / Double(sets)
          let error = (value * (1 - value) / Double(sets)).squareRoot()
          return String(format: "%.0f %%: %.4f +- %.4f", 100 * level, value, error)
        }
        print(
          String(format: "  b = %.1f  s = %.2f  ", background, strength)
            + cells.joined(separator: "  "))
      }
    }
  }

  /// CLs by toys at the true strength, of independent sets of data like those of `asymptoticCoverage`.
  static func toyTails(
    background: Double, strength: Double, sets: Int, toys: Int, threads: Int
  ) throws -> [Double] {
    let tails = Tails(count: sets, threads: threads)
    try WorkerPool(threads: threads).forEach(count: sets) { worker, set in
      var random = RandomStream(seed: 12, task: UInt64(background * 1000), toy: UInt64(set))
      var events = (0..<random.poisson(mean: 15 * background)).map { _ in 60 * random.uniform() }
      events += (0..<random.poisson(mean: strength)).map { _ in 30 + random.normal() }
      events = events.filter { (0...60).contains($0) }.sorted()
      tails.values[set] = try events.withUnsafeBufferPointer { values in
        let window = ScanWindow(
          segments: [0...60], events: values, signal: .gaussian(mean: 30, width: 1),
          background: .polynomial(order: 1))
        return try ToyLimit.tail(
          window, strength: strength, toys: toys,
          settings: ToyLimitSettings(level: 0.9, seed: UInt64(set)), solver: tails.solvers[worker]
        ).cls
      }
    }
    return Array(tails.values)
  }

  /// One result a set and one solver a thread.
  private final class Tails: @unchecked Sendable {
    let values: UnsafeMutableBufferPointer<Double>
    let solvers: [WindowSolver]

    init(count: Int, threads: Int) {
      values = .allocate(capacity: count)
      values.initialize(repeating: .nan)
      solvers = (0..<threads).map { _ in WindowSolver() }
    }

    deinit { values.deallocate() }
  }
}
