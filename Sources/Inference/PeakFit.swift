/// A named fit: peaks with free shapes on a background, extended, to events or to their bins.
///
/// In bins -ln L is Σ_bins (μ - n ln(μ / width)), which tends to that of events as bins get narrow.
/// Result parameters in this order: the peaks' free and fixed ones in order of declaration, then
/// `background` (events in the window) and `c1`…, or `slope`. Errors from the exact Hessian, for
/// weighted events from the sandwich (arXiv:1911.01303).
public struct PeakFit: Sendable {
  /// The window without its excluded ranges.
  public var segments: [ClosedRange<Double>]
  /// The peaks.
  public var peaks: [Peak]
  /// The background, or nil for none.
  public var background: BackgroundShape?
  /// Pairs of names of peak parameters of which the first is never the larger one.
  ///
  /// Ordered widths keep two components from changing their roles between samples.
  public var orders: [Order] = []
  /// Number of equal bins from the first to the last edge, cut where a range is left out; nil: unbinned.
  public var bins: Int?
  /// The parameters of the peaks in order of declaration, each name once.
  let parameters: [FitParameter]

  /// Two parameters of the peaks, one at most as large as the other.
  public struct Order: Hashable, Sendable {
    /// The name of the parameter that is not the larger one.
    public var smaller: String
    /// The name of the parameter that is not the smaller one.
    public var larger: String

    /// Orders two parameters; names that no peak has are ignored.
    public init(_ smaller: String, atMost larger: String) {
      self.smaller = smaller
      self.larger = larger
    }
  }

  /// Creates a fit; throws where a range or a shared parameter is wrong.
  public init(segments: [ClosedRange<Double>], peaks: [Peak], background: BackgroundShape?)
    throws(InferenceError)
  {
    self.segments = segments
    self.peaks = peaks
    self.background = background
    var found: [FitParameter] = []
    for parameter in peaks.flatMap(\.parameters) {
      if let known = found.first(where: { $0.name == parameter.name }) {
        guard known == parameter else {
          throw .sharedParameter(name: parameter.name)
        }
      } else {
        found.append(parameter)
      }
    }
    parameters = found
    try InferenceError.check(segments: segments)
    for parameter in found {
      guard parameter.start.isFinite else {
        throw .invalid(
          what: "start of '\(parameter.name)'", found: parameter.start, allowed: "a finite number")
      }
      guard
        (parameter.minimum...max(parameter.minimum, parameter.maximum)).contains(parameter.start)
      else {
        throw .invalid(
          what: "start of '\(parameter.name)'", found: parameter.start,
          allowed: "between its limits \(parameter.minimum) and \(parameter.maximum)")
      }
    }
    for peak in peaks {
      for (width, what) in peak.widths where !(width.start > 0) {
        throw .invalid(what: "\(what) of peak '\(peak.name)'", found: width.start, allowed: "> 0")
      }
    }
  }

  /// Fits events (any order; those outside the segments are left out), optionally weighted.
  public func fit(events: [Double], weights: [Double]? = nil) -> (
    result: FitResult, curve: PeakCurve
  ) {
    let geometry = WindowGeometry(segments)
    var kept: [Double] = [], keptWeights: [Double] = []
    for (i, x) in events.enumerated() where geometry.contains(x) {
      kept.append(x)
      if let weights { keptWeights.append(weights[i]) }
    }
    let total = weights == nil ? Double(kept.count) : keptWeights.reduce(0, +)
    let model = PeakModel(
      geometry: geometry, components: components(), yields: peaks.map { index($0.yield) },
      isFullLine: peaks.map { $0.normalisation == .fullLine },
      peakParameters: parameters.count, background: background,
      data: data(kept, weights == nil ? nil : keptWeights))
    model.orders = orders.compactMap { order in
      guard let smaller = parameters.firstIndex(where: { $0.name == order.smaller }),
        let larger = parameters.firstIndex(where: { $0.name == order.larger })
      else { return nil }
      return (smaller, larger)
    }
    var best = RawFit()
    if kept.isEmpty {
      best = emptyFit(model)
    } else {
      for attempt in 0..<4 {
        let raw = minimise(model, total: total, attempt: attempt)
        if best.values.isEmpty || (raw.status.isValid && !best.status.isValid) { best = raw }
        if best.status.isValid { break }
      }
      if weights != nil, best.status.isValid { sandwich(model, &best) }
    }
    let fit = modelFit(model, best)
    return (fit.peakResult(parameters), PeakCurve(self, model, best))
  }

