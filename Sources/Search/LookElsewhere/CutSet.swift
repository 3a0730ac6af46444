/// The windows that share a set of cuts, and what pseudo-data must look like for them.
package struct CutSet: Sendable {
  /// Cuts by expression, one bit each.
  let rules: UInt64
  /// Scores of all candidates of the data, and the least that passes; nil without a score.
  let scores: [Double]?
  let least: Double
  /// Windows, by their places in the list of open ones, ascending in the hypothesis.
  package let windows: [Int]
  /// The fine bins that its windows cover.
  package let bins: Range<Int>
  /// Wanted mean number of candidates, shape [bins].
  package let expected: [Double]
  /// Wanted over displaced mean number, at most `mostRatio`, shape [bins].
  private(set) var ratio: [Double] = []
  /// Running sum of what that cap leaves wanting: candidates drawn by themselves, shape [bins].
  private(set) var missing: [Double] = []

  /// Where the displaced pool is sparser than this part of what is wanted, candidates are drawn by
  /// themselves: an event drawn many times over would be another kind of event.
  static let mostRatio = 4.0

  init(
    _ cuts: ScanData.Cuts, windows: [Int], of all: [MassWindow], data: ScanData, bins: FineBins,
    background: LocalBackground
  ) {
    rules = cuts.rules
    scores = cuts.network.flatMap { data.scores[$0] }
    least = cuts.least
    self.windows = windows
    let own = windows.map { all[$0] }
    let low = own.compactMap(\.segments.first?.lowerBound).min() ?? 0
    let high = own.compactMap(\.segments.last?.upperBound).max() ?? low
    let range = bins.bins(touching: low...high)
    self.bins = range
    expected = range.map { bin in
      background.density(at: 0.5 * (bins.low[bin] + bins.high[bin]))
        * (bins.high[bin] - bins.low[bin])
    }
  }

  /// Whether a candidate of the data passes.
  @inline(__always)
  func passes(_ place: Int, rules passed: [UInt64]) -> Bool {
    if rules != 0, rules & ~passed[place] != 0 { return false }
    guard let scores else { return true }
    return scores[place] >= least
  }

  /// Compares with the density of the displaced pool, shape [bins].
  mutating func compare(displaced: [Double]) {
    var sum = 0.0
    ratio = []
    missing = []
    for (wanted, found) in zip(expected, displaced) {
      let part = found > 0 ? min(wanted / found, Self.mostRatio) : 0
      ratio.append(part)
      let left = wanted - part * found
      if left > 1e-9 * wanted { sum += left }
      missing.append(sum)
    }
  }

  /// Mean number of candidates that are drawn by themselves.
  var missingTotal: Double { missing.last ?? 0 }
}
