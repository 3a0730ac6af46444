import Foundation
import Inference
import NumericalMethods

/// Coverage of asymptotic limits against the background: few events are too few for them.
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
}