  /// Checks the derivatives of the likelihood where the fit starts, on a tilted background.
  package func checkDerivatives(events: [Double], step: Double = 1e-5) -> ObjectiveCheck? {
    let model = PeakModel(
      geometry: WindowGeometry(segments), components: components(),
      yields: peaks.map { index($0.yield) },
      isFullLine: peaks.map { $0.normalisation == .fullLine }, peakParameters: parameters.count,
      background: background, data: data(events, nil))
    let newton = ConstrainedNewton()
    newton.reset(model.count)
    for (i, p) in parameters.enumerated() { newton.q[i] = p.start }
    startBackground(model, newton, total: Double(events.count))
    if model.order >= 1 { newton.q[parameters.count + 1] = 0.2 * newton.q[parameters.count] }
    if model.exponentials > 0 { newton.q[model.count - 1] -= 0.3 }
    let q = (0..<model.count).map { newton.q[$0] }
    return ObjectiveCheck(model, at: q, steps: q.map { step * max(abs($0), 0.1) })
  }

  /// Events as they are, or the bins that hold any.
  private func data(_ events: [Double], _ weights: [Double]?) -> PeakData {
    guard let bins, let low = segments.first?.lowerBound, let high = segments.last?.upperBound
    else { return PeakData(points: events, weights: weights) }
    let edges = (0...bins).map { low + (high - low) * Double($0) / Double(bins) }
    let ranges = segments.flatMap { segment in
      zip(edges, edges.dropFirst()).compactMap { edge -> ClosedRange<Double>? in
        let start = max(edge.0, segment.lowerBound), end = min(edge.1, segment.upperBound)
        return start < end ? start...end : nil
      }
    }
    var sums = [Double](repeating: 0, count: ranges.count), squares = sums
    for (i, x) in events.enumerated() {
      // The last bin that begins at or below the event.
      var (first, last) = (0, ranges.count)
      while first + 1 < last {
        let middle = (first + last) / 2
        if ranges[middle].lowerBound <= x { first = middle } else { last = middle }
      }
      let weight = weights?[i] ?? 1
      sums[first] += weight
      squares[first] += weight * weight
    }
    let filled = ranges.indices.filter { squares[$0] > 0 }
    return PeakData(
      points: filled.map { 0.5 * (ranges[$0].lowerBound + ranges[$0].upperBound) },
      weights: filled.map { sums[$0] },
      spreads: weights == nil ? nil : filled.map { squares[$0].squareRoot() },
      bins: filled.map { ranges[$0] })
  }

  private func index(_ parameter: FitParameter) -> Int {
    parameters.firstIndex { $0.name == parameter.name } ?? 0
  }

