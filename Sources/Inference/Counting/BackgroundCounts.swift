import NumericalMethods

/// The distribution of the background's count, its knowledge averaged over: P(k) and P(<= k).
///
/// With a signal of expectation λ added, P(<= n) = Σ_j Poisson(j | λ) P(<= n - j): the integral over
/// the background is done once for all strengths.
struct BackgroundCounts {
  private(set) var probability: [Double]
  private(set) var cumulative: [Double] = []
  /// Whether the quadrature has reached its goal.
  private(set) var isConverged = true

  init(_ background: BackgroundKnowledge, cut: Double, upTo most: Int) {
    probability = [Double](repeating: 0, count: most + 1)
    switch background {
    case .exact(let b): Self.add(b, 1, &probability)
    case .onOff(let count, let ratio): fillGamma(Double(count) + 1, ratio)
    case .gaussian(let mean, let width):
      average { .gaussian(mean: mean, width: width, cut: cut, order: $0) }
    case .logNormal(let median, let kappa):
      average { .logNormal(median: median, kappa: kappa, cut: cut, order: $0) }
    case .control, .inverted:
      if let mixture = GammaMixture(background, cut: cut) {
        probability = mixture.countProbabilities(upTo: most)
      }
    }
    var sum = CompensatedSum()
    cumulative = probability.map {
      sum += $0
      return sum.total
    }
  }

  /// A gamma prior makes the count negative binomial.
  private mutating func fillGamma(_ shape: Double, _ rate: Double) {
    // (rate/(1+rate))^shape (1+rate)^-k Γ(k+shape) / (k! Γ(shape)).
    let start = shape * SpecialFunctions.log1p(1 / rate) + SpecialFunctions.lgamma(shape)
    let each = SpecialFunctions.log1p(rate)
    for k in probability.indices {
      let x = Double(k)
      probability[k] = SpecialFunctions.exp(
        SpecialFunctions.lgamma(x + shape) - SpecialFunctions.lgamma(x + 1) - start - x * each)
    }
  }

  private mutating func average(_ nodes: (Int) -> PriorNodes) {
    var before: [Double] = []
    for order in PriorNodes.orders.indices {
      var sum = [Double](repeating: 0, count: probability.count)
      let prior = nodes(order)
      for (b, w) in zip(prior.values, prior.weights) { Self.add(b, w, &sum) }
      if !before.isEmpty {
        // The smallest cumulative probability that matters is that of the observed count, the last.
        var (change, total) = (0.0, 0.0)
        for (x, y) in zip(sum, before) {
          change += (x - y).magnitude
          total += x
        }
        isConverged = change <= 1e-9 * total
      }
      probability = sum
      before = sum
      if order > 0, isConverged { return }
    }
  }

  /// Adds `weight` times the Poisson probabilities of a mean, from the mode outwards.
  static func add(_ mean: Double, _ weight: Double, _ sum: inout [Double]) {
    let last = sum.count - 1, mode = min(last, Int(mean))
    let top = weight * SpecialFunctions.exp(PoissonDistribution.logProbability(mode, mean: mean))
    var p = top, k = mode
    while k <= last, p > 1e-300 {
      sum[k] += p
      k += 1
      p *= mean / Double(k)
    }
    guard mean > 0 else { return }
    p = top
    k = mode
    while k > 0, p > 1e-300 {
      p *= Double(k) / mean
      k -= 1
      sum[k] += p
    }
  }
}

/// P(<= n) of signal and background, and its derivative in the signal.
struct CountTail {
  let count: Int
  /// The background where it is known exactly.
  private let exact: Double?
  private let background: BackgroundCounts

  init(_ model: CountingModel, count: Int) {
    self.count = count
    if case .exact(let b) = model.background {
      exact = b
      background = BackgroundCounts(.exact(0), cut: 1, upTo: 0)
    } else {
      exact = nil
      background = BackgroundCounts(model.background, cut: model.cut, upTo: count)
    }
  }

  var isConverged: Bool { background.isConverged }

  /// P(<= n) for a signal of expectation λ, and its derivative: minus P(n), the averaged likelihood.
  func evaluate(_ signal: Double) -> (below: Double, slope: Double) {
    if let exact {
      let mean = exact + signal
      return (
        PoissonDistribution.cumulative(count, mean: mean),
        -SpecialFunctions.exp(PoissonDistribution.logProbability(count, mean: mean))
      )
    }
    let mode = min(count, Int(signal))
    let top = SpecialFunctions.exp(PoissonDistribution.logProbability(mode, mean: signal))
    var below = 0.0, at = 0.0
    var p = top, j = mode
    while j <= count, p > 1e-300 {
      below += p * background.cumulative[count - j]
      at += p * background.probability[count - j]
      j += 1
      p *= signal / Double(j)
    }
    guard signal > 0 else { return (below, -at) }
    p = top
    j = mode
    while j > 0, p > 1e-300 {
      p *= Double(j) / signal
      j -= 1
      below += p * background.cumulative[count - j]
      at += p * background.probability[count - j]
    }
    return (below, -at)
  }

  /// The same averaged over an efficiency, derivative in the strength.
  func evaluate(
    _ strength: Double, _ yield: Double, _ efficiency: PriorNodes
  ) -> (below: Double, slope: Double) {
    var below = 0.0, slope = 0.0
    for (e, w) in zip(efficiency.values, efficiency.weights) {
      let part = evaluate(strength * yield * e)
      below += w * part.below
      slope += w * part.slope * yield * e
    }
    return (below, slope)
  }

  /// P(n), the averaged likelihood of a strength.
  func likelihood(_ strength: Double, _ yield: Double, _ efficiency: PriorNodes) -> Double {
    var sum = 0.0
    for (e, w) in zip(efficiency.values, efficiency.weights) {
      sum -= w * evaluate(strength * yield * e).slope
    }
    return sum
  }
}
