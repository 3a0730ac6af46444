import NumericalMethods

/// Hypotheses that are summed at once: lane 0 is the background alone, the others have the signal
/// times a value of the common efficiency.
struct LaneBatch {
  typealias Lanes = SIMD8<Double>
  /// Factors of the signal.
  var factors: Lanes
  /// Weights in the average over the common efficiency; lane 0 has none.
  var weights: Lanes

  /// Deals the nodes of the common efficiency out, seven a batch.
  static func batches(_ nodes: PriorNodes) -> [LaneBatch] {
    stride(from: 0, to: nodes.values.count, by: 7).map { first in
      // Lanes left over repeat a node without weight.
      var batch = LaneBatch(factors: Lanes(repeating: nodes.values[first]), weights: .zero)
      batch.factors[0] = 0
      for lane in 1...min(7, nodes.values.count - first) {
        batch.factors[lane] = nodes.values[first + lane - 1]
        batch.weights[lane] = nodes.weights[first + lane - 1]
      }
      return batch
    }
  }
}

/// P(n) of each channel's count in all lanes of a batch, the channel's efficiency averaged over.
struct CountTables {
  typealias Lanes = LaneBatch.Lanes

  private struct Table {
    var start: Int
    var count: Int
    var weight: Double
    /// The ratio that this and all later channels can hold.
    var reach = 0.0
    /// Their probability in all lanes.
    var total = Lanes(repeating: 1)
  }

  private var tables: [Table] = []
  /// P(n), the last channel's as sums up to n.
  private var values: [Lanes] = []
  /// The largest part of P(n) in the probability up to the held count, in any lane.
  private var parts: [Double]
  private let means: [Double]

  /// Tabulates counts up to a likelihood ratio.
  init(
    _ channels: [ChannelOutcomes.Channel], _ order: RatioOrder, _ batch: LaneBatch, ratio: Double
  ) {
    means = order.places.map { channels[$0.channel].mean }
    for place in order.places {
      let own = Self.counts(
        channels[place.channel], place.signal * batch.factors, upTo: ratio / place.weight)
      tables.append(Table(start: values.count, count: own.count, weight: place.weight))
      values += own
    }
    parts = [Double](repeating: 0, count: values.count)
    var reach = 0.0, total = Lanes(repeating: 1)
    for index in tables.indices.reversed() {
      reach += tables[index].weight * Double(tables[index].count - 1)
      var sum = Lanes.zero
      for at in tables[index].start..<(tables[index].start + tables[index].count) {
        sum += values[at]
        if index == tables.count - 1 { values[at] = sum }
      }
      total *= sum
      tables[index].reach = reach
      tables[index].total = total
    }
  }

  /// P(n) of one channel for signals in lanes, up to a count or to where next to nothing is left.
  static func counts(
    _ channel: ChannelOutcomes.Channel, _ signals: Lanes, upTo most: Double
  ) -> [Lanes] {
    let largest = signals.max()
    let nodes = channel.efficiency.nodes(signal: largest)
    let widest = largest * (nodes.values.last ?? 1)
    // Eight standard deviations and what few events need: 1e-14 is above.
    let end = Int(min(widest + 8 * widest.squareRoot() + 14, most, 1e6))
    let count = Int(min(Double(end + channel.background.count - 1), most)) + 1
    var signal = [Lanes](repeating: .zero, count: end + 1)
    for (efficiency, weight) in zip(nodes.values, nodes.weights) {
      add(signals * efficiency, weight, &signal)
    }
    var out = [Lanes](repeating: .zero, count: count)
    channel.background.withUnsafeBufferPointer { background in
      signal.withUnsafeBufferPointer { signal in
        out.withUnsafeMutableBufferPointer { out in
          for k in 0..<min(background.count, count) {
            let p = background[k]
            if p < 1e-300 { continue }
            for j in 0..<min(signal.count, count - k) { out[j + k] += p * signal[j] }
          }
        }
      }
    }
    return out
  }

