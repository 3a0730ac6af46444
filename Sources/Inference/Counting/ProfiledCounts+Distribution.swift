import NumericalMethods

// The exact sampling distribution of the test statistics at given true values.
extension ProfiledCounts {
  /// True values of strength and nuisances.
  package struct Truth {
    var strength: Double
    var background: Double
    var efficiency: Double

    init(_ strength: Double, _ fit: Fit) {
      (self.strength, background, efficiency) = (strength, fit.background, fit.efficiency)
    }
  }

  /// What is left out of sums and integrals on either side.
  private static let neglected = 1e-13
  /// Where a normal control measurement's distribution ends, in widths.
  private static let widest = 7.5

  /// The probability of q >= `q`, for statistics that grow with the control measurements.
  ///
  /// Summed over the counts and the control count; beyond which value of a normal control
  /// measurement the statistic exceeds q is found as a root; a second one is integrated over.
  package func probability(
    of q: Double, _ truth: Truth, _ statistic: (Data) -> Double
  ) -> Double {
    // Equal statistics may differ in their last digits.
    let limit = q.isFinite ? q - 1e-9 * q - 1e-12 : q
    if limit <= 0 { return 1 }
    let mean = truth.strength * model.yieldPerUnit * truth.efficiency + truth.background
    let (centre, width) = efficiencyMeasurement(truth)
    switch (model.background, model.efficiency) {
    case (.exact(let b), .exact):
      return sum(mean) { n in
        statistic(Data(count: n, background: b, efficiency: 1)) >= limit ? 1 : 0
      }
    case (.onOff(_, let ratio), .exact):
      return staircase(mean, ratio * truth.background) { n, k in
        statistic(Data(count: n, background: Double(k), efficiency: 1)) >= limit
      }
    case (.exact(let b), _):
      return sum(mean) { n in
        above(centre, width) {
          statistic(Data(count: n, background: b, efficiency: $0)) - limit
        }
      }
    case (.onOff(_, let ratio), _):
      let controls = Self.range(ratio * truth.background)
      return sum(mean) { n in
        var part = CompensatedSum()
        for k in controls {
          let weight = SpecialFunctions.exp(
            PoissonDistribution.logProbability(k, mean: ratio * truth.background))
          part +=
            weight
            * above(centre, width) {
              statistic(Data(count: n, background: Double(k), efficiency: $0)) - limit
            }
        }
        return part.total
      }
    case (_, .exact): return overBackground(mean, truth, 1, limit, statistic)
    default:
      let nodes = PriorNodes.integration(centre, width, Self.widest)
      var total = CompensatedSum()
      for (e, w) in zip(nodes.values, nodes.weights) {
        total += w * overBackground(mean, truth, e, limit, statistic)
      }
      return total.total
    }
  }

  /// Centre and width of the efficiency's control measurement.
  private func efficiencyMeasurement(_ truth: Truth) -> (Double, Double) {
    switch model.efficiency {
    case .exact: (1, 0)
    case .gaussian(let size): (truth.efficiency, size)
    case .logNormal(let kappa):
      (SpecialFunctions.log(truth.efficiency) / SpecialFunctions.log(kappa), 1)
    }
  }

  /// Centre and width of the control measurement of a background known by a normal estimate.
  private func backgroundMeasurement(_ truth: Truth) -> (Double, Double) {
    switch model.background {
    case .gaussian(_, let width): (truth.background, width)
    case .logNormal(let median, let kappa):
      (SpecialFunctions.log(truth.background / median) / SpecialFunctions.log(kappa), 1)
    case .exact, .onOff, .control, .inverted: (truth.background, 0)
    }
  }

  private func overBackground(
    _ mean: Double, _ truth: Truth, _ efficiency: Double, _ limit: Double,
    _ statistic: (Data) -> Double
  ) -> Double {
    let (centre, width) = backgroundMeasurement(truth)
    return sum(mean) { n in
      above(centre, width) {
        statistic(Data(count: n, background: $0, efficiency: efficiency)) - limit
      }
    }
  }

