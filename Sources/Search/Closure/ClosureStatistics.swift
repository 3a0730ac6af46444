import NumericalMethods

/// Turns the fits of toys into what a closure says of them.
package struct ClosureStatistics: Sendable {
  /// Confidence level of the limits; nil without limits.
  package var level: Double?
  /// Confidence of binomial intervals.
  package var confidence: Double

  package init(level: Double?, confidence: Double) {
    self.level = level
    self.confidence = confidence
  }

  /// What the toys of one strength say.
  ///
  /// Sums run in the order of the toys. A mean has the error s/√n; a width s the error
  /// √((m₄ − s⁴ (n−3)/(n−1)) / n) / 2s of sampling theory, which holds for tails of any kind.
  /// - Parameters:
  ///   - toys: The fits.
  ///   - injected: The parameter they were made with.
  ///   - unit: Expected error of the parameter without a signal, positive.
  ///   - nulls: q̃ at the injected parameter of toys without a signal; empty where there are none.
  /// - Returns: The numbers with their errors; NaN where there are too few toys.
  package func strength(
    _ toys: ClosureToys, injected: Double, unit: Double, nulls: [Double] = []
  ) -> ClosureStrength {
    var result = ClosureStrength()
    result.injected = injected
    result.toys = toys.count
    var differences: [Double] = []
    var pulls: [Double] = []
    var errors: [Double] = []
    for (value, error) in zip(toys.values, toys.errors) {
      guard value.isFinite else {
        result.failed += 1
        continue
      }
      differences.append(value - injected)
      guard error.isFinite, error > 0 else {
        result.withoutError += 1
        continue
      }
      pulls.append((value - injected) / error)
      errors.append(error)
    }
    result.difference = Self.mean(differences)
    result.bias = ClosureNumber(result.difference.value / unit, result.difference.error / unit)
    result.pullMean = Self.mean(pulls)
    result.pullWidth = Self.width(pulls)
    result.meanError = Self.mean(errors)
    if let level, injected > 0 {
      let threshold = SpecialFunctions.log(1 - level)
      result.coverage = fraction(toys.logCLs) { $0 > threshold }
      result.coverageOneSided = fraction(toys.logCLsPlusB) { $0 > threshold }
      result.coverageToys = coverageByToys(toys.statistics, nulls: nulls, alpha: 1 - level)
    }
    return result
  }

  /// How often CLs at the injected parameter is above α, with the distributions of q̃ that the toys
  /// themselves have: with the signal for CLs+b, without it for CLb.
  ///
  /// A toy counts in its own tail, so that no tail is empty. These are the distributions at the true
  /// background and nuisance parameters; limits by toys take those at their best values for each set
  /// of data.
  private func coverageByToys(
    _ statistics: [Double], nulls: [Double], alpha: Double
  ) -> ClosureFraction? {
    let signal = statistics.filter { !$0.isNaN }.sorted()
    let background = nulls.filter { !$0.isNaN }.sorted()
    guard !signal.isEmpty, !background.isEmpty else { return nil }
    func tail(_ q: Double, _ sorted: [Double]) -> Double {
      var low = 0, high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < q { low = middle + 1 } else { high = middle }
      }
      return Double(sorted.count - low) / Double(sorted.count)
    }
    return fraction(statistics) { tail($0, signal) > alpha * tail($0, background) }
  }

  /// What the toys without a signal say of p-values; nil where fewer than five can be used.
  package func uniformity(_ toys: ClosureToys) -> ClosureUniformity? {
    let roots = zip(toys.roots, toys.values).filter { $0.0.isFinite && $0.1.isFinite }
    guard roots.count >= 5 else { return nil }
    let pValues = roots.map { NormalDistribution.upperTail($0.0) }
    var counts = [Int](repeating: 0, count: ClosureResults.pValueBins)
    for p in pValues {
      counts[min(counts.count - 1, max(0, Int(p * Double(counts.count))))] += 1
    }
    let positive = roots.filter { $0.1 > 0 }.map { $0.0 * $0.0 }
    return ClosureUniformity(
      positive: fraction(roots.map(\.1)) { $0 > 0 },
      signedRoot: StatisticalTests.kolmogorov(pValues) { $0 },
      q0: positive.count >= 5
        ? StatisticalTests.kolmogorov(positive) {
          ChiSquaredDistribution.cumulative($0, degrees: 1)
        }
        : .nan, counts: counts)
  }

  /// How often something holds among the numbers that exist.
  private func fraction(_ values: [Double], _ holds: (Double) -> Bool) -> ClosureFraction {
    let known = values.filter { !$0.isNaN }
    let proportion = BinomialProportion(known.count(where: holds), of: known.count)
    let interval = proportion.interval(level: confidence)
    return ClosureFraction(
      count: proportion.successes, toys: known.count, low: interval.lowerBound,
      high: interval.upperBound)
  }

  private static func mean(_ values: [Double]) -> ClosureNumber {
    guard values.count >= 2 else { return .absent }
    let (mean, square, _) = moments(values)
    let n = Double(values.count)
    return ClosureNumber(mean, (square / n).squareRoot())
  }

  private static func width(_ values: [Double]) -> ClosureNumber {
    guard values.count >= 4 else { return .absent }
    let (_, square, fourth) = moments(values)
    let n = Double(values.count)
    guard square > 0 else { return .absent }
    let variance = max(fourth - square * square * (n - 3) / (n - 1), 0) / n
    return ClosureNumber(square.squareRoot(), variance.squareRoot() / (2 * square.squareRoot()))
  }

  /// Mean, variance (by n − 1) and fourth central moment (by n).
  private static func moments(_ values: [Double]) -> (Double, Double, Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    var square = 0.0, fourth = 0.0
    for value in values {
      let d = (value - mean) * (value - mean)
      square += d
      fourth += d * d
    }
    return (mean, square / (n - 1), fourth / n)
  }
}

