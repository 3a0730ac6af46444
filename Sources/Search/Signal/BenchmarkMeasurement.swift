import NumericalMethods

/// The efficiency for one benchmark: generated coordinates, and lifetimes by weights on events of
/// other lifetimes.
public struct BenchmarkMeasurement: Equatable, Sendable, Codable {
  /// Σ w / (N f); not a number where nothing was generated.
  public var efficiency: Double
  /// Its standard error.
  public var error: Double
  /// (Σw)² / Σw²: events made with these lifetimes that would know as much.
  public var effectiveEvents: Double

  /// Nothing was generated.
  static let absent = BenchmarkMeasurement(efficiency: .nan, error: .nan, effectiveEvents: 0)
}

extension BenchmarkMeasurement {
  /// Reweights selected candidates of a mixture of lifetimes.
  ///
  /// w = p_τ(d) / mean of p_k(d) over the generated lifetimes k, with p_τ(d) = exp(−d/cτ)/cτ of the proper
  /// decay length d and as many generated events with each lifetime: the weights of all generated
  /// events have the mean 1, so Σ w over the selected ones, divided by all, is the efficiency. Of several
  /// particles w is the product of those of each, as they were generated with each combination of
  /// lifetimes. With weights of other kinds w multiplies them. Variance as in `SignalMeasurement`.
  ///
  /// - Parameters:
  ///   - grid: Generated coordinates and tested lifetimes.
  ///   - generated: Generated c τ of each particle, cm.
  ///   - candidates: Selected candidates of a mass.
  ///   - fraction: Part of the generated events that is used.
  /// - Returns: One a benchmark, in their order.
  static func measured(
    _ grid: BenchmarkGrid, generated: [[Double]], _ candidates: SignalCandidates, fraction: Double
  ) -> [BenchmarkMeasurement] {
    let mixtures = zip(grid.lifetimes, zip(generated, candidates.lengths)).map { axis, own in
      axis.values.map { lifetime in
        own.1.map { mixture(lifetime, generated: own.0, length: $0) }
      }
    }
    var out: [BenchmarkMeasurement] = []
    out.reserveCapacity(grid.count)
    for point in 0..<grid.pointCount {
      let coordinates = grid.coordinates(at: point)
      guard
        let own = candidates.points.firstIndex(where: {
          grid.coordinates.isEmpty || $0.coordinates == coordinates
        })
      else {
        out += [BenchmarkMeasurement](repeating: .absent, count: grid.lifetimeCount)
        continue
      }
      let events = grid.coordinates.isEmpty ? candidates.generated : candidates.points[own].count
      let rows = candidates.values.indices.filter { row in
        (candidates.pointOfRow.isEmpty || candidates.pointOfRow[row] == own)
          && candidates.lengths.prefix(grid.lifetimes.count).allSatisfy { $0[row] >= 0 }
      }
      for place in 0..<grid.lifetimeCount {
        var rest = place
        let chosen = mixtures.reversed().map { axis in
          defer { rest /= axis.count }
          return axis[rest % axis.count]
        }
        var (sum, squares) = (0.0, 0.0)
        for row in rows {
          var mixture = 1.0
          for factor in chosen { mixture *= factor[row] }
          let w = (candidates.weights?[row] ?? 1) / mixture
          sum += w
          squares += w * w
        }
        let all = events * fraction
        out.append(
          BenchmarkMeasurement(
            efficiency: sum / all,
            error: max(squares - sum * sum / events, 0).squareRoot() / all,
            effectiveEvents: squares > 0 ? sum * sum / squares : 0))
      }
    }
    return out
  }

  /// The density of a mixture over that of a lifetime at a proper decay length.
  ///
  /// Relative to the tested density: no exponential underflows where it matters.
  private static func mixture(_ lifetime: Double, generated: [Double], length: Double) -> Double {
    let parts = 1 / Double(generated.count)
    var mixture = 0.0
    for other in generated {
      mixture +=
        parts * lifetime / other
        * SpecialFunctions.exp(min(700, length / lifetime - length / other))
    }
    return mixture
  }
}
