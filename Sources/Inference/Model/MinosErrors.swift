/// Where the profiled -ln L has risen by a given amount on both sides of its minimum.
public struct MinosErrors: Hashable, Sendable {
  /// How the search on one side ended.
  public enum Status: String, Hashable, Sendable {
    /// The crossing was found.
    case found
    /// The parameter's limit lies before the crossing; the error reaches up to it.
    case atLimit = "at limit"
    /// A lower minimum was found on the way: fit again from there.
    case lowerMinimum = "lower minimum"
    /// No crossing was found, or a fit under way failed; the error is NaN.
    case notFound = "not found"
  }

  /// One side.
  public struct Side: Hashable, Sendable {
    /// The distance from the minimum, >= 0, to 1e-5 of itself.
    public var error: Double
    /// How the search ended.
    public var status: Status
  }

  /// The parameter.
  public var name: String
  /// Below the minimum.
  public var low: Side
  /// Above it.
  public var high: Side
  /// Conditional fits made.
  public var fits: Int
}

extension Likelihood {
  /// Finds where the profiled -ln L of a parameter is `up` above the minimum of a fit.
  ///
  /// Newton steps on √(2Δ(-ln L)), a straight line for a parabola, with the slope of the profile.
  /// - Parameters:
  ///   - name: A parameter that is free in the fit.
  ///   - fit: The result of `fit` with nothing held.
  ///   - up: 0.5 for one standard deviation, 2 for two.
  /// - Returns: Distances to 1e-5 of themselves, with the status of each side.
  public func minosErrors(of name: String, from fit: FitResult, up: Double = 0.5) -> MinosErrors {
    var fits = 0
    let low = minosSide(name, fit, -1, up, &fits), high = minosSide(name, fit, 1, up, &fits)
    return MinosErrors(name: name, low: low, high: high, fits: fits)
  }

  private func minosSide(
    _ name: String, _ fit: FitResult, _ sign: Double, _ up: Double, _ fits: inout Int
  ) -> MinosErrors.Side {
    let i = place(of: name), n = fit.parameters.count
    let best = fit.parameters[i].value
    guard fit.status.isValid, !model.parameters[i].isFixed, best.isFinite else {
      return MinosErrors.Side(error: .nan, status: .notFound)
    }
    let goal = (2 * up).squareRoot(), (low, high) = range(i)
    let limit = sign < 0 ? best - low : high - best
    let variance = fit.covariance[i * n + i]
    let scale = variance > 0 ? variance.squareRoot() : max(abs(best), 1) * 0.1
    // Distances on the side: below `inner` the rise is too small, beyond `outer` too large.
    var inner = 0.0, outer = Double.infinity, d = min(goal * scale, limit), start: [Double]?
    if limit <= 0 { return MinosErrors.Side(error: 0, status: .atLimit) }
    for _ in 0..<60 {
      let x = best + sign * d
      let from = start ?? moved(fit, i, to: x)
      fits += 1
      let raw = profiled(i, at: x, from: from)
      guard raw.status.isValid else {
        outer = min(outer, d)
        d = 0.5 * (inner + d)
        start = nil
        if d - inner < 1e-6 * scale { break }
        continue
      }
      start = raw.values
      let rise = raw.nll - fit.nll
      if rise < -1e-6 { return MinosErrors.Side(error: .nan, status: .lowerMinimum) }
      let root = (2 * max(rise, 0)).squareRoot()
      if root < goal {
        inner = max(inner, d)
        if d >= limit { return MinosErrors.Side(error: limit, status: .atLimit) }
      } else {
        outer = min(outer, d)
      }
      let slope = sign * raw.slope[i]
      var next = slope > 0 && root > 0 ? d + (goal - root) * root / slope : 2 * d
      if abs(next - d) < 1e-6 * d, next <= limit {
        return MinosErrors.Side(error: next, status: .found)
      }
      if next >= outer || next <= inner {
        next = outer.isFinite ? 0.5 * (inner + outer) : 2 * d
      }
      d = min(next, 3 * d, limit)
      if outer - inner < 1e-8 * outer {
        return MinosErrors.Side(error: outer, status: .found)
      }
    }
    return MinosErrors.Side(error: .nan, status: .notFound)
  }
}
