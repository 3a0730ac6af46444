extension Likelihood {
  /// The model's starts with some of them replaced.
  func startValues(_ start: [String: Double] = [:]) -> [Double] {
    var values = model.parameters.map(\.start)
    for (name, value) in start { values[place(of: name)] = value }
    return values
  }

  /// The range of a parameter: its own limits, and those of its use.
  func range(_ i: Int) -> (low: Double, high: Double) {
    let p = model.parameters[i], role = roles[i]
    return (max(p.minimum, role.lowest), min(p.maximum, role.highest))
  }

  /// Minimises, with further starts where one fails; a minimum at a limit is looked for from two.
  func minimise(from values: [Double], fixing fixed: [Int], attempts: Int = 4) -> RawFit {
    var best = RawFit(), calls = 0
    for attempt in 0..<attempts {
      let raw = minimiseOnce(from: values, fixing: fixed, attempt: attempt)
      calls += raw.calls
      let isBetter =
        raw.status.isValid && (!best.status.isValid || raw.nll < best.nll - 1e-9)
      if best.values.isEmpty || isBetter { best = raw }
      if best.status.isValid, attempt > 0 || !best.isAtLimit { break }
    }
    best.calls = calls
    return best
  }

  private func minimiseOnce(from values: [Double], fixing fixed: [Int], attempt: Int) -> RawFit {
    let n = objective.count
    newton.reset(n)
    newton.mirrorsNegativeCurvature = true
    newton.mostCalls = 400
    let factor = [1.0, 0.6, 1.6, 0.3][attempt % 4]
    for i in 0..<n {
      let p = model.parameters[i], (low, high) = range(i)
      newton.isFixed[i] = p.isFixed || !roles[i].isUsed || fixed.contains(i)
      newton.longestStep[i] = roles[i].longestStep
      newton.q[i] = values[i]
      newton.ridge[i] = roles[i].leastCurvature
      if newton.isFixed[i] { continue }
      newton.lower[i] = low
      newton.upper[i] = high
      if attempt > 0 {
        if p.constraint != nil {
          newton.q[i] = p.start
        } else {
          newton.q[i] = values[i] == 0 && roles[i].isYield ? factor : values[i] * factor
        }
      }
      newton.q[i] = min(max(newton.q[i], low), high)
    }
    objective.release()
    return newton.minimise(objective)
  }

  /// Takes the covariance at the minimum itself: the last step of a fit ends without a new Hessian.
  ///
  /// To be called right after the fit.
  func refineCovariance(_ raw: inout RawFit) {
    guard raw.status == .converged else { return }
    let n = objective.count
    var value = 0.0
    raw.calls += 1
    guard
      objective.evaluate(
        newton.q, value: &value, gradient: newton.gradient, hessian: newton.hessian),
      newton.invert(n)
    else { return }
    for i in 0..<(n * n) { raw.covariance[i] = newton.inverse[i] }
  }

  /// H⁻¹ D H⁻¹ with D the variance of the score.
  func sandwich(_ raw: inout RawFit) {
    let n = objective.count
    var middle = [Double](repeating: 0, count: n * n), scratch = [Double](repeating: 0, count: n)
    guard objective.scoreVariance(raw.values, into: &middle, scratch: &scratch) else {
      raw.status = .notANumber
      return
    }
    func product(_ a: [Double], _ b: [Double]) -> [Double] {
      var out = [Double](repeating: 0, count: n * n)
      for i in 0..<n {
        for k in 0..<n where a[i * n + k] != 0 {
          for j in 0..<n { out[i * n + j] += a[i * n + k] * b[k * n + j] }
        }
      }
      return out
    }
    raw.covariance = product(product(raw.covariance, middle), raw.covariance)
  }

  /// A fit with the names of the parameters.
  func result(_ raw: RawFit, fixing fixed: [Int]) -> FitResult {
    let n = objective.count
    var undefined: [String] = []
    let parameters = (0..<n).map { i in
      let p = model.parameters[i]
      let isFixed = p.isFixed || fixed.contains(i)
      let isUndefined =
        !isFixed && (!roles[i].isUsed || (raw.isUndefined.count == n && raw.isUndefined[i]))
      if isUndefined { undefined.append(p.name) }
      let variance = raw.covariance.count == n * n ? raw.covariance[i * n + i] : .nan
      return FittedParameter(
        name: p.name, value: raw.values.count == n ? raw.values[i] : .nan,
        error: isFixed ? 0 : isUndefined ? .nan : max(variance, 0).squareRoot())
    }
    var status = raw.status
    if case .atLimit = status { status = .atLimit(undefined: undefined) }
    return FitResult(
      status: status, parameters: parameters, covariance: raw.covariance, nll: raw.nll,
      calls: raw.calls)
  }
}

extension ChannelData {
  /// The sum of contents or weights.
  public var total: Double {
    switch self {
    case .binned(let contents): contents.reduce(0, +)
    case .unbinned(let points, let weights): weights?.reduce(0, +) ?? Double(points.count)
    case .expectation(_, let contents): contents.reduce(0, +)
    }
  }
}

extension ModelChannel {
  /// Points where the density is kept from being negative: 33 over each segment, and 41 over ±2
  /// widths about each peak where fits start.
  func checkPoints(_ model: LikelihoodModel) -> [Double] {
    var points: [Double] = []
    for s in segments {
      for k in 0...32 {
        points.append(
          k == 32
            ? s.upperBound : s.lowerBound + (s.upperBound - s.lowerBound) * Double(k) / 32)
      }
    }
    for (mean, width) in peaks(model) {
      for k in -20...20 {
        let x = mean + 0.1 * Double(k) * width
        if segments.contains(where: { $0.contains(x) }) { points.append(x) }
      }
    }
    return points
  }

  /// Means and widths of all peaks at the starts of the parameters.
  func peaks(_ model: LikelihoodModel) -> [(mean: Double, width: Double)] {
    func value(_ v: ModelValue) -> Double {
      switch v {
      case .constant(let x): x
      case .parameter(let name): model[name]?.start ?? 0
      }
    }
    return components.flatMap { c -> [(mean: Double, width: Double)] in
      switch c.shape {
      case .gaussian(let mean, let width): [(value(mean), value(width))]
      case .doubleSidedCrystalBall(let mean, let width, _, _, _, _): [(value(mean), value(width))]
      case .twoCrystalBalls(let mean, let width, _, let width2, _, _):
        [(value(mean), value(width)), (value(mean), value(width2))]
      case .counts, .template, .chebyshev, .exponential: []
      }
    }
  }
}
