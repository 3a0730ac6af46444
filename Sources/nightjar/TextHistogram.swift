/// A histogram with equal bins, drawn with characters.
struct TextHistogram: Sendable, Equatable {
  let low: Double
  let width: Double
  private(set) var counts: [Int]

  /// Creates an empty histogram.
  ///
  /// Columns of whole numbers with few values get one bin a value.
  init(low: Double, high: Double, bins: Int, wholeNumbers: Bool) {
    if wholeNumbers, high - low < Double(bins) {
      self.low = low - 0.5
      width = 1
      counts = [Int](repeating: 0, count: Int(high - low) + 1)
      return
    }
    self.low = low
    let range = high - low
    width = range > 0 && range.isFinite ? range / Double(bins) : 1
    counts = [Int](repeating: 0, count: range > 0 && range.isFinite ? bins : 1)
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
