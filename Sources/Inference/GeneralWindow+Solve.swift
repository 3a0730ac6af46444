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
      pack(newton.q)
      var raw = newton.minimise(self, tolerance: tolerance)
      if raw.status.isValid {
        unpack(&raw)
        return raw
      }
    }
    var best = RawFit()
    for attempt in 0..<(exponentials > 0 ? 3 : 2) {
      startFlat(signal: signal, total: total, attempt: attempt)
      held.removeAll(keepingCapacity: true)
      let raw = newton.minimise(self)
      if best.values.isEmpty || (raw.status.isValid && !best.status.isValid)
        || (raw.status.isValid && raw.nll < best.nll)
      {
        best = raw
      }
      if best.status.isValid, attempt > 0 || !hasSeveralMinima { break }
    }
    if best.status.isValid, startAcross(best, signal: signal, total: total) {
      held.removeAll(keepingCapacity: true)
      let raw = newton.minimise(self)
      if raw.status.isValid, raw.nll < best.nll { best = raw }
    }
    unpack(&best)
    return best
  }

  /// Whether exponentials stand beside other shapes: one that rises and one that falls may both be
  /// a minimum, and each is looked for.
  var hasSeveralMinima: Bool { exponentials > 1 || (exponentials > 0 && order >= 0) }

  /// The largest yield of an exponential beside other shapes, in events of the window.
  static let mostYield = 100.0

  private func prepare(signal: Signal, total: Double) {
    let n = count, length = 2 * geometry.half, flat = max(total, 1) / length
    floor = 1e-9 * total / length
    newton.reset(n)
    for i in 0..<n { newton.ridge[i] = 1e-2 * length / flat }
    newton.ridge[0] = 1e-2 * model.peak / flat
    for k in (order + 1)..<linear {
      newton.lower[1 + k] = 0
      newton.ridge[1 + k] = 1e-2 / max(total, 1)
    }
    if case .fixed = signal { newton.isFixed[0] = true }
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e
      if hasSeveralMinima {
        // Nearly flat ones of opposite signs are a straight line, the better the larger they are.
        newton.lower[at] = -Self.mostYield * max(total, 1)
        newton.upper[at] = Self.mostYield * max(total, 1)
      } else {
        newton.lower[at] = 0
      }
      newton.lower[at + 1] = -60
      newton.upper[at + 1] = 60
      newton.longestStep[at + 1] = 2
      newton.ridge[at] = 1e-2 / max(total, 1)
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
    let parts = Double(exponentials + peaks.count + (order >= 0 ? 1 : 0))
    if order >= 0 { newton.q[1] = flat / max(parts, 1) }
    for k in (order + 1)..<linear { newton.q[1 + k] = 0.1 * total / parts }
    // A negative signal may lean on a peak: begin where the density is positive without it.
    if order >= 0, !peaks.isEmpty, newton.q[0] < 0 { newton.q[1] -= newton.q[0] * model.peak }
    for e in 0..<exponentials {
      // Distinct slopes, so that equal shapes do not start as one.
      let slope =
        parts > 1 ? -(3 + 3 * Double(e)) * (attempt == 1 ? -1 : attempt == 2 ? 0.1 : 1) : 0
      newton.q[slopeBase + 2 * e] = total / parts
      newton.q[slopeBase + 2 * e + 1] = slope
    }
  }

  /// Starts on the other side of the straight line where an exponential has run towards it.
  ///
  /// Large yield and small slope, both with the other sign, are nearly the same density. False
  /// where no exponential has run there.
  private func startAcross(_ raw: RawFit, signal: Signal, total: Double) -> Bool {
    guard hasSeveralMinima, order >= 0 else { return false }
    var isAcross = false
    for i in 0..<count { newton.q[i] = raw.values[i] }
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e, yield = raw.values[at]
      guard abs(yield) > 0.9 * Self.mostYield * max(total, 1) else { continue }
      newton.q[at] = -0.1 * yield
      newton.q[at + 1] = -10 * raw.values[at + 1]
      newton.q[1] += 1.1 * yield / geometry.integrals.0
      isAcross = true
    }
    return isAcross
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
  /// Where the profile began: of several minima the lowest may change along the signal.
  private let origin: [Double]

  init(_ window: GeneralWindow, isAsimov: Bool, start: RawFit) {
    self.window = window
    self.isAsimov = isAsimov
    values = start.values
    origin = start.values
    shift = [Double](repeating: 0, count: start.values.count)
  }

  mutating func evaluate(at signal: Double) -> ProfilePoint? {
    window.isAsimov = isAsimov
    defer { window.isAsimov = false }
    let step = signal - values[0]
    var start = values
    for i in start.indices { start[i] += shift[i] * step }
    start[0] = signal
    let tolerance = Self.tolerance
    var other: RawFit?
    if window.hasSeveralMinima {
      window.held.removeAll(keepingCapacity: true)
      other = window.minimise(signal: .fixed(signal), from: origin, tolerance: tolerance)
    }
    window.held = held
    var raw = window.minimise(signal: .fixed(signal), from: start, tolerance: tolerance)
    if let other, other.status.isValid, !raw.status.isValid || other.nll < raw.nll - 1e-9 {
      window.held.removeAll(keepingCapacity: true)
      raw = window.minimise(signal: .fixed(signal), from: other.values, tolerance: tolerance)
    }
    guard raw.status.isValid else { return nil }
    if raw.status == .empty {
      values = raw.values
      return ProfilePoint(at: signal, value: raw.nll, slope: raw.slope[0], curvature: 0)
    }
    held = window.held
    let freed = window.newton.freed(0, window.count)
    values = raw.values
    shift = freed.shift
    window.unpackShift(&shift, at: values)
    return ProfilePoint(
      at: signal, value: raw.nll, slope: raw.slope[0], curvature: 1 / freed.variance)
  }
}
