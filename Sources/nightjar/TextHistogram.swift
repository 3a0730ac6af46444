/// A histogram with equal bins, drawn with characters.
struct TextHistogram: Sendable, Equatable {
  let low: Double
  let width: Double
  private(set) var counts: [Int]

  /// Creates an empty histogram of about `bins` bins with round edges.
  ///
  /// Columns of whole numbers with few values get one bin a value.
  init(low: Double, high: Double, bins: Int, wholeNumbers: Bool) {
    let range = high - low
    if wholeNumbers, range < Double(bins) {
      self.low = low - 0.5
      width = 1
      counts = [Int](repeating: 0, count: Int(range) + 1)
      return
    }
    guard range > 0, range.isFinite else {
      self.low = low
      width = 1
      counts = [0]
      return
    }
    width = Self.roundStep(atLeast: range / Double(bins))
    self.low = (low / width).rounded(.down) * width
    counts = [Int](
      repeating: 0, count: max(1, Int(((high - self.low) / width - 1e-9).rounded(.up))))
  }

  /// Returns 1, 2 or 5 times a power of ten: the smallest that is not below `least`.
  static func roundStep(atLeast least: Double) -> Double {
    var decade = 1.0
    while decade > least, decade > 1e-300 { decade /= 10 }
    while decade * 10 <= least { decade *= 10 }
    let enough = least * (1 - 1e-9)
    return [1, 2, 5].map { $0 * decade }.first { $0 >= enough } ?? 10 * decade
  }

  /// Lower edges of the bins and the last upper edge.
  var edges: [Double] { (0...counts.count).map { low + width * Double($0) } }

  /// Counts a value; the upper end belongs to the last bin; NaN, infinities and -999 are left out.
  mutating func fill(_ value: Double) {
    guard value.isFinite, value != -999 else { return }
    let bin = Int(max(0, min(Double(counts.count - 1), (value - low) / width)))
    counts[bin] += 1
  }

  /// Adds the counts of a histogram with the same bins.
  mutating func add(_ other: TextHistogram) {
    precondition(other.low == low && other.width == width && other.counts.count == counts.count)
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// The drawing: one line a bin, bars at most `barWidth` characters.
  func text(barWidth: Int) -> String {
    let most = max(1, counts.max() ?? 1)
    let edges = edges.map { NumberText.short($0) }
    let edgeWidth = edges.map(\.count).max() ?? 0
    let countWidth = counts.map { Progress.grouped($0).count }.max() ?? 0
    var text = ""
    for (index, count) in counts.enumerated() {
      let bar = String(
        repeating: "#", count: count == 0 ? 0 : max(1, count * barWidth / most))
      text +=
        NumberText.right(edges[index], edgeWidth) + " .. "
        + NumberText.right(edges[index + 1], edgeWidth) + "  "
        + NumberText.right(Progress.grouped(count), countWidth) + (bar.isEmpty ? "" : "  " + bar)
        + "\n"
    }
    return text
  }
}
