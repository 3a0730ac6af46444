import NumericalMethods

extension BackgroundKnowledge {
  /// The central interval of the expected background, from its prior alone.
  ///
  /// - Parameters:
  ///   - probability: Its probability, in (0, 1).
  ///   - cut: Where normal priors end, in standard deviations.
  /// - Returns: Both ends; equal where the background is known.
  public func interval(_ probability: Double, cut: Double = 8) -> (low: Double, high: Double) {
    let tail = 0.5 * (1 - probability)
    return (quantile(tail, cut: cut), quantile(1 - tail, cut: cut))
  }

  /// The value that the expected background is below with a probability.
  public func quantile(_ probability: Double, cut: Double = 8) -> Double {
    let z = NormalDistribution.quantile(probability)
    switch self {
    case .exact(let b): return b
    case .logNormal(let median, let kappa):
      return median * SpecialFunctions.exp(z * SpecialFunctions.log(kappa))
    case .gaussian(let mean, let width):
      guard width > 0 else { return mean }
      let zero = NormalDistribution.cumulative(-mean / width)
      return mean + width * NormalDistribution.quantile(zero + probability * (1 - zero))
    case .onOff(let count, let ratio):
      return BackgroundKnowledge.control(count: Double(count), ratio: ratio, kappa: 1)
        .quantile(probability, cut: cut)
    case .control, .inverted:
      guard let mixture = GammaMixture(self, cut: cut) else { return .nan }
      func excess(_ logarithm: Double) -> Double {
        mixture.cumulative(SpecialFunctions.exp(logarithm)) - probability
      }
      let start = SpecialFunctions.log(max(estimate, 1e-3))
      var (low, high) = (start - 2, start + 2)
      while excess(low) > 0, low > -600 { low -= 4 }
      while excess(high) < 0, high < 600 { high += 4 }
      let root = RootFinding.brent(in: low...high, tolerance: 1e-10, excess)
      return root.status == .converged ? SpecialFunctions.exp(root.value) : .nan
    }
  }
}
