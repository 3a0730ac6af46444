import Kernels

/// The fast way through a window: a density linear in signal and polynomial background.
///
/// -ln L is then convex and self-concordant: exact Newton steps from a division-free start, a
/// rigorous stop. Where positivity of the density may bind, or few events leave the minimum
/// undefined, it declines, and the general way (`GeneralWindow`) does the work.
final class LinearWindow {
  /// Steps stop when λ² = gH⁻¹g is below this: the yield is within λ²/(1-λ)² of its error.
  ///
  /// The error, from the last sweep's Hessian, is within 1e-3; many events allow five times as much.
  static let tolerance = 2e-5

  let model = SignalModel()
  let buffers = WindowBuffers()
  let data = UnsafeMutablePointer<nj_linear_data>.allocate(capacity: 1)
  let asimov = UnsafeMutablePointer<nj_linear_data>.allocate(capacity: 1)
  /// Signal and background; background alone; profiles of the data and of the Asimov set.
  let fit = UnsafeMutablePointer<nj_linear_fit>.allocate(capacity: 1)
  let null = UnsafeMutablePointer<nj_linear_fit>.allocate(capacity: 1)
  let observedPoint = UnsafeMutablePointer<nj_linear_fit>.allocate(capacity: 1)
  let expectedPoint = UnsafeMutablePointer<nj_linear_fit>.allocate(capacity: 1)
  private let sums = UnsafeMutablePointer<Double>.allocate(capacity: 8)

  private(set) var geometry = WindowGeometry([0...1])
  private let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
  /// How often a window was placed.
  private(set) var placement = 0
  private var placed: (signal: SignalShape, normalisation: ShapeNormalisation)?

  /// The numbers of the window in hand.
  private struct State {
    var squareOffset = 0.0
    var logBinWidth = 0.0
    var bins = 0
    var nodeCount = 0
    var half = 0.0
    var nll = 0.0
    var nullNLL = 0.0
    var peak = 0.0
    /// The bins whose signal lies in the buffers; 0 for none.
    var signalBins = 0
  }

  /// What the mean of u² in a bin is above the square of its centre; 0 unbinned.
  var squareOffset: Double { state.pointee.squareOffset }
  /// -ln L of signal and background.
  var nll: Double { state.pointee.nll }
  /// -ln L of the background alone.
  var nullNLL: Double { state.pointee.nullNLL }

  init() {
    data.initialize(to: nj_linear_data())
    asimov.initialize(to: nj_linear_data())
    fit.initialize(to: nj_linear_fit())
    null.initialize(to: nj_linear_fit())
    observedPoint.initialize(to: nj_linear_fit())
    expectedPoint.initialize(to: nj_linear_fit())
    sums.initialize(repeating: 0, count: 8)
    state.initialize(to: State())
  }

  deinit {
    data.deallocate()
    asimov.deallocate()
    fit.deallocate()
    null.deallocate()
    observedPoint.deallocate()
    expectedPoint.deallocate()
    sums.deallocate()
    state.deallocate()
  }

  /// Places the signal model and remembers the geometry; needed before anything else.
  func place(_ window: borrowing ScanWindow) {
    geometry = WindowGeometry(window.segments)
    model.place(
      window.signal, normalisation: window.normalisation, segments: window.segments)
    state.pointee.half = geometry.half
    state.pointee.peak = model.peak
    state.pointee.signalBins = 0
    placement += 1
    placed = (window.signal, window.normalisation)
  }

  /// Places a window unless the one before had the same shape and segments: for toys.
  func placeAgain(_ window: borrowing ScanWindow) {
    if let placed, model.isNominal, placed.signal == window.signal,
      placed.normalisation == window.normalisation, geometry.segments == window.segments
    {
      return
    }
    place(window)
  }

