/// Tests of agreement between numbers and a distribution.
public enum StatisticalTests {
  /// Computes the probability that Kolmogorov's statistic exceeds `lambda` for many numbers.
  ///
  /// 2 sum (-1)^(k-1) exp(-2 k^2 lambda^2), below 1.18 by the theta-function form.
  public static func kolmogorovTail(_ lambda: Double) -> Double {
    if lambda.isNaN { return .nan }
    if lambda <= 0.04 { return 1 }
    if lambda < 1.18 {
      let unit = -Double.pi * .pi / (8 * lambda * lambda)
      var sum = 0.0
      for k in [1.0, 3, 5, 7] { sum += SpecialFunctions.exp(k * k * unit) }
      return 1 - (2 * Double.pi).squareRoot() / lambda * sum
    }
    var sum = 0.0
    for k in [1.0, 2, 3, 4] {
      let term = SpecialFunctions.exp(-2 * k * k * lambda * lambda)
      sum += k == 1 || k == 3 ? term : -term
    }
    return 2 * sum
  }

  /// Computes the p-value of Kolmogorov's test of numbers against a cumulative distribution.
  ///
  /// With Stephens' correction for their number n: (sqrt n + 0.12 + 0.11 / sqrt n) D.
  /// - Parameters:
  ///   - values: At least 5, in any order.
  ///   - cumulative: The distribution's probability below its argument.
  /// - Returns: The p-value, to about 1 % of itself.
  public static func kolmogorov(_ values: [Double], cumulative: (Double) -> Double) -> Double {
    let n = Double(values.count)
    var distance = 0.0
    for (i, x) in values.sorted().enumerated() {
      let p = cumulative(x)
      distance = max(distance, Double(i + 1) / n - p, p - Double(i) / n)
    }
    return kolmogorovTail((n.squareRoot() + 0.12 + 0.11 / n.squareRoot()) * distance)
  }

  /// Computes the p-value of Pearson's chi-squared of counts against their expectations.
  ///
  /// - Parameters:
  ///   - observed: The counts.
  ///   - expected: Their expectations, positive.
  ///   - constraints: The number of parameters fitted or sums fixed.
  /// - Returns: The probability of a larger value.
  public static func chiSquared(observed: [Double], expected: [Double], constraints: Int = 0)
    -> Double
  {
    precondition(observed.count == expected.count, "chiSquared: the lists differ in length")
    var sum = 0.0
    for (o, e) in zip(observed, expected) { sum += (o - e) * (o - e) / e }
    let degrees = Double(observed.count - constraints)
    return ChiSquaredDistribution.upperTail(sum, degrees: degrees)
  }
}
