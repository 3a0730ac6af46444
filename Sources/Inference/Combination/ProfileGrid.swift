/// Chooses the nodes of a profile: few where it is nearly a parabola, more where it is not.
///
/// Each interval is checked at its middle, and the check becomes a node. With six numbers at its
/// ends the error of a smooth interval falls 64-fold with its halves, which are therefore checked
/// only where the middle missed by more than sixteen times the tolerance, the worst first; where
/// positivity begins to bind, the curvature jumps and the error falls only fourfold: it then is four
/// tolerances at most.
struct ProfileGrid {
  /// What -ln L between nodes may be wrong by.
  static let tolerance = 1e-4
  /// More nodes than this are not made; the estimated error tells.
  static let most = 40

  /// An interval to be checked; `miss` is by how much the middle of the one it is half of missed.
  private struct Interval {
    var low: ProfilePoint
    var high: ProfilePoint
    var miss: Double
  }

  private var nodes: [ProfilePoint] = []
  /// The largest estimated error of -ln L.
  private(set) var error = 0.0

  /// Takes the profile between anchors; nil where a fit fails.
  ///
  /// - Parameters:
  ///   - source: What is profiled.
  ///   - anchors: Ascending signals, the range included.
  ///   - reference: What is taken off the values.
  ///   - narrowest: Intervals below this length are not divided.
  init?(
    _ source: inout some ProfileSource, anchors: [Double], reference: Double, narrowest: Double
  ) {
    for anchor in anchors {
      guard let point = Self.point(&source, anchor, reference) else { return nil }
      nodes.append(point)
    }
    var open = zip(nodes, nodes.dropFirst()).map { Interval(low: $0, high: $1, miss: .infinity) }
    while let worst = open.indices.max(by: { open[$0].miss < open[$1].miss }) {
      let interval = open.remove(at: worst)
      let a = interval.low, b = interval.high, middle = 0.5 * (a.at + b.at)
      if b.at - a.at < narrowest || nodes.count == Self.most {
        if interval.miss.isFinite { error = max(error, interval.miss / 4) }
        continue
      }
      guard let point = Self.point(&source, middle, reference) else { return nil }
      let miss = abs(SignalProfile.between(a, b, middle).value - point.value)
      nodes.append(point)
      if miss <= 16 * Self.tolerance {
        error = max(error, miss / 4)
      } else {
        open.append(Interval(low: a, high: point, miss: miss))
        open.append(Interval(low: point, high: b, miss: miss))
      }
    }
    nodes.sort { $0.at < $1.at }
  }

  func profile(isBounded: Bool = false) -> SignalProfile {
    SignalProfile(nodes: nodes, isBounded: isBounded)
  }

  private static func point(
    _ source: inout some ProfileSource, _ signal: Double, _ reference: Double
  ) -> ProfilePoint? {
    guard var point = source.evaluate(at: signal) else { return nil }
    point.value -= reference
    let isFinite = point.value.isFinite && point.slope.isFinite && point.curvature.isFinite
    return isFinite ? point : nil
  }

  /// Ascending anchors without those that come closer than `closest` to the one before; of such a
  /// pair `kept` stays, and the first and the last always do.
  static func anchors(_ wanted: [Double], keeping kept: Double, closest: Double) -> [Double] {
    var found: [Double] = []
    for value in wanted.sorted() {
      if let last = found.last, value - last < closest {
        guard value == kept, found.count > 1, last < value else { continue }
        found.removeLast()
      }
      found.append(value)
    }
    return found
  }
}
