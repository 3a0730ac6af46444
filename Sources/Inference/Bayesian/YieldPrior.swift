import NumericalMethods

/// The prior of the product of all yield factors of a signal.
struct YieldPrior {
  /// Nodes of the factor's prior, and of the prior over the factor.
  let nodes: PriorNodes
  let overFactor: PriorNodes
  /// The second with a deeper cut, where it is improper.
  let deeper: PriorNodes?

  /// Where normal priors end, in widths.
  static let cut = 8.0
  private static let most = 4096

  init(_ nuisances: [Nuisance]) {
    var square = 0.0, factors: [EfficiencyKnowledge] = []
    for nuisance in nuisances where nuisance.target == .yield {
      switch nuisance.constraint {
      case .logNormal:
        let k = SpecialFunctions.log1p(nuisance.size)
        square += k * k
      case .gaussian: factors.append(.gaussian(size: nuisance.size))
      }
    }
    // Log-normal factors are one.
    if square > 0 { factors.append(.logNormal(kappa: SpecialFunctions.exp(square.squareRoot()))) }
    let cut = Self.cut, isImproper = factors.contains { $0.isImproper(cut: cut) }
    let order = factors.count > 1 ? 0 : isImproper ? 3 : 1
    func product(_ make: (EfficiencyKnowledge) -> PriorNodes) -> PriorNodes {
      factors.map(make).reduce(.one) { Self.merged(Self.product($0, $1)) }
    }
    nodes = product { $0.nodes(cut: cut, order: order) }
    overFactor = product { $0.nodesOverEfficiency(cut: cut, order: order) }
    deeper =
      isImproper
      ? product {
        $0.nodesOverEfficiency(
          cut: cut, order: order, floor: 1e-3 * EfficiencyKnowledge.floor)
      } : nil
  }

  private static func product(_ a: PriorNodes, _ b: PriorNodes) -> PriorNodes {
    if a.values.count == 1, a.values[0] == 1 { return b }
    var out = PriorNodes(values: [], weights: [])
    for (x, v) in zip(a.values, a.weights) {
      for (y, w) in zip(b.values, b.weights) where v * w > 1e-16 {
        out.values.append(x * y)
        out.weights.append(v * w)
      }
    }
    return out
  }

  /// Joins neighbours where there are too many; their mean stays.
  private static func merged(_ nodes: PriorNodes) -> PriorNodes {
    let n = nodes.values.count
    guard n > most else { return nodes }
    let sorted = nodes.values.indices.sorted { nodes.values[$0] < nodes.values[$1] }
    var out = PriorNodes(values: [], weights: [])
    let each = (n + most - 1) / most
    for start in stride(from: 0, to: n, by: each) {
      var weight = 0.0, sum = 0.0
      for i in sorted[start..<min(start + each, n)] {
        weight += nodes.weights[i]
        sum += nodes.weights[i] * nodes.values[i]
      }
      out.values.append(sum / weight)
      out.weights.append(weight)
    }
    return out
  }
}
