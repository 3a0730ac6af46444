import NumericalMethods

/// A background whose expectation is a gamma variable times an independent factor, at nodes.
///
/// Given the factor its count is negative binomial: all sums over it are exact.
struct GammaMixture {
  /// Shape of the gamma variable, > 0.
  let shape: Double
  /// The factors, with weights that add up to one.
  let factors: PriorNodes

  /// The prior of a control sum or of inverted counts; nil for another kind of knowledge.
  init?(_ background: BackgroundKnowledge, cut: Double) {
    switch background {
    case .control(let count, let ratio, let kappa):
      shape = count + 1
      factors = Self.relative(kappa, cut).scaled(by: 1 / ratio)
    case .inverted(let first, let second, let both, let ratio, let kappa):
      // The larger count is the gamma variable: the quotient of the others is spread least.
      shape = Double(max(first, second)) + 1
      factors = Self.quotient(Double(min(first, second)) + 1, Double(both) + 1).times(
        Self.relative(kappa, cut)
      ).scaled(by: 1 / ratio)
    case .exact, .gaussian, .logNormal, .onOff: return nil
    }
  }

  /// A factor whose logarithm is normal, by enough nodes for any kappa up to 100.
  private static func relative(_ kappa: Double, _ cut: Double) -> PriorNodes {
    kappa == 1 ? .one : .logNormal(median: 1, kappa: kappa, cut: min(cut, 6), order: 0)
  }

  /// The quotient of two gamma variables of these shapes.
  ///
  /// Its logarithm l has the density u^a (1 - u)^b with u = 1 / (1 + exp(-l)): analytic, so that equal steps
  /// over all of it are exact to rounding.
  private static func quotient(_ a: Double, _ b: Double) -> PriorNodes {
    func logDensity(_ l: Double) -> Double {
      -a * SpecialFunctions.log1p(SpecialFunctions.exp(-l))
        - b * SpecialFunctions.log1p(SpecialFunctions.exp(l))
    }
    let middle = SpecialFunctions.log(a / b), top = logDensity(middle)
    func end(_ direction: Double) -> Double {
      var step = 1.0
      while logDensity(middle + direction * step) > top - 42, step < 600 { step *= 1.25 }
      return middle + direction * step
    }
    let (low, high) = (end(-1), end(1)), count = 240
    var nodes = PriorNodes(values: [], weights: []), sum = 0.0
    for i in 0...count {
      let l = low + (high - low) * Double(i) / Double(count)
      let weight = SpecialFunctions.exp(logDensity(l) - top)
      if weight < 1e-19 { continue }
      nodes.values.append(SpecialFunctions.exp(l))
      nodes.weights.append(weight)
      sum += weight
    }
    for i in nodes.weights.indices { nodes.weights[i] /= sum }
    return nodes
  }

  /// P(n) for n = 0…most.
  func countProbabilities(upTo most: Int) -> [Double] {
    var sum = [Double](repeating: 0, count: most + 1)
    for (factor, weight) in zip(factors.values, factors.weights) {
      // (1 + f)^-shape Π (shape + k) f / ((k + 1)(1 + f)), from the mode outwards.
      let part = factor / (1 + factor)
      let mode = Int(min(Double(most), max(0, (shape - 1) * factor)))
      let top =
        weight
        * SpecialFunctions.exp(
          SpecialFunctions.lgamma(shape + Double(mode)) - SpecialFunctions.lgamma(shape)
            - SpecialFunctions.lgamma(Double(mode) + 1)
            - shape * SpecialFunctions.log1p(factor) + Double(mode) * SpecialFunctions.log(part))
      var p = top, k = mode
      while k <= most, p > 1e-300 {
        sum[k] += p
        p *= (shape + Double(k)) / Double(k + 1) * part
        k += 1
      }
      p = top
      k = mode
      while k > 0, p > 1e-300 {
        p *= Double(k) / ((shape + Double(k) - 1) * part)
        k -= 1
        sum[k] += p
      }
    }
    return sum
  }

  /// P(>= n) without cancellation.
  func upperTail(atLeast n: Int) -> Double {
    guard n > 0 else { return 1 }
    var sum = 0.0
    for (factor, weight) in zip(factors.values, factors.weights) {
      sum +=
        weight * SpecialFunctions.incompleteBeta(Double(n), shape, factor / (1 + factor))
    }
    return min(sum, 1)
  }

  /// The probability that the expectation is at most b.
  func cumulative(_ b: Double) -> Double {
    var sum = 0.0
    for (factor, weight) in zip(factors.values, factors.weights) {
      sum += weight * SpecialFunctions.gammaP(shape, b / factor)
    }
    return sum
  }
}

extension PriorNodes {
  /// All values times a number.
  func scaled(by factor: Double) -> PriorNodes {
    PriorNodes(values: values.map { factor * $0 }, weights: weights)
  }

  /// The product with an independent variable.
  func times(_ other: PriorNodes) -> PriorNodes {
    if other.values.count == 1 { return scaled(by: other.values[0]) }
    var nodes = PriorNodes(values: [], weights: [])
    for (x, w) in zip(values, weights) {
      for (y, v) in zip(other.values, other.weights) where w * v > 1e-17 {
        nodes.values.append(x * y)
        nodes.weights.append(w * v)
      }
    }
    return nodes
  }
}
