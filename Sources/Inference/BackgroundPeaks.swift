/// The peaks of a background in a window: columns of fixed shape, linear in their yields.
///
/// Yields count events on the full line. A peak with next to nothing inside the window is left out: its
/// yield would be free without changing anything.
struct BackgroundPeaks: Sendable {
  /// Least part of a peak inside the window.
  static let least = 1e-3

  /// Most peaks of a background.
  static let most = 4

  let shapes: [SignalShape]
  /// Parts inside the window.
  let integrals: [Double]
  private let distributions: [ShapeDistribution]

  init(_ shapes: [SignalShape], segments: [ClosedRange<Double>]) {
    var kept: (shapes: [SignalShape], integrals: [Double], distributions: [ShapeDistribution]) = (
      [], [], []
    )
    for shape in shapes {
      guard let own = try? ShapeDistribution(shape) else { continue }
      let inside = segments.reduce(0) {
        $0 + own.probability(from: $1.lowerBound, to: $1.upperBound)
      }
      guard inside > Self.least else { continue }
      kept.shapes.append(shape)
      kept.integrals.append(inside)
      kept.distributions.append(own)
    }
    precondition(kept.shapes.count <= Self.most, "too many peaks of a background")
    (self.shapes, integrals, distributions) = kept
  }

  var count: Int { shapes.count }
  var isEmpty: Bool { shapes.isEmpty }

  /// The narrowest width, or infinity.
  var narrowest: Double { shapes.map(\.width).min() ?? .infinity }

  /// Density of a peak per event on the full line.
  func density(_ index: Int, at x: Double) -> Double { distributions[index].density(at: x) }

  /// Part of a peak between two values.
  func integral(_ index: Int, from low: Double, to high: Double) -> Double {
    distributions[index].probability(from: low, to: high)
  }
}
