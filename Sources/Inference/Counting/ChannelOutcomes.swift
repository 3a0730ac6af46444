import NumericalMethods

/// The outcomes of several counts, ordered by the likelihood ratio of a strength.
struct ChannelOutcomes {
  private struct Channel {
    var observed: Int
    var yield: Double
    var efficiency: PriorNodes
    /// The background's count, up to where next to nothing is left.
    var background: [Double]
    var mean: Double
  }

  private var channels: [Channel]
  private let common: PriorNodes

  /// Prepares counts; `quick` asks for priors of efficiencies by few nodes, good to 1e-6.
  init(_ models: [CountingModel], _ efficiency: EfficiencyKnowledge, quick: Bool = false) {
    channels = models.map { given in
      let model = given.simplified
      var most = ProfiledCounts.range(2 * model.background.estimate + 10).upperBound
      var counts = BackgroundCounts(model.background, cut: model.cut, upTo: most)
      while most < CountingModel.mostCounts, (counts.cumulative.last ?? 1) < 1 - 1e-12 {
        most *= 2
        counts = BackgroundCounts(model.background, cut: model.cut, upTo: most)
      }
      let end = counts.cumulative.firstIndex { $0 >= 1 - 1e-13 } ?? most
      var mean = 0.0
      for (k, p) in counts.probability.enumerated() { mean += Double(k) * p }
      return Channel(
        observed: model.observed, yield: model.yieldPerUnit,
        efficiency: quick
          ? model.efficiency.fewNodes : model.efficiency.nodes(cut: model.cut, order: 0),
        background: Array(counts.probability[0...end]), mean: mean)
    }
    let cut = models.map(\.cut).max() ?? 8
    var known = models[0]
    known.efficiency = efficiency
    let shared = known.simplified.efficiency
    common = quick ? shared.fewNodes : shared.nodes(cut: cut, order: 0)
  }

  /// The number of outcomes of all channels but the last at a strength.
  func count(_ strength: Double) -> Double {
    var product = 1.0
    for channel in channels.dropLast() {
      product *= Double(
        channel.background.count + ProfiledCounts.range(strength * channel.yield).upperBound)
    }
    return product
  }

  /// The same channels with other yields, those alone whose yield is above zero; nil without any.
  func with(yields: [Double]) -> ChannelOutcomes? {
    var changed = self
    changed.channels = zip(channels, yields).compactMap { channel, yield in
      guard yield > 0 else { return nil }
      var channel = channel
      channel.yield = yield
      return channel
    }
    return changed.channels.isEmpty ? nil : changed
  }

  /// Expected signal for a strength of 1, mean backgrounds and observed counts, all channels together.
  var totals: (signal: Double, background: Double, observed: Int) {
    channels.reduce(into: (0, 0, 0)) { sums, channel in
      sums.0 += channel.yield
      sums.1 += channel.mean
      sums.2 += channel.observed
    }
  }

  /// What a candidate of each channel adds to the likelihood ratio of a strength.
  private func weights(_ strength: Double) -> [Double] {
    // Without background a single count decides: a weight above all others.
    channels.map { $0.mean > 0 ? SpecialFunctions.log1p(strength * $0.yield / $0.mean) : 1e6 }
  }

  /// The probability, with a true strength, of a ratio for `strength` at most the observed one.
  func below(_ strength: Double, truth: Double) -> Double {
    let weights = weights(strength)
    var observed = 0.0
    for (channel, weight) in zip(channels, weights) {
      observed += weight * Double(channel.observed)
    }
    return below(observed, weights, truth: truth)
  }

  /// CLs of a strength for the observed outcome, and for the median outcome of the background alone.
  func separation(_ strength: Double) -> (observed: Double, expected: Double) {
    let weights = weights(strength)
    func ratio(_ outcome: Double) -> Double {
      below(outcome, weights, truth: strength) / below(outcome, weights, truth: 0)
    }
    var observed = 0.0
    for (channel, weight) in zip(channels, weights) {
      observed += weight * Double(channel.observed)
    }
    let median = median(weights)
    let value = ratio(observed)
    return (value, median == observed ? value : ratio(median))
  }