  /// Adds weighted Poisson probabilities of means in lanes.
  private static func add(_ means: Lanes, _ weight: Double, _ sum: inout [Lanes]) {
    if means.max() > 600 {
      // exp(-mean) is next to the smallest number: from the mode outwards, a lane after the other.
      for lane in 0..<Lanes.scalarCount {
        var own = [Double](repeating: 0, count: sum.count)
        BackgroundCounts.add(means[lane], weight, &own)
        for (j, p) in own.enumerated() { sum[j][lane] += p }
      }
      return
    }
    var p = Lanes.zero
    for lane in 0..<Lanes.scalarCount { p[lane] = weight * SpecialFunctions.exp(-means[lane]) }
    sum.withUnsafeMutableBufferPointer { sum in
      for j in sum.indices {
        sum[j] += p
        p *= means * inverse(j + 1)
      }
    }
  }

  private static let inverses = (0...128).map { 1 / Double($0) }
  private static func inverse(_ n: Int) -> Double { n <= 128 ? inverses[n] : 1 / Double(n) }

  /// The probability of a likelihood ratio at most a value, in all lanes.
  ///
  /// Outcomes that are less than 1e-15 of what is known to lie below are left out.
  /// - Parameters:
  ///   - ratio: The value.
  ///   - left: How many more outcomes may be visited.
  /// - Returns: The probabilities; nil beyond these outcomes.
  mutating func sum(_ ratio: Double, _ left: inout Int) -> Lanes? {
    let last = bound(ratio)
    return tables.withUnsafeBufferPointer { tables in
      values.withUnsafeBufferPointer { values in
        parts.withUnsafeBufferPointer { parts in
          let walk = Walk(tables: tables, values: values, parts: parts)
          var total = Lanes.zero
          walk.add(0, ratio, Lanes(repeating: 1), last, &total, &left)
          return left < 0 ? nil : total
        }
      }
    }
  }

  /// Finds how much outcomes matter beside those that hold no more in any channel than one below the
  /// ratio near the mean background; the last channel's part is returned.
  private mutating func bound(_ ratio: Double) -> Double {
    var left = ratio
    for index in tables.indices.dropLast() {
      let table = tables[index]
      let held = Int(min(means[index], max(left, 0) / table.weight, Double(table.count - 1)))
      left -= table.weight * Double(held)
      var known = Lanes.zero
      for at in table.start...(table.start + held) { known += values[at] }
      // Where a lane knows nothing all of its outcomes matter.
      for at in table.start..<(table.start + table.count) {
        let part = (values[at] / known).max()
        parts[at] = part.isNaN ? .infinity : part
      }
    }
    guard let table = tables.last else { return 1 }
    let held = Int(min(max(left, 0) / table.weight, Double(table.count - 1)))
    return 1 / values[table.start + held].min()
  }

  private struct Walk {
    let tables: UnsafeBufferPointer<Table>
    let values: UnsafeBufferPointer<Lanes>
    let parts: UnsafeBufferPointer<Double>

    /// Adds all outcomes of this and later channels that hold at most `ratio`.
    func add(
      _ index: Int, _ ratio: Double, _ factor: Lanes, _ part: Double, _ total: inout Lanes,
      _ left: inout Int
    ) {
      let table = tables[index]
      left -= 1
      if left < 0 { return }
      if ratio >= table.reach {
        total += factor * table.total
        return
      }
      let most = Int(min(ratio / table.weight, Double(table.count - 1)))
      if index == tables.count - 1 {
        total += factor * values[table.start + most]
        return
      }
      for n in 0...most {
        let own = part * parts[table.start + n]
        if own < 1e-15 { continue }
        add(
          index + 1, ratio - table.weight * Double(n), factor * values[table.start + n], own,
          &total, &left)
      }
    }
  }
}
