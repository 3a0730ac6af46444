import NumericalMethods

/// Outcomes of several counts ordered by the likelihood ratio of one signal, Σ n ln(1 + s/b).
struct RatioOrder {
  /// A channel with signal.
  struct Place {
    /// Which channel.
    var channel: Int
    /// Its expected signal events, > 0.
    var signal: Double
    /// What a candidate adds to the logarithm of the ratio.
    var weight: Double
  }

  /// The channels with signal, by falling weight.
  let places: [Place]

  /// Orders by signals above zero; nil without any.
  init?(_ channels: [ChannelOutcomes.Channel], signals: [Double]) {
    var places: [Place] = []
    for (index, signal) in signals.enumerated() where signal > 0 {
      let mean = channels[index].mean
      // Without background a single count decides: a weight above all others.
      let weight = mean > 0 ? min(SpecialFunctions.log1p(signal / mean), Self.most) : Self.most
      // A signal below the last digit of a background tells nothing.
      if weight > 0 { places.append(Place(channel: index, signal: signal, weight: weight)) }
    }
    if places.isEmpty { return nil }
    places.sort { ($0.weight, $1.channel) > ($1.weight, $0.channel) }
    self.places = places
  }

  private static let most = 1e4

  /// All signal events.
  var signal: Double { places.reduce(0) { $0 + $1.signal } }

  /// The ratio of counts, shape [channels].
  func ratio(_ count: (Int) -> Double) -> Double {
    places.reduce(0) { $0 + $1.weight * count($1.channel) }
  }

  /// The largest ratio that is the same but for rounding.
  static func rounded(_ ratio: Double) -> Double { ratio * (1 + 1e-10) }
}
