extension LikelihoodModel {
  /// The model with every parameter renamed, wherever it is used.
  ///
  /// Before models are combined: what they share gets one name, all else names of its own.
  public func renamingParameters(_ rename: (String) -> String) -> LikelihoodModel {
    var model = self
    for i in model.parameters.indices { model.parameters[i].name = rename(parameters[i].name) }
    for i in model.channels.indices {
      for j in model.channels[i].components.indices {
        model.channels[i].components[j] = channels[i].components[j].renamingParameters(rename)
      }
    }
    return model
  }
}

extension ModelComponent {
  func renamingParameters(_ rename: (String) -> String) -> ModelComponent {
    var c = self
    c.factors = factors.map { $0.renamingParameter(rename) }
    c.widthFactors = widthFactors.map { $0.renamingParameter(rename) }
    c.shape = shape.renamingParameters(rename)
    return c
  }
}

extension YieldFactor {
  func renamingParameter(_ rename: (String) -> String) -> YieldFactor {
    switch self {
    case .parameter(let name): .parameter(rename(name))
    case .power(let kappa, let name): .power(kappa: kappa, rename(name))
    case .asymmetricPower(let low, let high, let name):
      .asymmetricPower(low: low, high: high, rename(name))
    case .piecewisePower(let low, let high, let name):
      .piecewisePower(low: low, high: high, rename(name))
    case .linear(let size, let name): .linear(size: size, rename(name))
    }
  }
}

extension ModelValue {
  func renamingParameter(_ rename: (String) -> String) -> ModelValue {
    if case .parameter(let name) = self { return .parameter(rename(name)) }
    return self
  }
}

extension ComponentShape {
  func renamingParameters(_ rename: (String) -> String) -> ComponentShape {
    func new(_ v: ModelValue) -> ModelValue { v.renamingParameter(rename) }
    func new(_ t: ModelTail) -> ModelTail {
      ModelTail(alpha: new(t.alpha), n: new(t.n), side: t.side)
    }
    switch self {
    case .counts: return .counts
    case .template(let contents, let variations, let binFactors):
      return .template(
        contents: contents,
        variations: variations.map { v in
          var v = v
          v.parameter = rename(v.parameter)
          return v
        }, binFactors: binFactors.map { $0.map(rename) })
    case .gaussian(let mean, let width): return .gaussian(mean: new(mean), width: new(width))
    case .doubleSidedCrystalBall(let m, let w, let aLow, let nLow, let aHigh, let nHigh):
      return .doubleSidedCrystalBall(
        mean: new(m), width: new(w), alphaLow: new(aLow), nLow: new(nLow), alphaHigh: new(aHigh),
        nHigh: new(nHigh))
    case .twoCrystalBalls(let m, let w, let tail, let w2, let tail2, let fraction):
      return .twoCrystalBalls(
        mean: new(m), width: new(w), tail: new(tail), width2: new(w2), tail2: new(tail2),
        fraction: new(fraction))
    case .chebyshev(let c): return .chebyshev(c.map(new))
    case .exponential(let slope): return .exponential(slope: new(slope))
    }
  }
}
