import NumericalMethods

/// A prior as nodes and weights; the weights add up to one.
struct PriorNodes {
  var values: [Double]
  var weights: [Double]

  /// A value that is known.
  static let one = PriorNodes(values: [1], weights: [1])

  /// Numbers of nodes tried in turn.
  static let orders = [48, 96, 192, 384, 768]
  private static let rules = orders.map(GaussLegendreRule.init(count:))

  /// A normal prior cut at zero and `cut` widths from its mean, by Gauss-Legendre quadrature.
  static func gaussian(mean: Double, width: Double, cut: Double, order: Int) -> PriorNodes {
    let low = max(mean - cut * width, 0), high = mean + cut * width
    return make(low, high, order, { $0 }) { x in
      let z = (x - mean) / width
      return SpecialFunctions.exp(-0.5 * z * z)
    }
  }

  /// A normal prior times 1/x, from a value above zero on, with nodes even in ln x.
  static func reciprocalGaussian(
    mean: Double, width: Double, from low: Double, cut: Double, order: Int
  ) -> PriorNodes {
    let (a, b) = (SpecialFunctions.log(low), SpecialFunctions.log(mean + cut * width))
    return make(a, b, order, SpecialFunctions.exp) { u in
      let z = (SpecialFunctions.exp(u) - mean) / width
      return SpecialFunctions.exp(-0.5 * z * z)
    }
  }

  /// A prior that is normal in the logarithm.
  static func logNormal(median: Double, kappa: Double, cut: Double, order: Int) -> PriorNodes {
    let k = SpecialFunctions.log(kappa)
    return make(-cut, cut, order, { median * SpecialFunctions.exp(k * $0) }) {
      SpecialFunctions.exp(-0.5 * $0 * $0)
    }
  }

  private static func make(
    _ low: Double, _ high: Double, _ order: Int, _ value: (Double) -> Double,
    _ density: (Double) -> Double
  ) -> PriorNodes {
    let rule = rules[min(order, rules.count - 1)]
    let half = 0.5 * (high - low)
    var nodes = PriorNodes(values: [], weights: []), sum = 0.0
    for (x, w) in zip(rule.nodes, rule.weights) {
      let at = low + half + half * x, weight = w * density(at)
      if weight < 1e-30 { continue }
      nodes.values.append(value(at))
      nodes.weights.append(weight)
      sum += weight
    }
    for i in nodes.weights.indices { nodes.weights[i] /= sum }
    return nodes
  }

  /// The same with each weight divided by its value: what a flat prior of a strength makes of the
  /// prior of a factor beside it.
  var dividedByValue: PriorNodes {
    var nodes = self, sum = 0.0
    for i in nodes.weights.indices {
      nodes.weights[i] /= nodes.values[i]
      sum += nodes.weights[i]
    }
    for i in nodes.weights.indices { nodes.weights[i] /= sum }
    return nodes
  }

  /// The mean of the prior.
  var mean: Double {
    var sum = 0.0
    for (x, w) in zip(values, weights) { sum += w * x }
    return sum
  }
}

extension EfficiencyKnowledge {
  /// The number of quadratures to try, 1 where nothing is integrated.
  var orders: Int { self == .exact ? 1 : PriorNodes.orders.count }

  /// The prior of the efficiency by the quadrature of an order.
  func nodes(cut: Double, order: Int) -> PriorNodes {
    switch self {
    case .exact: .one
    case .gaussian(let size):
      .gaussian(mean: 1, width: size, cut: cut, order: order)
    case .logNormal(let kappa):
      .logNormal(median: 1, kappa: kappa, cut: cut, order: order)
    }
  }

  /// Whether ∫ prior(e) / e de diverges: with a flat prior of the strength no posterior exists.
  func isImproper(cut: Double) -> Bool {
    if case .gaussian(let size) = self { return 1 - cut * size <= 0 }
    return false
  }

  /// The efficiency below which an improper posterior is cut, relative to the nominal one.
  static let floor = 1e-3

  /// The prior divided by the efficiency, cut at `floor` where it is improper.
  func nodesOverEfficiency(cut: Double, order: Int, floor: Double = floor) -> PriorNodes {
    if case .gaussian(let size) = self, isImproper(cut: cut) {
      return .reciprocalGaussian(mean: 1, width: size, from: floor, cut: cut, order: order)
    }
    return nodes(cut: cut, order: order).dividedByValue
  }
}
