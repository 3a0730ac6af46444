import Kernels

extension GeneralWindow {
  /// Fits from a flat background, or from values given.
  func minimise(
    signal: Signal, from start: [Double]? = nil, tolerance: Double = 1e-9
  ) -> RawFit {
    let n = count, total = isAsimov ? asimovEvents : events
    prepare(signal: signal, total: total)
    if total == 0 { return minimiseEmpty(signal: signal) }
    if let start {
      for i in 0..<n { newton.q[i] = start[i] }
      if case .fixed(let value) = signal { newton.q[0] = value }
      let raw = newton.minimise(self, tolerance: tolerance)
      if raw.status.isValid { return raw }
    }
    var best = RawFit()
    for attempt in 0..<(exponentials > 0 ? 3 : 2) {
      startFlat(signal: signal, total: total, attempt: attempt)
      held.removeAll(keepingCapacity: true)
      let raw = newton.minimise(self)
      if best.values.isEmpty || (raw.status.isValid && !best.status.isValid) { best = raw }
      if best.status.isValid { break }
    }
    return best
  }

  private func prepare(signal: Signal, total: Double) {
    let n = count, length = 2 * geometry.half, flat = max(total, 1) / length
    floor = 1e-9 * total / length
    newton.reset(n)
    for i in 0..<n { newton.ridge[i] = 1e-2 * length / flat }
    newton.ridge[0] = 1e-2 * model.peak / flat
    if case .fixed = signal { newton.isFixed[0] = true }
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e
      if order < 0, exponentials == 1 { newton.lower[at] = 0 }
      newton.lower[at + 1] = -60
      newton.upper[at + 1] = 60
      newton.longestStep[at + 1] = 2
      newton.ridge[at + 1] = 1e-2 * max(total, 1)
    }
    if hasWidth {
      newton.lower[widthIndex] = -1.5
      newton.upper[widthIndex] = 1.5
      newton.longestStep[widthIndex] = 0.3
      newton.ridge[widthIndex] = 1e-7
    }
  }

  private func startFlat(signal: Signal, total: Double, attempt: Int) {
    let n = count, length = geometry.integrals.0, flat = total / length
    for i in 0..<n { newton.q[i] = 0 }
    if case .fixed(let value) = signal { newton.q[0] = value }
    let parts = Double(exponentials + (order >= 0 ? 1 : 0))
    if order >= 0 { newton.q[1] = flat / max(parts, 1) }
    for e in 0..<exponentials {
      // Distinct slopes, so that equal shapes do not start as one.
      let slope =
        parts > 1 ? -(1 + 2 * Double(e)) * (attempt == 1 ? -1 : attempt == 2 ? 0.3 : 1) : 0
      var integral = 0.0
      for s in geometry.segments {
        integral += exponentialIntegral(slope, s.lowerBound, s.upperBound).0
      }
      newton.q[slopeBase + 2 * e] = total / parts / integral
      newton.q[slopeBase + 2 * e + 1] = slope
    }
  }

  /// Without events every background yield is zero; only width nuisances move.
  private func minimiseEmpty(signal: Signal) -> RawFit {
    let n = count
    for i in 0..<n {
      newton.q[i] = 0
      newton.isFixed[i] = !(hasWidth && i == widthIndex)
    }
    newton.isFixed[0] = true
    var isFree = true
    if case .fixed(let value) = signal {
      newton.q[0] = value
      isFree = false
    }
    held.removeAll(keepingCapacity: true)
    var raw = newton.minimise(self)
    if isFree || raw.status.isValid {
      raw.status = .empty
      for i in 0..<n where !(hasWidth && i == widthIndex) { raw.isUndefined[i] = true }
    }
    return raw
  }
}

/// The profile of a general density.
struct GeneralProfile: ProfileSource {
  let window: GeneralWindow
  let isAsimov: Bool
  /// What the last step may gain: the error of -ln L is then below 1e-9.
  static let tolerance = 1e-6
  /// The last minimum, how it follows the signal, and the points held there.
  private var values: [Double]
  private var shift: [Double]
  private var held: [GeneralWindow.HeldPoint] = []

  init(_ window: GeneralWindow, isAsimov: Bool, start: RawFit) {
    self.window = window
    self.isAsimov = isAsimov
    values = start.values
    shift = [Double](repeating: 0, count: start.values.count)
  }

  mutating func evaluate(at signal: Double) -> ProfilePoint? {
    window.isAsimov = isAsimov
    defer { window.isAsimov = false }
    window.held = held
    let step = signal - values[0]
    var start = values
    for i in start.indices { start[i] += shift[i] * step }
    start[0] = signal
    let raw = window.minimise(
      signal: .fixed(signal), from: start, tolerance: Self.tolerance)
    guard raw.status.isValid else { return nil }
    if raw.status == .empty {
      values = raw.values
      return ProfilePoint(at: signal, value: raw.nll, slope: raw.slope[0], curvature: 0)
    }
    held = window.held
    let freed = window.newton.freed(0, window.count)
    values = raw.values
    shift = freed.shift
    return ProfilePoint(
      at: signal, value: raw.nll, slope: raw.slope[0], curvature: 1 / freed.variance)
  }
}
