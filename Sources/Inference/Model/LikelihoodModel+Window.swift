import Kernels

extension LikelihoodModel {
  /// The general model of a scan window.
  ///
  /// Parameters: `strength` (the window's parameter of interest; expected signal in the window is
  /// strength · yieldPerUnit · A_w), `background` (events in the window) and `c1`… or `slope`, with
  /// a number behind for further parts of a sum, then the nuisances θ. `prefix` stands before the
  /// names of the background's parameters, which windows never share. Where the window's fits ask
  /// the density, or the background, not to be negative over the whole window, the general model
  /// asks it of the total density, at points.
  public init(
    window: ScanWindow, strength: String = "strength", prefix: String = "",
    channel: String = "window"
  ) {
    let data = Self.data(of: window)
    let events = data.total
    var parameters = [ModelParameter(name: strength, start: 0)]
    var factors: [YieldFactor] = [.parameter(strength)], widths: [YieldFactor] = []
    for nuisance in window.nuisances {
      let factor: YieldFactor =
        switch nuisance.constraint {
        case .logNormal: .power(kappa: 1 + nuisance.size, nuisance.name)
        case .gaussian: .linear(size: nuisance.size, nuisance.name)
        }
      switch nuisance.target {
      case .yield: factors.append(factor)
      case .width: widths.append(factor)
      }
    }
    var components = [
      ModelComponent(
        name: "signal", constant: window.yieldPerUnit, factors: factors,
        shape: Self.shape(
          of: window.signal, normalisation: window.normalisation, segments: window.segments),
        widthFactors: widths, normalisation: .fullLine)
    ]
    let parts = window.background.parts.filter { part in
      guard case .peak(let peak) = part else { return true }
      return !BackgroundPeaks([peak], segments: window.segments).isEmpty
    }
    for (number, part) in parts.enumerated() {
      let suffix = number == 0 ? "" : "\(number + 1)"
      let yield = prefix + "background" + suffix
      var amount = ModelParameter(name: yield, start: events / Double(parts.count))
      if case .peak = part { amount.minimum = 0 }
      parameters.append(amount)
      var shape = ComponentShape.chebyshev([])
      switch part {
      case .polynomial(let order):
        let names = order > 0 ? (1...order).map { prefix + "c\($0)" + suffix } : []
        for name in names { parameters.append(ModelParameter(name: name, start: 0)) }
        shape = .chebyshev(names.map { .parameter($0) })
      case .peak(let peak):
        shape = Self.shape(of: peak, normalisation: .fullLine, segments: window.segments)
      case .exponential, .sum:
        let name = prefix + "slope" + suffix
        parameters.append(
          ModelParameter(name: name, start: parts.count > 1 ? -1 - 2 * Double(number) : 0))
        shape = .exponential(slope: .parameter(name))
      }
      components.append(
        ModelComponent(
          name: "background" + suffix, factors: [.parameter(yield)], shape: shape))
    }
    for nuisance in window.nuisances { parameters.append(.unitGaussian(nuisance.name)) }
    var bins: Int?
    if case .binned(let count) = window.likelihood { bins = count }
    self.init(
      parameters: parameters,
      channels: [
        ModelChannel(
          name: channel, segments: window.segments, bins: bins, components: components, data: data)
      ])
  }

  private static func data(of window: ScanWindow) -> ChannelData {
    guard case .binned(let bins) = window.likelihood else {
      return .unbinned(Array(window.events))
    }
    if let counts = window.counts { return .binned(Array(counts)) }
    let ranges = ModelChannel(
      name: "", segments: window.segments, bins: bins, components: [], data: .binned([])
    ).binRanges
    var counts = [Double](repeating: 0, count: ranges.count), bin = 0
    for x in window.events {
      while bin < ranges.count - 1, x >= ranges[bin].upperBound { bin += 1 }
      counts[bin] += 1
    }
    return .binned(counts)
  }

  /// A shape with its fraction on the full line.
  ///
  /// A fraction f of components normalised on the window, with the parts I₁ and I₂ of them inside,
  /// is f / I₁ to (1 - f) / I₂ on the full line.
  private static func shape(
    of shape: SignalShape, normalisation: ShapeNormalisation, segments: [ClosedRange<Double>]
  ) -> ComponentShape {
    switch shape {
    case .gaussian(let mean, let width):
      return .gaussian(mean: .constant(mean), width: .constant(width))
    case .doubleSidedCrystalBall(let m, let w, let aLow, let nLow, let aHigh, let nHigh):
      return .doubleSidedCrystalBall(
        mean: .constant(m), width: .constant(w), alphaLow: .constant(aLow), nLow: .constant(nLow),
        alphaHigh: .constant(aHigh), nHigh: .constant(nHigh))
    case .twoCrystalBalls(let mean, let width, let one, let width2, let two, let fraction):
      func inside(_ width: Double, _ tail: CrystalBallTail) -> Double {
        let none = CrystalBallIntegral.noTail
        let q =
          tail.side == .low
          ? [mean, width, tail.alpha, tail.n, none, 2] : [mean, width, none, 2, tail.alpha, tail.n]
        var sum = 0.0
        for s in segments {
          sum += CrystalBallIntegral.over(s.lowerBound, s.upperBound, q).value
        }
        return sum / CrystalBallIntegral.overLine(q).value
      }
      var f = fraction
      if normalisation == .window {
        let a = fraction / inside(width, one), b = (1 - fraction) / inside(width2, two)
        f = a / (a + b)
      }
      func tail(_ t: CrystalBallTail) -> ModelTail {
        ModelTail(alpha: .constant(t.alpha), n: .constant(t.n), side: t.side)
      }
      return .twoCrystalBalls(
        mean: .constant(mean), width: .constant(width), tail: tail(one), width2: .constant(width2),
        tail2: tail(two), fraction: .constant(f))
    }
  }
}

extension BackgroundShape {
  /// The summands, without nested sums.
  var parts: [BackgroundShape] {
    if case .sum(let shapes) = self { return shapes.flatMap(\.parts) }
    return [self]
  }
}
