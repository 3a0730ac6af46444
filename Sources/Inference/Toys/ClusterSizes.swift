import NumericalMethods

/// How many candidates of one event lie in a window: a distribution of cluster sizes.
///
/// Whole events are drawn: of every size k a Poisson number of events with mean ν p_k / ⟨k⟩, each
/// with k candidates at independent positions, so that ν candidates are expected and their number
/// has the variance ν ⟨k²⟩ / ⟨k⟩ that data of such events have.
public struct ClusterSizes: Hashable, Sendable {
  /// The probability of each size, from one on.
  public let probabilities: [Double]

  /// One candidate an event.
  public static let single = ClusterSizes()

  private init() { probabilities = [1] }

  /// The distribution seen in data: events with 1, 2, … candidates in the window.
  ///
  /// Without any event it is one candidate an event.
  public init(events: [Int]) {
    let total = events.reduce(0, +)
    let last = events.lastIndex { $0 > 0 } ?? 0
    probabilities = total > 0 ? events[...last].map { Double($0) / Double(total) } : [1]
  }

  /// The mean size.
  public var mean: Double {
    probabilities.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
  }

  /// The mean square of the size.
  public var meanSquare: Double {
    probabilities.enumerated().reduce(0) {
      $0 + Double(($1.offset + 1) * ($1.offset + 1)) * $1.element
    }
  }

  /// Whether every event has one candidate.
  public var isSingle: Bool { probabilities.count == 1 }

  /// Draws the number of candidates where `mean` are expected.
  func draw(mean: Double, _ stream: inout RandomStream) -> Int {
    let events = mean / self.mean
    var sum = 0
    for (i, p) in probabilities.enumerated() where p > 0 {
      sum += (i + 1) * stream.poisson(mean: events * p)
    }
    return sum
  }
}
