/// The Poisson distribution of a count.
public enum PoissonDistribution {
  /// Computes the logarithm of the probability of `count` for a `mean` >= 0.
  public static func logProbability(_ count: Int, mean: Double) -> Double {
    guard count >= 0, mean >= 0 else { return mean.isNaN || mean < 0 ? .nan : -.infinity }
    if mean == 0 { return count == 0 ? 0 : -.infinity }
    if count == 0 { return -mean }
    return SpecialFunctions.logPoissonTerm(Double(count), mean)
  }

  /// Computes the probability of at most `count`.
  public static func cumulative(_ count: Int, mean: Double) -> Double {
    count < 0 ? 0 : SpecialFunctions.gammaQ(Double(count) + 1, mean)
  }

  /// Computes the probability of `count` or more: the p-value of an excess.
  public static func upperTail(atLeast count: Int, mean: Double) -> Double {
    count <= 0 ? 1 : SpecialFunctions.gammaP(Double(count), mean)
  }
}

/// The chi-squared distribution with any positive number of degrees of freedom.
public enum ChiSquaredDistribution {
  /// Computes the probability below `x`.
  public static func cumulative(_ x: Double, degrees: Double) -> Double {
    SpecialFunctions.gammaP(0.5 * degrees, 0.5 * x)
  }

  /// Computes the probability above `x`, exact in the far tail.
  public static func upperTail(_ x: Double, degrees: Double) -> Double {
    SpecialFunctions.gammaQ(0.5 * degrees, 0.5 * x)
  }

  /// Computes the logarithm of the probability above `x`, also where that underflows.
  public static func logUpperTail(_ x: Double, degrees: Double) -> Double {
    SpecialFunctions.logGammaQ(0.5 * degrees, 0.5 * x)
  }
}
