/// Finds the hypotheses that several scans share.
struct MatchHypotheses {
  /// Places of a hypothesis in each scan; the mass is that of the first.
  private(set) var matches: [[Int]] = []
  /// Places of hypotheses without a partner, for each scan.
  private(set) var unmatched: [[Int]]

  /// Matches ascending masses: within the tolerance in GeV, or a millionth of the mass where it is
  /// nil, and each the nearest of the other.
  init(_ scans: [[Double]], tolerance: Double?) {
    var open = scans.map { [Bool](repeating: true, count: $0.count) }
    for (place, mass) in scans[0].enumerated() {
      var places = [place]
      for other in scans.dropFirst() {
        guard let near = Self.nearest(mass, other),
          abs(other[near] - mass) <= tolerance ?? 1e-6 * abs(mass),
          Self.nearest(other[near], scans[0]) == place
        else { break }
        places.append(near)
      }
      guard places.count == scans.count else { continue }
      matches.append(places)
      for (scan, place) in places.enumerated() { open[scan][place] = false }
    }
    unmatched = open.map { flags in flags.indices.filter { flags[$0] } }
  }

  private static func nearest(_ mass: Double, _ all: [Double]) -> Int? {
    guard !all.isEmpty else { return nil }
    var low = 0, high = all.count
    while low < high {
      let middle = (low + high) / 2
      if all[middle] < mass { low = middle + 1 } else { high = middle }
    }
    if low == all.count { return low - 1 }
    return low > 0 && mass - all[low - 1] <= all[low] - mass ? low - 1 : low
  }
}
