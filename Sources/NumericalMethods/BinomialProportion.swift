/// The part of independent trials that succeeded, with its errors.
public struct BinomialProportion: Hashable, Sendable {
  /// How many succeeded, 0 to `trials`.
  public var successes: Int
  /// How many there were, not negative.
  public var trials: Int

  /// Creates the proportion of `successes` among `trials`.
  public init(_ successes: Int, of trials: Int) {
    precondition(
      successes >= 0 && successes <= trials, "BinomialProportion: 0 <= successes <= trials")
    self.successes = successes
    self.trials = trials
  }

  /// k / n, the estimate without bias; NaN without trials.
  public var value: Double { trials > 0 ? Double(successes) / Double(trials) : .nan }

  /// √(p (1 − p) / n) at p = k / n; NaN where all or none succeeded: it says nothing there.
  public var error: Double {
    guard successes > 0, successes < trials else { return .nan }
    return (value * (1 - value) / Double(trials)).squareRoot()
  }

  /// Computes the central interval of Clopper and Pearson (Biometrika 26 (1934) 404).
  ///
  /// It covers at least `level` for every true probability. Its ends are quantiles of Beta(k, n−k+1)
  /// and Beta(k+1, n−k), to 1e-13 relative.
  /// - Parameter level: Confidence level, in (0, 1); the default is one standard deviation.
  /// - Returns: The interval in [0, 1]; all of it without trials.
  public func interval(level: Double = 0.682_689_492_137_085_9) -> ClosedRange<Double> {
    precondition(level > 0 && level < 1, "BinomialProportion: the level must be in (0, 1)")
    let tail = 0.5 * (1 - level)
    return lower(tail)...max(lower(tail), upper(tail))
  }

  /// Computes the one-sided upper bound; 1 − (1 − level)^(1/n) where none succeeded.
  public func upperBound(level: Double) -> Double {
    precondition(level > 0 && level < 1, "BinomialProportion: the level must be in (0, 1)")
    return upper(1 - level)
  }

  /// The probability at which `successes` or more have the probability `tail`.
  private func lower(_ tail: Double) -> Double {
    guard successes > 0 else { return 0 }
    let k = Double(successes), n = Double(trials)
    if successes == trials { return SpecialFunctions.exp(SpecialFunctions.log(tail) / n) }
    return root { SpecialFunctions.incompleteBeta(k, n - k + 1, $0) - tail }
  }

  /// The probability at which `successes` or fewer have the probability `tail`.
  private func upper(_ tail: Double) -> Double {
    guard successes < trials else { return 1 }
    let k = Double(successes), n = Double(trials)
    if successes == 0 { return -SpecialFunctions.expm1(SpecialFunctions.log(tail) / n) }
    return root { SpecialFunctions.incompleteBeta(k + 1, n - k, $0) - (1 - tail) }
  }

  /// The zero of an increasing function on [0, 1], by halving: the ends are never missed.
  private func root(_ f: (Double) -> Double) -> Double {
    var low = 0.0, high = 1.0
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if middle == low || middle == high { break }
      if f(middle) < 0 { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
