/// Fine bins of the observable over all that the windows of a scan cover, excluded ranges left out.
///
/// A bin is at most a quarter of the resolution there. Inside a bin pseudo-data follow the
/// displaced pool, across bins the wanted density: a step that no fit resolves.
package struct FineBins: Sendable {
  /// A range without holes.
  package struct Stretch: Sendable {
    /// The range of the observable.
    package var range: ClosedRange<Double>
    /// Its bins.
    package var bins: Range<Int>
  }

  /// Ranges without holes, ascending and disjoint.
  package let stretches: [Stretch]
  /// Lower edges of the bins, shape [bins].
  package let low: [Double]
  /// Upper edges of the bins, shape [bins].
  package let high: [Double]
  /// Stretch of each bin, shape [bins].
  let stretch: [Int32]
  /// Where the windows are, and the resolution there.
  private let centres: [Double]
  private let resolutions: [Double]
  /// Equal cells over everything, with the first bin that reaches into each.
  private let start: Double
  private let inverse: Double
  private let cells: [Int32]

  /// Parts of a resolution a bin has.
  private static let partsOfResolution = 4.0

  /// Makes the bins of windows ascending in their means; at least one window.
  init(_ windows: [MassWindow]) {
    let ordered = windows.sorted { $0.signal.mean < $1.signal.mean }
    let centres = ordered.map(\.signal.mean)
    let resolutions = ordered.map(\.resolution)
    (self.centres, self.resolutions) = (centres, resolutions)
    var low: [Double] = []
    var high: [Double] = []
    var owner: [Int32] = []
    var stretches: [Stretch] = []
    for range in Self.union(windows.flatMap(\.segments)) {
      let first = low.count
      var x = range.lowerBound
      while x < range.upperBound {
        let sigma = Self.interpolated(x, centres, resolutions)
        var next = x + sigma / Self.partsOfResolution
        // No sliver at the end.
        if next + 0.3 * (next - x) >= range.upperBound || !(next > x) { next = range.upperBound }
        low.append(x)
        high.append(next)
        owner.append(Int32(stretches.count))
        x = next
      }
      stretches.append(Stretch(range: range, bins: first..<low.count))
    }
    (self.low, self.high, self.stretch, self.stretches) = (low, high, owner, stretches)
    let begin = low.first ?? 0
    let end = high.last ?? 1
    let count = max(64, 4 * low.count)
    start = begin
    inverse = Double(count) / max(end - begin, 1e-300)
    var cells = [Int32](repeating: 0, count: count + 1)
    var bin = 0
    for cell in cells.indices {
      let edge = begin + Double(cell) / inverse
      while bin + 1 < low.count, high[bin] < edge { bin += 1 }
      // One step back: rounding may place a value in the cell before its own.
      cells[cell] = Int32(max(0, bin - 1))
    }
    self.cells = cells
  }

  /// Number of bins.
  package var count: Int { low.count }

  /// The bin of a value inside a stretch.
  @inline(__always)
  func bin(of x: Double) -> Int {
    let cell = min(max(Int((x - start) * inverse), 0), cells.count - 1)
    var bin = Int(cells[cell])
    while bin + 1 < low.count, x >= low[bin + 1] { bin += 1 }
    return bin
  }

  /// The stretch that holds a value; nil in a hole.
  func stretch(of x: Double) -> Int? {
    let bin = bin(of: x)
    return x >= low[bin] && x <= high[bin] ? Int(stretch[bin]) : nil
  }

  /// Resolution at a value: that of the windows, on straight lines between their means.
  func resolution(at x: Double) -> Double { Self.interpolated(x, centres, resolutions) }

  /// The bins that touch a range.
  func bins(touching range: ClosedRange<Double>) -> Range<Int> {
    let first = bin(of: range.lowerBound)
    let last = bin(of: range.upperBound)
    return first..<(last + 1)
  }

  private static func interpolated(_ x: Double, _ xs: [Double], _ ys: [Double]) -> Double {
    var a = 0
    var b = xs.count - 1
    if x <= xs[a] { return ys[a] }
    if x >= xs[b] { return ys[b] }
    while b - a > 1 {
      let middle = (a + b) / 2
      if xs[middle] <= x { a = middle } else { b = middle }
    }
    let part = xs[b] > xs[a] ? (x - xs[a]) / (xs[b] - xs[a]) : 0
    return ys[a] + part * (ys[b] - ys[a])
  }

  /// Joins ranges that overlap or touch.
  private static func union(_ ranges: [ClosedRange<Double>]) -> [ClosedRange<Double>] {
    var joined: [ClosedRange<Double>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] =
          last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}