  /// The median of the ratio without a signal: the smallest one up to which half of the outcomes lie.
  ///
  /// Outcomes are visited by their ratio; where half of them are more than `mostMedianOutcomes`, it is the
  /// ratio of the mean counts.
  private func median(_ weights: [Double]) -> Double {
    // An outcome by the last channel with candidates: each comes from one other only.
    var waiting = [
      Outcome(
        ratio: 0, probability: channels.reduce(1) { $0 * $1.background[0] }, channel: 0, count: 0)
    ]
    var (sum, visited) = (0.0, 0)
    while let next = waiting.popLast(), visited < Self.mostMedianOutcomes {
      sum += next.probability
      visited += 1
      if sum >= 0.5 { return next.ratio }
      for place in next.channel..<channels.count {
        let p = channels[place].background
        let n = place == next.channel ? next.count + 1 : 1
        guard n < p.count, p[n - 1] > 0 else { continue }
        let outcome = Outcome(
          ratio: next.ratio + weights[place], probability: next.probability * (p[n] / p[n - 1]),
          channel: place, count: n)
        let at = waiting.partitionPoint { $0.ratio >= outcome.ratio }
        waiting.insert(outcome, at: at)
      }
    }
    return zip(channels, weights).reduce(0) { $0 + $1.1 * $1.0.mean }
  }

  private static let mostMedianOutcomes = 20_000

  private struct Outcome {
    var ratio: Double
    var probability: Double
    var channel: Int
    var count: Int
  }

  /// The probability, with a true strength, of a ratio at most a given one.
  private func below(_ outcome: Double, _ weights: [Double], truth: Double) -> Double {
    let observed = outcome + 1e-9 * (1 + outcome)
    var total = CompensatedSum()
    // Without a signal its efficiency does not matter.
    let nodes = truth == 0 ? .one : common
    for (e, w) in zip(nodes.values, nodes.weights) {
      // No channel can hold more of the ratio than there is.
      let distributions = zip(channels, weights).map { channel, weight in
        distribution(channel, truth * e, upTo: observed / weight)
      }
      var cumulative = distributions[distributions.count - 1]
      for n in 1..<max(cumulative.count, 1) { cumulative[n] += cumulative[n - 1] }
      total += w * sum(0, observed, weights, distributions, cumulative)
    }
    return total.total
  }

  private func sum(
    _ index: Int, _ left: Double, _ weights: [Double], _ distributions: [[Double]],
    _ last: [Double]
  ) -> Double {
    let weight = weights[index]
    if index == channels.count - 1 {
      let most = min(left / weight, Double(last.count - 1))
      return last[Int(most)]
    }
    var total = 0.0
    for (n, p) in distributions[index].enumerated() {
      let rest = left - weight * Double(n)
      if rest < 0 { break }
      if p > 1e-16 { total += p * sum(index + 1, rest, weights, distributions, last) }
    }
    return total
  }

  /// The probabilities of a channel's counts up to one, or up to where next to nothing is left.
  private func distribution(_ channel: Channel, _ strength: Double, upTo most: Double) -> [Double] {
    let end =
      most < 30
      ? Int(most) : ProfiledCounts.range(strength * channel.yield * 1.5 + 1).upperBound
    let count = Int(min(Double(end + channel.background.count - 1), most)) + 1
    if strength == 0 { return Array(channel.background.prefix(count)) }
    var signal = [Double](repeating: 0, count: min(end + 1, count))
    for (e, w) in zip(channel.efficiency.values, channel.efficiency.weights) {
      BackgroundCounts.add(strength * channel.yield * e, w, &signal)
    }
    var out = [Double](repeating: 0, count: count)
    for (j, p) in signal.enumerated() where p > 1e-17 {
      for (k, b) in channel.background.prefix(count - j).enumerated() { out[j + k] += p * b }
    }
    return out
  }
}

extension Array {
  /// The first place from which on a condition does not hold; it holds for a prefix.
  fileprivate func partitionPoint(_ holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