  /// The Crystal Balls of all peaks; a fixed parameter is a constant of the shape.
  private func components() -> [PeakComponent] {
    let none = CrystalBallIntegral.noTail
    var all: [PeakComponent] = []
    func make(_ peak: Int, _ list: [FitParameter?]) -> PeakComponent {
      PeakComponent(
        indices: list.map { p in
          guard let p, !p.isFixed else { return -1 }
          return index(p)
        },
        constants: list.enumerated().map { $1?.start ?? ($0 % 2 == 0 ? none : 2) }, peak: peak)
    }
    for (number, peak) in peaks.enumerated() {
      switch peak.shape {
      case .gaussian(let mean, let width):
        all.append(make(number, [mean, width, nil, nil, nil, nil]))
      case .doubleSidedCrystalBall(let m, let w, let aLow, let nLow, let aHigh, let nHigh):
        all.append(make(number, [m, w, aLow, nLow, aHigh, nHigh]))
      case .twoCrystalBalls(
        let mean, let width, let alpha, let n, let side, let width2, let alpha2, let n2, let side2,
        let fraction):
        func tail(
          _ width: FitParameter, _ a: FitParameter, _ n: FitParameter, _ side: CrystalBallTail.Side
        ) -> [FitParameter?] {
          side == .low ? [mean, width, a, n, nil, nil] : [mean, width, nil, nil, a, n]
        }
        var first = make(number, tail(width, alpha, n, side))
        var second = make(number, tail(width2, alpha2, n2, side2))
        first.fraction = index(fraction)
        second.fraction = index(fraction)
        second.isRest = true
        all += [first, second]
      }
    }
    return all
  }

  private func minimise(_ model: PeakModel, total: Double, attempt: Int) -> RawFit {
    let newton = ConstrainedNewton(), n = model.count
    newton.reset(n)
    newton.mostCalls = 400
    for (i, p) in parameters.enumerated() {
      newton.lower[i] = p.minimum
      newton.upper[i] = p.maximum
      newton.isFixed[i] = p.isFixed
      newton.q[i] = p.start
    }
    // Further attempts start from other widths, and from half the peaks' yields.
    let factor = [1.0, 0.6, 1.6, 0.3][attempt]
    for peak in peaks {
      for (width, _) in peak.widths {
        let i = index(width)
        newton.lower[i] = max(newton.lower[i], 1e-3 * width.start)
        newton.longestStep[i] = 0.5 * width.start
        if !width.isFixed {
          newton.q[i] = min(max(width.start * factor, p(i).minimum), p(i).maximum)
        }
      }
      if let (mean, width) = peak.position { newton.longestStep[index(mean)] = 2 * width.start }
      for alpha in peak.tails.map(\.alpha) {
        newton.lower[index(alpha)] = max(newton.lower[index(alpha)], 0.01)
        newton.longestStep[index(alpha)] = 0.5
      }
      for power in peak.tails.map(\.n) {
        newton.lower[index(power)] = max(newton.lower[index(power)], 1.0001)
        newton.upper[index(power)] = min(newton.upper[index(power)], 1000)
        newton.longestStep[index(power)] = 3
      }
      if let fraction = peak.fraction {
        newton.lower[index(fraction)] = max(newton.lower[index(fraction)], 0)
        newton.upper[index(fraction)] = min(newton.upper[index(fraction)], 1)
        newton.longestStep[index(fraction)] = 0.3
      }
      let y = index(peak.yield)
      if !peak.yield.isFixed, attempt > 0 { newton.q[y] *= 0.5 }
    }
    startBackground(model, newton, total: total)
    return newton.minimise(model)
  }

  private func p(_ index: Int) -> FitParameter { parameters[index] }

  private func startBackground(_ model: PeakModel, _ newton: ConstrainedNewton, total: Double) {
    var peaksTotal = 0.0
    for i in Set(peaks.map { index($0.yield) }).sorted() { peaksTotal += newton.q[i] }
    let rest = max(total - peaksTotal, 0.2 * total)
    let parts = Double(model.exponentials + (model.order >= 0 ? 1 : 0))
    let base = model.peakParameters, length = model.geometry.integrals.0
    for i in base..<max(model.count, base) { newton.q[i] = 0 }
    if model.order >= 0 { newton.q[base] = rest / parts / length }
    for e in 0..<model.exponentials {
      let at = base + model.order + 1 + 2 * e
      let slope = parts > 1 ? -1 - 2 * Double(e) : 0
      var integral = 0.0
      for s in segments {
        integral += ExponentialIntegral.over(slope, model.geometry, s.lowerBound, s.upperBound).0
      }
      newton.q[at] = rest / parts / integral
      newton.q[at + 1] = slope
      newton.lower[at + 1] = -60
      newton.upper[at + 1] = 60
      newton.longestStep[at + 1] = 2
    }
  }

