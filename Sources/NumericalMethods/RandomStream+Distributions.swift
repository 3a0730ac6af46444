extension RandomStream {
  /// Draws from the standard normal distribution (Box and Muller, both numbers used).
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    let radius = (-2 * SpecialFunctions.log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareNormal = radius * SpecialFunctions.sin(angle)
    return radius * SpecialFunctions.cos(angle)
  }

  /// Draws from the normal distribution with this mean and width.
  public mutating func normal(mean: Double, width: Double) -> Double { mean + width * normal() }

  /// Draws from the exponential distribution with this mean.
  public mutating func exponential(mean: Double = 1) -> Double {
    -mean * SpecialFunctions.log(uniform())
  }

  /// Draws a count from the Poisson distribution; `mean` is finite, from 0 to 1e15.
  ///
  /// Sequential search below 10, then transformed rejection (PTRS of Hoermann 1993).
  public mutating func poisson(mean: Double) -> Int {
    precondition(mean >= 0 && mean <= 1e15, "poisson: the mean must be in [0, 1e15]")
    if mean < 10 {
      var probability = SpecialFunctions.exp(-mean)
      var sum = probability
      var count = 0
      let target = uniform()
      while target > sum, count < 200 {
        count += 1
        probability *= mean / Double(count)
        sum += probability
      }
      return count
    }
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let vr = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let us = 0.5 - u.magnitude
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07 && v <= vr { return Int(k) }
      if k < 0 || (us < 0.013 && v > us) { continue }
      let bound = SpecialFunctions.log(v * inverseAlpha / (a / (us * us) + b))
      if bound <= PoissonDistribution.logProbability(Int(k), mean: mean) { return Int(k) }
    }
  }

  /// Draws an index in 0..<`count`, all with the same probability (Lemire 2019).
  public mutating func index(below count: Int) -> Int {
    precondition(count > 0, "index(below:): the count must be positive")
    let n = UInt64(count)
    var product = bits().multipliedFullWidth(by: n)
    if product.low < n {
      let threshold = (0 &- n) % n
      while product.low < threshold { product = bits().multipliedFullWidth(by: n) }
    }
    return Int(product.high)
  }

  /// Draws an index with the probabilities of `weights`, which are not negative and not all zero.
  public mutating func index(weights: [Double]) -> Int {
    var total = 0.0
    for w in weights { total += w }
    precondition(total > 0 && total.isFinite, "index(weights:): the weights must have a sum")
    var target = uniform() * total
    var last = 0
    for (i, w) in weights.enumerated() where w > 0 {
      if target < w { return i }
      target -= w
      last = i
    }
    return last
  }

  /// Draws true with probability `p`.
  public mutating func chance(_ p: Double) -> Bool { uniform() < p }
}
