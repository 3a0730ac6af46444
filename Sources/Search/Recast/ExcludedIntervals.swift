import NumericalMethods

/// A closed interval of a parameter that is excluded.
public struct ExcludedInterval: Sendable, Equatable {
  /// Where an interval ends.
  public enum Edge: String, Sendable {
    /// Rate and limit are equal there.
    case crossing
    /// The scan ends there: the interval may go on.
    case scan
    /// Knowledge ends there: no limit is known beyond.
    case knowledge
  }

  /// The lower edge.
  public var low: Double
  /// The upper edge.
  public var high: Double
  /// What the lower edge is.
  public var lowEdge: Edge
  /// What the upper edge is.
  public var highEdge: Edge
  /// Largest ratio of rate to limit found inside.
  public var largest: Double
  /// Where it was found.
  public var at: Double
}

/// Finds where a ratio of rate to limit exceeds 1 over a parameter: intervals or islands, never a bound.
public enum ExcludedIntervals {
  /// Scans in logarithmic steps, looks into each step beside a local extremum near 1, and halves
  /// each crossing down to 1e-9 relative.
  ///
  /// - Parameters:
  ///   - range: Of the parameter, positive.
  ///   - perDecade: Steps of the first look, at least 1.
  ///   - ratio: Rate over limit; nil where no limit is known, which excludes nothing.
  /// - Returns: Disjoint intervals, ascending.
  public static func find(
    over range: ClosedRange<Double>, perDecade: Int, ratio: (Double) -> Double?
  ) -> [ExcludedInterval] {
    let (start, end) = (
      SpecialFunctions.log(range.lowerBound), SpecialFunctions.log(range.upperBound)
    )
    let decades = (end - start) / SpecialFunctions.log(10)
    let count = max(1, Int((decades * Double(max(1, perDecade))).rounded(.up)))
    func parameter(_ x: Double) -> Double {
      x <= start ? range.lowerBound : x >= end ? range.upperBound : SpecialFunctions.exp(x)
    }
    func value(_ x: Double) -> Double { ratio(parameter(x)) ?? 0 }
    var samples = (0...count).map { place -> (x: Double, value: Double) in
      let x = place == count ? end : start + (end - start) * Double(place) / Double(count)
      return (x, value(x))
    }
    samples = withHiddenExtrema(samples, value)

    var found: [ExcludedInterval] = []
    var open: ExcludedInterval?
    for place in samples.indices {
      let (x, now) = samples[place]
      if now > 1 {
        if open == nil {
          var interval = ExcludedInterval(
            low: range.lowerBound, high: range.upperBound, lowEdge: .scan, highEdge: .scan,
            largest: now, at: parameter(x))
          if place > 0 {
            let edge = crossing(outside: samples[place - 1].x, inside: x, value)
            interval.low = parameter(edge.inside)
            interval.lowEdge = ratio(parameter(edge.outside)) == nil ? .knowledge : .crossing
          }
          open = interval
        }
        if now > open?.largest ?? 0 {
          open?.largest = now
          open?.at = parameter(x)
        }
      } else if var interval = open {
        let edge = crossing(outside: x, inside: samples[place - 1].x, value)
        interval.high = parameter(edge.inside)
        interval.highEdge = ratio(parameter(edge.outside)) == nil ? .knowledge : .crossing
        found.append(interval)
        open = nil
      }
    }
    if let open { found.append(open) }
    return found
  }

  /// Adds the extremum between samples where a step might hide an island or a gap.
  private static func withHiddenExtrema(
    _ samples: [(x: Double, value: Double)], _ value: (Double) -> Double
  ) -> [(x: Double, value: Double)] {
    guard samples.count > 2 else { return samples }
    var all: [(x: Double, value: Double)] = [samples[0]]
    for place in 1..<samples.count - 1 {
      let (before, now, after) = (samples[place - 1], samples[place], samples[place + 1])
      let isPeak = now.value <= 1 && now.value > 0.5 && now.value >= max(before.value, after.value)
      let isDip =
        now.value > 1 && now.value < 2 && now.value <= min(before.value, after.value)
      guard isPeak || isDip else {
        all.append(now)
        continue
      }
      let sign = isPeak ? 1.0 : -1.0
      let best = golden(before.x, after.x) { sign * value($0) }
      let extremum = (x: best, value: value(best))
      all += best < now.x ? [extremum, now] : best > now.x ? [now, extremum] : [now]
    }
    all.append(samples[samples.count - 1])
    return all
  }

  /// The place of a maximum by golden sections.
  private static func golden(_ low: Double, _ high: Double, _ value: (Double) -> Double) -> Double {
    let part = (5.0.squareRoot() - 1) / 2
    var (a, b) = (low, high)
    var (c, d) = (b - part * (b - a), a + part * (b - a))
    var (left, right) = (value(c), value(d))
    for _ in 0..<60 {
      if left >= right {
        (b, d, right) = (d, c, left)
        c = b - part * (b - a)
        left = value(c)
      } else {
        (a, c, left) = (c, d, right)
        d = a + part * (b - a)
        right = value(d)
      }
    }
    return (a + b) / 2
  }

  /// Both sides of a crossing, 1e-9 apart.
  private static func crossing(
    outside: Double, inside: Double, _ value: (Double) -> Double
  ) -> (outside: Double, inside: Double) {
    var (outside, inside) = (outside, inside)
    while (inside - outside).magnitude > 1e-9 {
      let middle = (outside + inside) / 2
      guard middle != outside, middle != inside else { break }
      if value(middle) > 1 { inside = middle } else { outside = middle }
    }
    return (outside, inside)
  }
}
