/// What the use of a parameter says about its range, and how far a step may go.
struct ParameterRole {
  var lowest = -Double.infinity
  var highest = Double.infinity
  var longestStep = Double.infinity
  /// The curvature of -ln L that counts as none: of a parabola of ½ at a typical distance.
  var leastCurvature = 1.0
  var isUsed = false
  /// Whether it is a factor of a yield itself, and free: a natural one to scale in a new start.
  var isYield = false

  /// The roles of all parameters of a model, in its order.
  static func all(_ model: LikelihoodModel, index: [String: Int]) -> [ParameterRole] {
    var roles = [ParameterRole](repeating: ParameterRole(), count: index.count)
    func narrow(
      _ value: ModelValue, _ low: Double = -.infinity, _ high: Double = .infinity,
      step: Double = .infinity
    ) {
      guard case .parameter(let name) = value, let i = index[name] else { return }
      roles[i].isUsed = true
      roles[i].lowest = max(roles[i].lowest, low)
      roles[i].highest = min(roles[i].highest, high)
      roles[i].longestStep = min(roles[i].longestStep, step)
    }
    func start(_ value: ModelValue) -> Double {
      switch value {
      case .constant(let x): x
      case .parameter(let name): model[name]?.start ?? 1
      }
    }
    func width(_ value: ModelValue) {
      narrow(value, 1e-3 * abs(start(value)), step: 0.5 * abs(start(value)))
    }
    func tail(_ alpha: ModelValue, _ n: ModelValue) {
      narrow(alpha, 0.01, step: 0.5)
      narrow(n, 1.0001, 1000, step: 3)
    }
    func use(_ factor: YieldFactor) {
      let value = ModelValue.parameter(factor.parameterName)
      switch factor {
      case .parameter:
        narrow(value)
        if let i = index[factor.parameterName] { roles[i].isYield = true }
      case .power, .asymmetricPower, .piecewisePower: narrow(value, step: 3)
      case .linear: narrow(value)
      }
    }
    for c in model.channels.flatMap(\.components) {
      for factor in c.factors + c.widthFactors { use(factor) }
      switch c.shape {
      case .counts: break
      case .template(_, let variations, let binFactors):
        for v in variations { narrow(.parameter(v.parameter), step: 3) }
        for name in binFactors.flatMap({ $0 }) { narrow(.parameter(name), 0) }
      case .gaussian(let mean, let sigma):
        narrow(mean, step: 2 * abs(start(sigma)))
        width(sigma)
      case .doubleSidedCrystalBall(let mean, let sigma, let aLow, let nLow, let aHigh, let nHigh):
        narrow(mean, step: 2 * abs(start(sigma)))
        width(sigma)
        tail(aLow, nLow)
        tail(aHigh, nHigh)
      case .twoCrystalBalls(let mean, let sigma, let one, let sigma2, let two, let fraction):
        narrow(mean, step: 2 * abs(start(sigma)))
        width(sigma)
        width(sigma2)
        tail(one.alpha, one.n)
        tail(two.alpha, two.n)
        narrow(fraction, 0, 1, step: 0.3)
      case .chebyshev(let coefficients): for c in coefficients { narrow(c, step: 1) }
      case .exponential(let slope): narrow(slope, -60, 60, step: 2)
      }
    }
    for p in model.parameters {
      guard let i = index[p.name] else { continue }
      var distance = min(roles[i].longestStep, max(abs(p.start), 1))
      if let constraint = p.constraint {
        roles[i].isUsed = true
        roles[i].lowest = max(roles[i].lowest, constraint.lowestAllowed)
        distance = constraint.widths.high
      }
      roles[i].leastCurvature = 1 / (distance * distance)
    }
    return roles
  }
}
