/// How a candidate of the pool is moved: by a triangle around it, reflected at the ends of its stretch.
///
/// The half-width is a quarter of the usual window: far more than the resolution, so that no narrow
/// fluctuation of the data is drawn again, and little enough that the candidates of one event stay in
/// the windows they share.
struct Displacement: Sendable {
  /// Where the candidate is.
  let centre: Double
  /// Half-width of the triangle; at most the length of the stretch, so that one reflection is enough.
  let half: Double
  /// The stretch.
  let low: Double
  let high: Double

  /// Half-width in resolutions.
  static let resolutions = 15.0

  init(at x: Double, resolution: Double, in range: ClosedRange<Double>) {
    centre = x
    (low, high) = (range.lowerBound, range.upperBound)
    half = min(Self.resolutions * resolution, high - low)
  }

  /// Everything that can be reached.
  var reach: ClosedRange<Double> { max(low, centre - half)...min(high, centre + half) }

  /// The place that a uniform number in (0, 1) leads to.
  @inline(__always)
  func moved(_ uniform: Double) -> Double {
    let t =
      uniform < 0.5
      ? (2 * uniform).squareRoot() - 1 : 1 - (2 * (1 - uniform)).squareRoot()
    var x = centre + half * t
    if x < low { x = 2 * low - x }
    if x > high { x = 2 * high - x }
    return min(max(x, low), high)
  }

  /// The probability to be moved into a bin of the stretch.
  @inline(__always)
  func probability(from a: Double, to b: Double) -> Double {
    var sum = below(b) - below(a)
    if centre - half < low { sum += below(2 * low - a) - below(2 * low - b) }
    if centre + half > high { sum += below(2 * high - a) - below(2 * high - b) }
    return max(sum, 0)
  }

  /// The cumulative distribution of the triangle without reflection.
  @inline(__always)
  private func below(_ x: Double) -> Double {
    let t = (x - centre) / half
    if t <= -1 { return 0 }
    if t >= 1 { return 1 }
    return t < 0 ? 0.5 * (1 + t) * (1 + t) : 1 - 0.5 * (1 - t) * (1 - t)
  }
}