  /// The probability of q0 >= `q` without a signal: q0 grows with the count and falls with the
  /// background's control measurement; the efficiency does not matter.
  package func discoveryProbability(of q: Double, background: Double) -> Double {
    let limit = q.isFinite ? q - 1e-9 * q - 1e-12 : q
    if limit <= 0 { return 1 }
    func reaches(_ n: Int, _ control: Double) -> Bool {
      discoveryStatistic(
        Data(count: n, background: control, efficiency: observed.efficiency)) >= limit
    }
    let truth = Truth(0, Fit(background: background, efficiency: 1, nll: 0))
    let (centre, width) = backgroundMeasurement(truth)
    let mean = background
    switch model.background {
    case .exact, .control, .inverted: return sum(mean) { reaches($0, mean) ? 1 : 0 }
    case .onOff(_, let ratio):
      let controls = Self.range(ratio * mean)
      var most = controls.lowerBound - 1
      return sum(mean) { n in
        while most < controls.upperBound, reaches(n, Double(most + 1)) { most += 1 }
        return PoissonDistribution.cumulative(most, mean: ratio * mean)
      }
    case .gaussian, .logNormal:
      return sum(mean) { n in
        let low = centre - Self.widest * width, high = centre + Self.widest * width
        if !reaches(n, low) { return 0 }
        if reaches(n, high) { return 1 }
        let root = RootFinding.brent(in: low...high, tolerance: 1e-9 * width) {
          discoveryStatistic(
            Data(count: n, background: $0, efficiency: observed.efficiency)) - limit
        }
        return NormalDistribution.cumulative((root.value - centre) / width)
      }
    }
  }

  /// The probability that a normal measurement lies where a growing function is not below zero.
  private func above(_ centre: Double, _ width: Double, _ excess: (Double) -> Double) -> Double {
    let low = centre - Self.widest * width, high = centre + Self.widest * width
    if excess(low) >= 0 { return 1 }
    if excess(high) < 0 { return 0 }
    let root = RootFinding.brent(in: low...high, tolerance: 1e-9 * width, excess)
    return NormalDistribution.upperTail((root.value - centre) / width)
  }

  /// Counts outside of which next to nothing lies.
  package static func range(_ mean: Double) -> ClosedRange<Int> {
    let spread = 7.5 * mean.squareRoot()
    var high = Int(mean + spread) + 8
    while PoissonDistribution.upperTail(atLeast: high + 1, mean: mean) > neglected { high += 4 }
    return max(0, Int(mean - spread) - 4)...high
  }

  private func sum(_ mean: Double, _ part: (Int) -> Double) -> Double {
    var total = CompensatedSum()
    for n in Self.range(mean) {
      let p = SpecialFunctions.exp(PoissonDistribution.logProbability(n, mean: mean))
      total += p * part(n)
    }
    return total.total
  }

  /// The probability of a set of counts and control counts that, with a pair, holds all with a
  /// smaller count or a larger control count.
  private func staircase(
    _ mean: Double, _ control: Double, _ isInside: (Int, Int) -> Bool
  ) -> Double {
    let controls = Self.range(control)
    var least = controls.lowerBound, total = CompensatedSum()
    for n in Self.range(mean) {
      while least <= controls.upperBound, !isInside(n, least) { least += 1 }
      if least > controls.upperBound { break }
      total +=
        SpecialFunctions.exp(PoissonDistribution.logProbability(n, mean: mean))
        * (least == controls.lowerBound
          ? 1 : PoissonDistribution.upperTail(atLeast: least, mean: control))
    }
    return total.total
  }
}

extension PriorNodes {
  /// A normal distribution, not cut at zero.
  package static func integration(_ centre: Double, _ width: Double, _ cut: Double) -> PriorNodes {
    let unit = gaussian(mean: cut, width: 1, cut: cut, order: 0)
    var nodes = unit
    for i in nodes.values.indices { nodes.values[i] = centre + width * (unit.values[i] - cut) }
    return nodes
  }
}