  private func emptyFit(_ model: PeakModel) -> RawFit {
    var raw = RawFit()
    raw.status = .empty
    raw.values = parameters.map { p in
      peaks.contains { $0.yield.name == p.name } && !p.isFixed ? 0 : p.start
    }
    raw.values += [Double](repeating: 0, count: model.count - parameters.count)
    raw.covariance = [Double](repeating: 0, count: model.count * model.count)
    raw.isUndefined = [Bool](repeating: true, count: model.count)
    raw.nll = 0
    return raw
  }

  /// H⁻¹ D H⁻¹ with D the sum of the weighted scores' products (arXiv:1911.01303).
  private func sandwich(_ model: PeakModel, _ raw: inout RawFit) {
    let n = model.count
    var gradient = [Double](repeating: 0, count: n), middle = [Double](repeating: 0, count: n * n)
    var value = 0.0
    model.isSandwich = true
    defer { model.isSandwich = false }
    guard model.evaluate(raw.values, value: &value, gradient: &gradient, hessian: &middle) else {
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

  private func modelFit(_ model: PeakModel, _ raw: RawFit) -> ModelFit {
    let base = model.peakParameters + model.order + 1
    return ModelFit(
      raw: raw, order: model.order, exponentials: model.exponentials, hasWidth: false,
      acceptance: 1,
      chebyshevIntegrals: model.order >= 0
        ? model.geometry.chebyshevIntegrals(order: model.order) : [],
      exponentialIntegrals: (0..<model.exponentials).map { e in
        var sum = (0.0, 0.0)
        for s in segments {
          let part = ExponentialIntegral.over(
            raw.values[base + 2 * e + 1], model.geometry, s.lowerBound, s.upperBound)
          sum = (sum.0 + part.0, sum.1 + part.1)
        }
        return sum
      }, acceptanceSlope: 0, leading: model.peakParameters)
  }
}

extension Peak {
  /// All parameters in order of declaration.
  var parameters: [FitParameter] {
    switch shape {
    case .gaussian(let mean, let width): [yield, mean, width]
    case .doubleSidedCrystalBall(let m, let w, let aLow, let nLow, let aHigh, let nHigh):
      [yield, m, w, aLow, nLow, aHigh, nHigh]
    case .twoCrystalBalls(let m, let w, let a, let n, _, let w2, let a2, let n2, _, let fraction):
      [yield, m, w, a, n, w2, a2, n2, fraction]
    }
  }

  var widths: [(FitParameter, String)] {
    switch shape {
    case .gaussian(_, let width): [(width, "width")]
    case .doubleSidedCrystalBall(_, let width, _, _, _, _): [(width, "width")]
    case .twoCrystalBalls(_, let width, _, _, _, let width2, _, _, _, _):
      [(width, "width"), (width2, "width2")]
    }
  }

  var position: (mean: FitParameter, width: FitParameter)? {
    switch shape {
    case .gaussian(let mean, let width): (mean, width)
    case .doubleSidedCrystalBall(let mean, let width, _, _, _, _): (mean, width)
    case .twoCrystalBalls(let mean, let width, _, _, _, _, _, _, _, _): (mean, width)
    }
  }

  var tails: [(alpha: FitParameter, n: FitParameter)] {
    switch shape {
    case .gaussian: []
    case .doubleSidedCrystalBall(_, _, let aLow, let nLow, let aHigh, let nHigh):
      [(aLow, nLow), (aHigh, nHigh)]
    case .twoCrystalBalls(_, _, let a, let n, _, _, let a2, let n2, _, _): [(a, n), (a2, n2)]
    }
  }

  var fraction: FitParameter? {
    if case .twoCrystalBalls(_, _, _, _, _, _, _, _, _, let fraction) = shape { return fraction }
    return nil
  }
}
