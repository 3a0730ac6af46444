import NumericalMethods

/// The outcomes of several counts: what does not depend on the signal, prepared once.
struct ChannelOutcomes: Sendable {
  struct Channel: Sendable {
    var observed: Int
    var efficiency: EfficiencyNodes
    /// P(k) of the background, up to where next to nothing is left.
    var background: [Double]
    /// The mean background.
    var mean: Double
  }

  let channels: [Channel]
  /// The efficiency common to all channels.
  let common: EfficiencyNodes

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
      if case .exact(let b) = model.background { mean = b }
      return Channel(
        observed: model.observed, efficiency: EfficiencyNodes(model.efficiency, cut: model.cut),
        background: Array(counts.probability[0...end]), mean: mean)
    }
    var known = models[0]
    known.efficiency = efficiency
    common = EfficiencyNodes(known.simplified.efficiency, cut: models.map(\.cut).max() ?? 8)
  }

  /// The observed counts.
  var observed: [Int] { channels.map(\.observed) }

  /// A factor at most 1 for signals so many that no outcome near the observed or a median one is left.
  func cap(_ signals: [Double]) -> Double {
    var (signal, most) = (0.0, 70.0)
    for (channel, s) in zip(channels, signals) where s > 0 {
      signal += s
      most += 10 * Double(channel.observed) + 5 * channel.mean
    }
    return min(1, most / signal)
  }

  /// Probabilities of a likelihood ratio at most some outcome's.
  struct Below {
    /// With the signal.
    var signal: Double
    /// Of the background alone.
    var background: Double

    /// CLs: their quotient; 1 where the background alone does not give such an outcome, and at least
    /// 1e-300.
    var cls: Double {
      background > 0 ? min(1, max(signal / background, 1e-300)) : 1
    }
  }

  /// The probabilities of the ratios up to those of some outcomes; nil for too many outcomes.
  func below(_ ratios: [Double], _ order: RatioOrder) -> [Below]? {
    let limits = ratios.map(RatioOrder.rounded)
    var found = ratios.map { _ in Below(signal: 0, background: 0) }
    var left = CountingChannels.mostOutcomes
    for batch in LaneBatch.batches(common.nodes(signal: order.signal)) {
      var tables = CountTables(
        channels, order, batch, ratio: limits.max() ?? 0)
      for (index, limit) in limits.enumerated() {
        guard let sums = tables.sum(limit, &left) else { return nil }
        found[index].background = sums[0]
        found[index].signal += (batch.weights * sums).sum()
      }
    }
    return found
  }
}