  /// Fills the data arrays; false where the window is not for this way.
  func load(_ window: borrowing ScanWindow) -> Bool {
    guard case .polynomial(let order) = window.background, order <= 2 else { return false }
    let g = geometry
    data.pointee.parameters = order + 2
    data.pointee.integral = (
      model.acceptance, g.integrals.0, g.integrals.1, g.integrals.2
    )
    state.pointee.squareOffset = 0
    state.pointee.logBinWidth = 0
    state.pointee.bins = 0
    switch window.likelihood {
    case .unbinned:
      let n = window.events.count
      guard n >= 8, let x = window.events.baseAddress else { return false }
      buffers.reserve(events: n)
      state.pointee.signalBins = 0
      data.pointee.signal = UnsafePointer(buffers.signal.base)
      data.pointee.position = UnsafePointer(buffers.position.base)
      data.pointee.weight = nil
      data.pointee.vectors = (n + 15) / 16 * 2
      data.pointee.events = Double(n)
      nj_signal_fill(
        model.cells, x, n, g.centre, 1 / g.half, order + 2, buffers.signal.base,
        buffers.position.base, sums)
      nj_linear_start(data, sums, fit)
    case .binned(let count):
      guard window.segments.count == 1 else { return false }
      state.pointee.bins = count
      buffers.reserve(events: count)
      if state.pointee.signalBins != count {
        nj_signal_bins(
          model.cells, g.low, g.high, count, buffers.signal.base, buffers.position.base)
        state.pointee.signalBins = count
      }
      let total = Histogramming.fill(window, geometry: g, into: buffers.weight.base, bins: count)
      guard total >= 8 else { return false }
      data.pointee.signal = UnsafePointer(buffers.signal.base)
      data.pointee.position = UnsafePointer(buffers.position.base)
      data.pointee.weight = UnsafePointer(buffers.weight.base)
      data.pointee.vectors = (count + 15) / 16 * 2
      data.pointee.events = total
      // The average of u² over a bin is the square of its centre plus a constant: the constant
      // moves from the quadratic to the constant coefficient.
      let delta = 1 / Double(count)
      state.pointee.squareOffset = delta * delta / 3
      data.pointee.integral.3 -= squareOffset * data.pointee.integral.1
      state.pointee.logBinWidth = total * nj_log_scalar(2 * g.half / Double(count))
      nj_linear_sums(data, sums)
      nj_linear_start(data, sums, fit)
    }
    return true
  }

  /// Fits signal and background, with -ln L unless it is not wanted; false where it declines.
  func minimise(_ window: borrowing ScanWindow, wantsLikelihood: Bool = true) -> Bool {
    let few = data.pointee.events < 1500
    nj_linear_minimise(data, 0, few ? Self.tolerance : 5 * Self.tolerance, fit)
    guard fit.pointee.failed == 0, isPositive(fit.pointee.theta, window.positivity) else {
      return false
    }
    guard wantsLikelihood else {
      state.pointee.nll = .nan
      return fit.pointee.theta.0.isFinite
    }
    state.pointee.nll =
      extended(fit) + nj_linear_log(data, theta(fit), fit.pointee.theta.1)
      - state.pointee.logBinWidth
    return nll.isFinite
  }

  /// Fits the background alone, from where the fit says it should be; false where it declines.
  func minimiseNull(_ window: borrowing ScanWindow) -> Bool {
    predictNull()
    nj_linear_minimise(data, 1, Self.tolerance, null)
    guard null.pointee.failed == 0, isPositive(null.pointee.theta, .background) else {
      return false
    }
    state.pointee.nullNLL =
      extended(null) + nj_linear_log(data, theta(null), null.pointee.theta.1)
      - state.pointee.logBinWidth
    return nullNLL.isFinite
  }

