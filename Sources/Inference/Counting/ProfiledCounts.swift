import NumericalMethods

/// The likelihood of a count and its control measurements, and its test statistics.
///
/// The control measurements are those of `CountingModel`: a control count, a normal estimate of
/// the background, of its logarithm in units of ln kappa, and the same of the efficiency. They
/// fluctuate with the count in the sampling distribution. Where one is continuous it orders outcomes
/// of equal count: however narrow, it splits the probability of the observed count, and limits are
/// a few percent below those of an exactly known background.
package struct ProfiledCounts {
  /// A count and its control measurements.
  package struct Data {
    var count: Int
    /// Control count, estimate of the background, or of θ with b = median · kappa^θ.
    var background: Double
    /// Estimate of the efficiency, or of θ with kappa^θ.
    var efficiency: Double
  }

  /// The nuisances that fit best at a strength, and -ln L without terms of the data alone.
  package struct Fit {
    var background: Double
    var efficiency: Double
    var nll: Double
  }

  package let model: CountingModel
  package let observed: Data

  package init(_ model: CountingModel) {
    self.model = model
    var background = model.background.estimate
    if case .onOff(let count, _) = model.background { background = Double(count) }
    if case .logNormal = model.background { background = 0 }
    var efficiency = 1.0
    if case .logNormal = model.efficiency { efficiency = 0 }
    observed = Data(count: model.observed, background: background, efficiency: efficiency)
  }

  /// λ - n ln λ; infinite where the count is impossible.
  private static func poisson(_ n: Int, _ mean: Double) -> Double {
    n == 0 ? mean : mean - Double(n) * SpecialFunctions.log(mean)
  }

  /// The background that fits best beside a signal, with the cost of its control measurement.
  private func background(_ signal: Double, _ data: Data) -> (b: Double, cost: Double) {
    let n = Double(data.count)
    switch model.background {
    case .exact(let b): return (b, 0)
    case .control, .inverted: return (model.background.estimate, 0)  // refused before
    case .gaussian(_, let width):
      // λ = signal + m - w² (1 - n/λ).
      let v = width * width, a = signal + data.background - v
      let root = (a * a + 4 * v * n).squareRoot()
      let mean = a >= 0 ? 0.5 * (a + root) : n == 0 ? 0 : 2 * v * n / (root - a)
      let b = max(mean - signal, 0), pull = (b - data.background) / width
      return (b, 0.5 * pull * pull)
    case .onOff(_, let ratio):
      let k = data.background, total = 1 + ratio
      let half = total * signal - n - k, root = (half * half + 4 * total * k * signal).squareRoot()
      let b = half > 0 ? 2 * k * signal / (half + root) : (root - half) / (2 * total)
      let cost = k == 0 ? ratio * b : ratio * b - k * SpecialFunctions.log(ratio * b)
      return (b, cost)
    case .logNormal(let median, let kappa):
      let c = SpecialFunctions.log(kappa), m = data.background
      func slope(_ theta: Double) -> Double {
        let b = median * SpecialFunctions.exp(c * theta)
        return (1 - n / (signal + b)) * b * c + theta - m
      }
      // At the lower end the slope is below zero, at the upper one above.
      let low = m - (median * SpecialFunctions.exp(c * m) * c + 1), high = m + n * c + 1
      let theta = RootFinding.brent(in: low...high, tolerance: 1e-12, slope).value
      return (median * SpecialFunctions.exp(c * theta), 0.5 * (theta - m) * (theta - m))
    }
  }

  /// The best fit of the nuisances at a strength.
  package func fit(_ strength: Double, _ data: Data) -> Fit {
    let signal = strength * model.yieldPerUnit, n = Double(data.count)
    func at(_ e: Double, _ cost: Double) -> Fit {
      let (b, second) = background(signal * e, data)
      return Fit(
        background: b, efficiency: e,
        nll: Self.poisson(data.count, signal * e + b) + second + cost)
    }
    /// 1 - n/λ, the derivative of the Poisson term in its mean.
    func pull(_ e: Double) -> Double {
      let mean = signal * e + background(signal * e, data).b
      return n == 0 ? 1 : 1 - n / mean
    }
    let m = data.efficiency
    switch model.efficiency {
    case .exact: return at(1, 0)
    case .gaussian(let size):
      func cost(_ e: Double) -> Double { 0.5 * (e - m) * (e - m) / (size * size) }
      if signal == 0 { return at(max(m, 0), cost(max(m, 0))) }
      func slope(_ e: Double) -> Double { (e - m) / (size * size) + signal * pull(e) }
      let least = 1e-12
      if slope(least) >= 0 { return at(least, cost(least)) }
      var high = max(m, 0) + size
      while slope(high) < 0 { high += max(high, size) }
      let e = RootFinding.brent(in: least...high, tolerance: 1e-12, slope).value
      return at(e, cost(e))
    case .logNormal(let kappa):
      let c = SpecialFunctions.log(kappa)
      if signal == 0 { return at(SpecialFunctions.exp(c * m), 0) }
      func slope(_ theta: Double) -> Double {
        let e = SpecialFunctions.exp(c * theta)
        return theta - m + signal * e * c * pull(e)
      }
      let low = m - (signal * SpecialFunctions.exp(c * m) * c + 1), high = m + n * c + 1
      let theta = RootFinding.brent(in: low...high, tolerance: 1e-12, slope).value
      return at(SpecialFunctions.exp(c * theta), 0.5 * (theta - m) * (theta - m))
    }
  }

  /// The fitted strength, not below zero, and -ln L there.
  private func best(_ data: Data) -> (strength: Double, nll: Double) {
    var free = data.background, cost = 0.0
    switch model.background {
    case .exact(let b): free = b
    case .control, .inverted: free = model.background.estimate
    case .gaussian(_, let width):
      let pull = min(data.background, 0) / width
      (free, cost) = (max(data.background, 0), 0.5 * pull * pull)
    case .onOff(_, let ratio):
      let k = data.background
      (free, cost) = (k / ratio, k == 0 ? 0 : k - k * SpecialFunctions.log(k))
    case .logNormal(let median, let kappa):
      free = median * SpecialFunctions.exp(SpecialFunctions.log(kappa) * data.background)
    }
    let n = Double(data.count)
    guard n > free else { return (0, fit(0, data).nll) }
    var efficiency = data.efficiency
    if case .logNormal(let kappa) = model.efficiency {
      efficiency = SpecialFunctions.exp(SpecialFunctions.log(kappa) * data.efficiency)
    }
    // An estimate at or below zero is fitted by no efficiency and endless strength.
    if case .gaussian(let size) = model.efficiency, efficiency <= 0 {
      let pull = efficiency / size
      return (.infinity, Self.poisson(data.count, n) + cost + 0.5 * pull * pull)
    }
    return ((n - free) / (model.yieldPerUnit * efficiency), Self.poisson(data.count, n) + cost)
  }

  /// The test statistic q-tilde of a strength: equation 16 of arXiv:1007.1727.
  package func testStatistic(_ strength: Double, _ data: Data) -> Double {
    let (fitted, least) = best(data)
    return fitted >= strength ? 0 : max(2 * (fit(strength, data).nll - least), 0)
  }

  /// The test statistic q0 of a discovery: equation 12 of arXiv:1007.1727.
  package func discoveryStatistic(_ data: Data) -> Double {
    let (fitted, least) = best(data)
    return fitted <= 0 ? 0 : max(2 * (fit(0, data).nll - least), 0)
  }
}
