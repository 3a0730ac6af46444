import NumericalMethods

/// The efficiency for one lifetime, by weights on events of other lifetimes.
public struct LifetimeMeasurement: Equatable, Sendable, Codable {
  /// c τ, cm.
  public var lifetime: Double
  /// Σ w / (N f).
  public var efficiency: Double
  /// Its standard error.
  public var error: Double
  /// (Σw)² / Σw²: events made with this lifetime that would know as much.
  public var effectiveEvents: Double
}

extension LifetimeMeasurement {
  /// Reweights selected candidates of a mixture of lifetimes.
  ///
  /// w = p_τ(d) / mean of p_k(d) over the generated lifetimes k, with p_τ(d) = exp(−d/cτ)/cτ of the proper
  /// decay length d and as many generated events with each lifetime: the weights of all generated
  /// events have the mean 1, so Σ w over the selected ones, divided by all, is the efficiency. With
  /// weights of other kinds w multiplies them. Variance as in `SignalMeasurement`.
  ///
  /// - Parameters:
  ///   - lifetimes: Tested c τ, cm.
  ///   - generated: Generated c τ, cm.
  ///   - lengths: Proper decay lengths of the selected candidates, cm.
  ///   - weights: Their other weights; nil for ones.
  ///   - events: Generated events of all lifetimes.
  ///   - fraction: Part of them that is used.
  /// - Returns: One a tested lifetime.
  public static func measured(
    lifetimes: [Double], generated: [Double], lengths: [Double], weights: [Double]?, events: Double,
    fraction: Double
  ) -> [LifetimeMeasurement] {
    let parts = 1 / Double(generated.count)
    return lifetimes.map { lifetime in
      var (sum, squares) = (0.0, 0.0)
      for (place, length) in lengths.enumerated() where length >= 0 {
        // Relative to the tested density: no exponential underflows where it matters.
        var mixture = 0.0
        for other in generated {
          mixture +=
            parts * lifetime / other
            * SpecialFunctions.exp(min(700, length / lifetime - length / other))
        }
        let w = (weights?[place] ?? 1) / mixture
        sum += w
        squares += w * w
      }
      let all = events * fraction
      return LifetimeMeasurement(
        lifetime: lifetime, efficiency: sum / all,
        error: max(squares - sum * sum / events, 0).squareRoot() / all,
        effectiveEvents: squares > 0 ? sum * sum / squares : 0)
    }
  }
}
