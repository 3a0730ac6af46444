import Kernels

/// The expected density of toys over a window, cut into stretches where its distribution is
/// inverted, or integrated over bins.
///
/// A density below zero, as a negative signal can make it, counts as zero.
struct ToyDensity {
  /// How far the part of events below x(t) may be from t inside a stretch.
  static let accuracy = 1e-6

  private let fit: ConditionalFit
  private let geometry: WindowGeometry
  private let model = SignalModel()
  /// Known peaks of the background with their events.
  private let peaks: [(events: Double, shape: SignalShape, distribution: ShapeDistribution)]

  init(_ window: borrowing ScanWindow, fit: ConditionalFit) {
    self.fit = fit
    geometry = WindowGeometry(window.segments)
    peaks = fit.peaks.compactMap { peak in
      (try? ShapeDistribution(peak.shape)).map { (peak.events, peak.shape, $0) }
    }
    model.place(window.signal, normalisation: window.normalisation, segments: window.segments)
    if fit.widthFactor != 1 {
      model.rescale(widthFactor: fit.widthFactor, segments: window.segments)
    }
  }

  /// Events per unit of the observable, not below zero.
  private func value(_ x: Double) -> Double {
    let u = geometry.u(x)
    var sum = WindowGeometry.chebyshevSum(fit.chebyshev, u)
    for e in fit.exponentials { sum += e.coefficient * nj_exp_scalar(e.slope * u) }
    for peak in peaks { sum += peak.events * peak.distribution.density(at: x) }
    if fit.signal != 0 {
      sum += fit.signal * model.density(at: x, widthFactor: fit.widthFactor)
    }
    return max(sum, 0)
  }

  /// The edges of the signal's cells, and of parts of the background's peaks, strictly between two
  /// values, ascending.
  private func joints(_ low: Double, _ high: Double) -> [Double] {
    let edges = [Double](unsafeUninitializedCapacity: Int(NJ_CELL_LIMIT) + 1) { p, count in
      count = p.baseAddress.map { nj_signal_edges(model.cells, $0) } ?? 0
    }
    let widths: [Double] = [-8, -4, -2, -1, 0, 1, 2, 4, 8]
    let parts = peaks.flatMap { peak in widths.map { peak.shape.mean + $0 * peak.shape.width } }
    let inside = edges.filter { $0 > low && $0 < high }
    if parts.isEmpty { return inside }
    return Set(inside + parts.filter { $0 > low && $0 < high }).sorted()
  }

  /// Stretches with at most `most` expected events that invert to `accuracy`, ascending.
  ///
  /// None holds a joint of the signal's cells, so that positions in any order inside a stretch are
  /// still in the order of the cells.
  func stretches(most: Double) -> [InverseStretch] {
    var found: [InverseStretch] = []
    func add(_ low: Double, _ high: Double, _ depth: Int) {
      let stretch = InverseStretch(from: low, to: high, density: value)
      let middle = 0.5 * (low + high)
      if stretch.miss <= Self.accuracy && stretch.mean <= most || depth > 24
        || !(middle > low && middle < high)
      {
        if stretch.mean > 0 { found.append(stretch) }
        return
      }
      add(low, middle, depth + 1)
      add(middle, high, depth + 1)
    }
    for segment in geometry.segments {
      let edges =
        [segment.lowerBound] + joints(segment.lowerBound, segment.upperBound)
        + [segment.upperBound]
      for (low, high) in zip(edges, edges.dropFirst()) { add(low, high, 0) }
    }
    return found
  }

  /// The expected events of equal bins, cut by excluded ranges, in the order of the solver's.
  func binMeans(_ bins: Int) -> [Double] {
    let g = geometry, width = (g.high - g.low) / Double(bins)
    var means: [Double] = []
    for i in 0..<bins {
      let a = i == 0 ? g.low : g.low + Double(i) * width
      let b = i == bins - 1 ? g.high : g.low + Double(i + 1) * width
      for s in g.segments where min(b, s.upperBound) > max(a, s.lowerBound) {
        let low = max(a, s.lowerBound), high = min(b, s.upperBound)
        let edges = [low] + joints(low, high) + [high]
        means.append(
          zip(edges, edges.dropFirst()).reduce(0) { sum, part in
            sum + InverseStretch.integral(from: part.0, to: part.1, value)
          })
      }
    }
    return means
  }
}
