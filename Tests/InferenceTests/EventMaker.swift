import NumericalMethods

/// Seeded events for the tests.
struct EventMaker {
  var stream: RandomStream

  init(_ seed: UInt64) { stream = RandomStream(seed: seed, task: 5, toy: 0) }

  /// Events of a linear density 1 + slope·u, and of a normal peak, ascending, outside of a gap.
  mutating func events(
    background: Int, signal: Int = 0, mean: Double = 5, width: Double = 0.1,
    window: ClosedRange<Double> = 2...8, slope: Double = 0.2, gap: ClosedRange<Double>? = nil
  ) -> [Double] {
    var out: [Double] = []
    let half = 0.5 * (window.upperBound - window.lowerBound)
    let centre = 0.5 * (window.upperBound + window.lowerBound)
    while out.count < background {
      let u = 2 * stream.uniform() - 1
      let x = centre + half * u
      if stream.uniform() * (1 + abs(slope)) > 1 + slope * u { continue }
      if let gap, gap.contains(x) { continue }
      out.append(x)
    }
    var made = 0
    while made < signal {
      let x = mean + width * stream.normal()
      made += 1
      if !window.contains(x) || gap?.contains(x) == true { continue }
      out.append(x)
    }
    return out.sorted()
  }
}