  /// Moves the background from the free minimum to zero signal by the fit's Hessian.
  private func predictNull() {
    null.pointee.theta = fit.pointee.theta
    null.pointee.theta.0 = 0
    let h = fit.pointee.hessian, s = fit.pointee.theta.0
    let a = h.1.1, b = h.1.2, c = h.1.3, d = h.2.2, e = h.2.3, f = h.3.3
    let x = h.0.1, y = h.0.2, z = h.0.3
    switch data.pointee.parameters {
    case 2: null.pointee.theta.1 += s * x / a
    case 3:
      let determinant = a * d - b * b
      null.pointee.theta.1 += s * (d * x - b * y) / determinant
      null.pointee.theta.2 += s * (a * y - b * x) / determinant
    default:
      let m0 = d * f - e * e, m1 = c * e - b * f, m2 = b * e - c * d
      let determinant = a * m0 + b * m1 + c * m2
      let n1 = a * f - c * c, n2 = b * c - a * e, k2 = a * d - b * b
      null.pointee.theta.1 += s * (m0 * x + m1 * y + m2 * z) / determinant
      null.pointee.theta.2 += s * (m1 * x + n1 * y + n2 * z) / determinant
      null.pointee.theta.3 += s * (m2 * x + n2 * y + k2 * z) / determinant
    }
    let low = null.pointee.theta.1
    if !(low > 0) {
      null.pointee.theta = (0, data.pointee.events / geometry.integrals.0, 0, 0)
    }
  }

  /// Makes the Asimov set of the background-only fit.
  func makeAsimov() {
    let t = null.pointee.theta
    asimov.pointee = data.pointee
    var total = 0.0
    let bins = state.pointee.bins
    if bins > 0 {
      let position = buffers.position.base, width = 2 * state.pointee.half / Double(bins)
      buffers.nodeWeight.reserve(bins + 32)
      let weight = buffers.nodeWeight.base
      for i in 0..<bins {
        let u = position[i], value = width * (t.1 + u * (t.2 + u * t.3))
        weight[i] = value
        total += value
      }
      for i in bins..<((bins + 15) / 16 * 16) { weight[i] = 0 }
      asimov.pointee.weight = UnsafePointer(weight)
    } else {
      placeNodes()
      let n = state.pointee.nodeCount
      let weight = buffers.nodeWeight.base, share = buffers.nodeShare.base
      let position = buffers.nodePosition.base
      for i in 0..<n {
        let u = position[i], value = share[i] * (t.1 + u * (t.2 + u * t.3))
        weight[i] = value
        total += value
      }
      for i in n..<((n + 15) / 16 * 16) { weight[i] = 0 }
      asimov.pointee.signal = UnsafePointer(buffers.nodeSignal.base)
      asimov.pointee.position = UnsafePointer(position)
      asimov.pointee.weight = UnsafePointer(weight)
      asimov.pointee.vectors = (n + 15) / 16 * 2
    }
    asimov.pointee.events = total
  }

  /// Places Gauss-Legendre nodes in all cells of the window, with signal and u there.
  private func placeNodes() {
    let g = geometry, most = Int(NJ_CELL_LIMIT) + 16
    buffers.reserve(nodes: 4 * (most + 16 * g.segments.count))
    let nodes = buffers.nodes.base, share = buffers.nodeShare.base
    var n = 0
    for segment in g.segments {
      n += nj_signal_nodes(
        model.cells, segment.lowerBound, segment.upperBound, g.half / 5, nodes + n, share + n)
    }
    state.pointee.nodeCount = n
    nj_signal_fill(
      model.cells, nodes, n, g.centre, 1 / g.half, 2, buffers.nodeSignal.base,
      buffers.nodePosition.base, sums)
  }

  /// Whether the density is safely positive: the background's lowest value and, below zero or with
  /// a negative signal, that of the sum at the Gauss nodes.
  func isPositive(
    _ t: (Double, Double, Double, Double), _ positivity: Positivity
  ) -> Bool {
    let b0 = t.1 - t.3 * squareOffset, b1 = t.2, b2 = t.3
    var lowest = min(b0 - b1 + b2, b0 + b1 + b2)
    if b2 > 0, abs(b1) < 2 * b2 { lowest = b0 - b1 * b1 / (4 * b2) }
    if data.pointee.parameters < 3 { lowest = b0 }
    if lowest > 0, t.0 >= 0 { return true }
    if positivity == .background, !(lowest > 0) { return false }
    let peak = abs(t.0) * state.pointee.peak, bins = state.pointee.bins
    if lowest - (t.0 < 0 ? peak : 0) > 0 { return true }
    if bins > 0 {
      let s = buffers.signal.base, position = buffers.position.base
      for i in 0..<bins {
        let u = position[i]
        if !(t.0 * s[i] + t.1 + u * (t.2 + u * t.3) > 1e-9 * peak) { return false }
      }
      return true
    }
    placeNodes()
    let s = buffers.nodeSignal.base, position = buffers.nodePosition.base
    for i in 0..<state.pointee.nodeCount {
      let u = position[i]
      if !(t.0 * s[i] + t.1 + u * (t.2 + u * t.3) > 0.02 * peak) { return false }
    }
    return true
  }

