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

  private let channels: [Channel]
  private let common: PriorNodes

  init(_ models: [CountingModel], _ efficiency: EfficiencyKnowledge) {
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
        efficiency: model.efficiency.nodes(cut: model.cut, order: 0),
        background: Array(counts.probability[0...end]), mean: mean)
    }
    let cut = models.map(\.cut).max() ?? 8
    var known = models[0]
    known.efficiency = efficiency
    common = known.simplified.efficiency.nodes(cut: cut, order: 0)
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

  /// The probability, with a true strength, of a ratio for `strength` at most the observed one.
  func below(_ strength: Double, truth: Double) -> Double {
    // Without background a single count decides: a weight above all others.
    let weights = channels.map {
      $0.mean > 0 ? SpecialFunctions.log1p(strength * $0.yield / $0.mean) : 1e6
    }
    var observed = 0.0
    for (channel, weight) in zip(channels, weights) {
      observed += weight * Double(channel.observed)
    }
    observed += 1e-9 * (1 + observed)
    var total = CompensatedSum()
    // Without a signal its efficiency does not matter.
    let nodes = truth == 0 ? .one : common
    for (e, w) in zip(nodes.values, nodes.weights) {
      let distributions = channels.map { distribution($0, truth * e) }
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

  /// The probabilities of a channel's count.
  private func distribution(_ channel: Channel, _ strength: Double) -> [Double] {
    var signal = [Double](
      repeating: 0, count: ProfiledCounts.range(strength * channel.yield * 1.5 + 1).upperBound + 1)
    for (e, w) in zip(channel.efficiency.values, channel.efficiency.weights) {
      BackgroundCounts.add(strength * channel.yield * e, w, &signal)
    }
    var out = [Double](repeating: 0, count: signal.count + channel.background.count - 1)
    for (j, p) in signal.enumerated() where p > 1e-17 {
      for (k, b) in channel.background.enumerated() { out[j + k] += p * b }
    }
    return out
  }
}
