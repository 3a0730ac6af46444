import Foundation
import Inference

/// Nightjar's limits of the reference windows, for other programs to judge.
///
/// RooStats computes CLs at them, and the expected CLs at the expected ones: it should be 0.1.
struct LimitCheck {
  /// The windows of the tests' reference: 60 bins, 5 % on the signal, counts.
  static var reference: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
      + "/InferenceTests/Fixtures/limits.json"
  }

  private struct Reference: Decodable {
    struct Window: Decodable {
      var window: Int
      var counts: [Double]
    }
    var windows: [Window]
  }

  private struct Limits: Encodable {
    var window: Int
    var mass: Double
    var width: Double
    var counts: [Double]
    var observed: Double
    var expected: [Double]
  }

  /// Writes windows and limits as JSON; limits in signal events of the window.
  static func write(to path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: reference))
    let solver = WindowSolver()
    let limits = try JSONDecoder().decode(Reference.self, from: data).windows.map { entry in
      let empty = ToyWindow.make(number: entry.window, events: 0)
      return entry.counts.withUnsafeBufferPointer { counts in
        let result = solver.solve(LimitToy.scanWindow(empty, counts: counts))
        let limit = result.limit
        return Limits(
          window: entry.window, mass: empty.mass, width: empty.width, counts: entry.counts,
          observed: (limit?.observed ?? .infinity) * result.acceptance,
          expected: (limit?.expected ?? []).map { $0 * result.acceptance })
      }
    }
    try JSONEncoder().encode(limits).write(to: URL(fileURLWithPath: path))
  }
}