/// What a closure flags, each seen with the confidence of its intervals.
public enum ClosureFlag: String, Equatable, Sendable, CaseIterable {
  /// The mean pull is beyond what is tolerated.
  case bias
  /// The width of the pulls is beyond what is tolerated.
  case width
  /// The limit covers less often than its level.
  case coverage
  /// The local p-values without a signal are not uniform.
  case pValues
  /// Fits of toys failed.
  case failures
}

extension ClosureResults {
  /// What is flagged at a hypothesis and strength.
  ///
  /// That is where the interval at `confidence` lies wholly beyond what is tolerated. Among many
  /// intervals some do so by chance.
  ///
  /// Coverage is that of the method of the limits: asymptotic, or by toys.
  public func flags(_ point: ClosurePoint, _ place: Int, limit: LimitSettings?) -> [ClosureFlag] {
    guard point.strengths.indices.contains(place) else { return [] }
    let strength = point.strengths[place]
    let deviations = NormalDistribution.quantile(0.5 + 0.5 * confidence)
    var flags: [ClosureFlag] = []
    let mean = strength.pullMean, spread = strength.pullWidth
    if abs(mean.value) - deviations * mean.error > bias { flags.append(.bias) }
    if abs(spread.value - 1) - deviations * spread.error > width { flags.append(.width) }
    if let limit, let coverage = point.coverage(place, by: limit), coverage.toys > 0,
      coverage.high < limit.level
    {
      flags.append(.coverage)
    }
    if strength.injected == 0, let found = point.uniformity,
      found.signedRoot < 1 - confidence || found.q0 < 1 - confidence
    {
      flags.append(.pValues)
    }
    if strength.failed > 0 { flags.append(.failures) }
    return flags
  }
}

extension ClosurePoint {
  /// Coverage at a strength by the method of the limits here: asymptotic, or by toys; nil for
  /// Bayesian limits, which no toy recomputes.
  public func coverage(_ place: Int, by limit: LimitSettings) -> ClosureFraction? {
    guard strengths.indices.contains(place), limit.posterior == nil else { return nil }
    let usesToys =
      limit.toys.map { $0.belowBackground.map { backgroundUnderPeak < $0 } ?? true } ?? false
    return usesToys ? strengths[place].coverageToys : strengths[place].coverage
  }
}