  /// Starts the profile of the data from the fit, that of the Asimov set from the null fit.
  func startProfiles() {
    observedPoint.pointee = fit.pointee
    observedPoint.pointee.shift = (0, 0, 0, 0)
    observedPoint.pointee.sweeps = 0
    expectedPoint.pointee = null.pointee
    expectedPoint.pointee.shift = (0, 0, 0, 0)
    expectedPoint.pointee.sweeps = 0
  }

  /// -ln L of the free or background-only fit as the profile counts it.
  func profileReference(_ value: Double) -> Double { value + state.pointee.logBinWidth }

  private func extended(_ fit: UnsafeMutablePointer<nj_linear_fit>) -> Double {
    let t = fit.pointee.theta, e = data.pointee.integral
    var sum = e.0 * t.0 + e.1 * t.1
    if data.pointee.parameters > 2 { sum += e.2 * t.2 }
    if data.pointee.parameters > 3 { sum += e.3 * t.3 }
    return sum
  }

  /// Signal and coefficients of T0…T2 of an unbinned fit.
  func chebyshevValues(_ fit: UnsafeMutablePointer<nj_linear_fit>) -> [Double] {
    let t = fit.pointee.theta
    switch data.pointee.parameters {
    case 2: return [t.0, t.1]
    case 3: return [t.0, t.1, t.2]
    default: return [t.0, t.1 + 0.5 * t.3, t.2, 0.5 * t.3]
    }
  }

  func theta(_ fit: UnsafeMutablePointer<nj_linear_fit>) -> UnsafePointer<Double> {
    UnsafeRawPointer(fit).assumingMemoryBound(to: Double.self)
  }

  /// The Hessian of the last sweep, shape [NJ_LINEAR_LIMIT, NJ_LINEAR_LIMIT].
  func hessian(_ fit: UnsafeMutablePointer<nj_linear_fit>) -> UnsafePointer<Double> {
    theta(fit) + 2 * Int(NJ_LINEAR_LIMIT)
  }
}

/// Bin contents of a window.
enum Histogramming {
  /// Fills equal bins over the window from its counts or events; returns the sum.
  static func fill(
    _ window: borrowing ScanWindow, geometry g: WindowGeometry,
    into weight: UnsafeMutablePointer<Double>, bins: Int
  ) -> Double {
    if let counts = window.counts, let base = counts.baseAddress {
      // Four sums side by side: whole numbers, the usual content, add up exactly in any order.
      let n = min(bins, counts.count)
      var total = (0.0, 0.0, 0.0, 0.0)
      var i = 0
      while i + 4 <= n {
        let (a, b, c, d) = (base[i], base[i + 1], base[i + 2], base[i + 3])
        (weight[i], weight[i + 1], weight[i + 2], weight[i + 3]) = (a, b, c, d)
        total = (total.0 + a, total.1 + b, total.2 + c, total.3 + d)
        i += 4
      }
      while i < n {
        weight[i] = base[i]
        total.0 += base[i]
        i += 1
      }
      for i in n..<((bins + 15) / 16 * 16) { weight[i] = 0 }
      return (total.0 + total.1) + (total.2 + total.3)
    }
    for i in 0..<((bins + 15) / 16 * 16) { weight[i] = 0 }
    let scale = Double(bins) / (g.high - g.low)
    for x in window.events {
      let bin = min(max(Int((x - g.low) * scale), 0), bins - 1)
      weight[bin] += 1
    }
    return Double(window.events.count)
  }
}
