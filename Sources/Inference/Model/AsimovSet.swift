import Kernels

/// Data that equal their expectation, with the global observables that belong to them.
public struct AsimovSet: Hashable, Sendable {
  /// The data of each channel.
  public var data: [ChannelData]
  /// The global observables by parameter.
  public var globalObservables: [String: Double]
  /// The parameters that the set was made at.
  public var parameters: FitResult
}

extension LikelihoodModel {
  /// The model with an Asimov set instead of its data; fits start where the set was made.
  public func replacing(_ set: AsimovSet) -> LikelihoodModel {
    var model = self
    for (i, data) in set.data.enumerated() { model.channels[i].data = data }
    model.globalObservables = set.globalObservables
    for i in model.parameters.indices where !model.parameters[i].isFixed {
      let p = model.parameters[i]
      if let value = set.parameters[p.name]?.value, value.isFinite {
        model.parameters[i].start = min(max(value, p.minimum), p.maximum)
      }
    }
    return model
  }
}

extension Likelihood {
  /// Makes the Asimov set of a strength: nuisances and global observables where the data want them.
  ///
  /// The nuisances are those of the conditional fit to the data with the parameter of interest at
  /// `strength`. Binned channels get their exact expectations, unbinned ones eight Gauss-Legendre
  /// nodes in each of many parts, finer about the peaks.
  public func asimov(strength: Double, poi: String) -> AsimovSet {
    let i = place(of: poi)
    let raw = profiled(i, at: strength, from: startValues())
    return asimov(at: raw.values, parameters: result(raw, fixing: [i]))
  }

  func asimov(at values: [Double], parameters: FitResult) -> AsimovSet {
    var observables: [String: Double] = [:]
    for (i, p) in model.parameters.enumerated() {
      if let constraint = p.constraint {
        observables[p.name] = constraint.expectedObservable(at: values[i])
      }
    }
    let data = model.channels.indices.map { expectation(in: $0, at: values) }
    return AsimovSet(data: data, globalObservables: observables, parameters: parameters)
  }

  /// The expectation of a channel's data at values of the parameters.
  package func expectation(in channel: Int, at values: [Double]) -> ChannelData {
    let compiled = objective.channels[channel]
    if case .binned(let counts) = model.channels[channel].data {
      guard compiled.place(values) else { return .binned([]) }
      return .binned(counts.indices.map { max(compiled.rate(at: $0, values), 0) })
    }
    let (points, shares) = model.channels[channel].quadrature(model, values, index)
    let nodes = compile(channel, points: points)
    guard nodes.place(values) else { return .expectation(points: [], contents: []) }
    return .expectation(
      points: points,
      contents: points.indices.map { max(nodes.rate(at: $0, values), 0) * shares[$0] })
  }
}

extension ModelChannel {
  /// Nodes and weights of a quadrature over the segments, in parts no longer than a twentieth of the
  /// window and a quarter of a width about each peak, cut where its tails begin.
  func quadrature(
    _ model: LikelihoodModel, _ values: [Double], _ index: [String: Int]
  ) -> (points: [Double], shares: [Double]) {
    func value(_ v: ModelValue) -> Double {
      switch v {
      case .constant(let x): x
      case .parameter(let name): index[name].map { values[$0] } ?? 0
      }
    }
    var cuts: [Double] = []
    for component in components {
      let factor = component.widthFactors.reduce(1.0) { product, f in
        guard let i = index[f.parameterName] else { return product }
        return product * CompiledFactor(f, parameter: i, local: 0).evaluate(values[i]).value
      }
      func peak(_ m: ModelValue, _ w: ModelValue, low: ModelValue?, high: ModelValue?) {
        let mean = value(m), width = value(w) * factor
        for k in -24...24 { cuts.append(mean + 0.25 * Double(k) * width) }
        for k in 7...40 {
          cuts.append(mean - Double(k) * width)
          cuts.append(mean + Double(k) * width)
        }
        if let low { cuts.append(mean - value(low) * width) }
        if let high { cuts.append(mean + value(high) * width) }
      }
      switch component.shape {
      case .gaussian(let m, let w): peak(m, w, low: nil, high: nil)
      case .doubleSidedCrystalBall(let m, let w, let low, _, let high, _):
        peak(m, w, low: low, high: high)
      case .twoCrystalBalls(let m, let w, let one, let w2, let two, _):
        peak(
          m, w, low: one.side == .low ? one.alpha : nil, high: one.side == .high ? one.alpha : nil)
        peak(
          m, w2, low: two.side == .low ? two.alpha : nil,
          high: two.side == .high ? two.alpha : nil)
      case .counts, .template, .chebyshev, .exponential: break
      }
    }
    guard let first = segments.first?.lowerBound, let last = segments.last?.upperBound else {
      return ([], [])
    }
    for k in 1..<20 { cuts.append(first + (last - first) * Double(k) / 20) }
    cuts.sort()
    var points: [Double] = [], shares: [Double] = []
    for s in segments {
      var a = s.lowerBound
      for b in cuts.filter({ $0 > s.lowerBound && $0 < s.upperBound }) + [s.upperBound]
      where b - a > 1e-9 * (last - first) || b == s.upperBound {
        let half = 0.5 * (b - a), middle = 0.5 * (a + b)
        for (node, share) in GeneralWindow.gauss8 {
          points += [middle - node * half, middle + node * half]
          shares += [share * half, share * half]
        }
        a = b
      }
    }
    return (points, shares)
  }
}
