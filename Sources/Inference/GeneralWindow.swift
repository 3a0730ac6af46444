import Kernels

/// The general way through a window: any background, width nuisances, binding positivity, few
/// events.
///
/// Parameters: the signal (events on the full line), the Chebyshev coefficients of the polynomial
/// (density), the yields of background peaks, coefficient and slope of each exponential, ln of the width factor.
final class GeneralWindow: NewtonObjective {
  /// What is done with the signal.
  enum Signal {
    case free
    case fixed(Double)
  }

  let newton = ConstrainedNewton()
  var model = SignalModel()
  var geometry = WindowGeometry([0...1])
  var positivity = Positivity.totalDensity
  var widthFactor = NuisanceFactor([], on: .width)
  var order = -1
  var exponentials = 0
  /// Peaks of the background: further columns behind those of the polynomial.
  private(set) var peaks = BackgroundPeaks([], segments: [])
  var hasWidth = false
  private(set) var count = 1
  /// Points with densities: events, bins, or the nodes of an Asimov set.
  private(set) var points = 0
  private(set) var events = 0.0
  private(set) var bins = 0
  var isAsimov = false

  let dataColumns = ColumnSet()
  let nodeColumns = ColumnSet()
  let asimovWeight = AlignedArray(capacity: 64)
  /// The density at the nodes, while places are sought where it is below zero.
  let nodeValue = AlignedArray(capacity: 64)
  private(set) var asimovEvents = 0.0
  /// Integrals over the window of the columns that are linear in their coefficients: the polynomials'
  /// and the peaks'.
  var columnIntegrals: [Double] = []
  private(set) var nodeCount = 0
  private var nodeWidest = 0.2
  /// The width factor of the signal's cells, and of the signal columns.
  private(set) var placedWidth = 1.0
  private var nodeWidth = Double.nan
  private var nodeKey: NodeKey?
  private var dataWidth = Double.nan
  /// Whether one kernel does all, without columns at the events.
  private(set) var isFused = false
  private(set) var eventBase: UnsafePointer<Double>?
  /// Where the density, or the background alone, is held at or above zero.
  var held: [HeldPoint] = []
  /// What is held is the density above this: too little to matter, and nowhere zero.
  var floor = 0.0

  /// What the nodes were placed for.
  private struct NodeKey: Equatable {
    var placement: Int
    var order: Int
    var exponentials: Int
    var peaks: [SignalShape]
  }

  struct HeldPoint {
    var x: Double
    var bin: Int
    var isBackground: Bool
  }

  let gradientSums = UnsafeMutablePointer<Double>.allocate(capacity: Int(NJ_COLUMN_LIMIT))
  let gramSums = UnsafeMutablePointer<Double>.allocate(
    capacity: Int(NJ_COLUMN_LIMIT * (NJ_COLUMN_LIMIT + 1) / 2))
  let coefficients = UnsafeMutablePointer<Double>.allocate(capacity: Int(NJ_COLUMN_LIMIT))
  /// Parameters with coefficients of exponentials instead of yields.
  let plain = UnsafeMutablePointer<Double>.allocate(capacity: Int(NJ_COLUMN_LIMIT))

  deinit {
    gradientSums.deallocate()
    gramSums.deallocate()
    coefficients.deallocate()
    plain.deallocate()
  }

  /// Columns of the background that are linear in their coefficients.
  var linear: Int { order + 1 + peaks.count }
  var slopeBase: Int { 1 + linear }
  var widthIndex: Int { 1 + linear + 2 * exponentials }
  /// An unbinned Asimov set lies on the nodes, a binned one in the bins.
  var columns: ColumnSet { isAsimov && bins == 0 ? nodeColumns : dataColumns }

  /// Takes a window's events and model.
  ///
  /// Nodes stay where they are as long as `placement`, the number of the model's placing, is the same.
  func load(
    _ window: borrowing ScanWindow, model: SignalModel, geometry: WindowGeometry,
    placement: Int? = nil
  ) {
    self.model = model
    self.geometry = geometry
    positivity = window.positivity
    order = min(window.background.polynomialOrder ?? -1, 12)
    exponentials = min(window.background.exponentialCount, 3)
    peaks = BackgroundPeaks(window.background.peaks, segments: window.segments)
    widthFactor = NuisanceFactor(window.nuisances, on: .width)
    hasWidth = !widthFactor.isEmpty
    count = 1 + linear + 2 * exponentials + (hasWidth ? 1 : 0)
    columnIntegrals =
      (order >= 0 ? geometry.chebyshevIntegrals(order: order) : []) + peaks.integrals
    isAsimov = false
    held.removeAll(keepingCapacity: true)
    (placedWidth, dataWidth) = (1, .nan)
    let nodes = placement.map {
      NodeKey(
        placement: $0, order: order, exponentials: exponentials, peaks: peaks.shapes)
    }
    let widest = max(Self.fineNodes, min(0.2, peaks.narrowest / geometry.half))
    if nodes == nil || nodes != nodeKey || nodeWidest != widest {
      placeNodes(widest: widest)
      nodeKey = nodes
    } else if nodeWidth != 1 {
      nodeWidth = .nan
    }
    isFused = false
    switch window.likelihood {
    case .unbinned:
      bins = 0
      points = window.events.count
      events = Double(points)
      eventBase = window.events.baseAddress
      isFused = hasWidth && exponentials == 0 && peaks.isEmpty && (0...2).contains(order)
      if isFused { break }
      dataColumns.reserve(points, linear: linear, exponentials: exponentials)
      for (i, x) in window.events.enumerated() {
        dataColumns.x.base[i] = x
        dataColumns.u.base[i] = geometry.u(x)
      }
      dataColumns.finish(points)
      fillFixedColumns(dataColumns, points)
    case .binned(let wanted):
      loadBins(window, wanted)
    }
  }

  /// The parts of an Asimov set whose density touches zero, in half windows.
  static let fineNodes = 0.03

  /// Places nodes in parts no wider than `widest` of half the window.
  func placeNodes(widest: Double = 0.2) {
    let most = 4 * (Int(NJ_CELL_LIMIT) + 16 + Int(3 / widest) * (geometry.segments.count + 1))
    nodeWidest = widest
    nodeColumns.reserve(most, linear: linear, exponentials: exponentials)
    let x = nodeColumns.x.base, share = nodeColumns.share.base
    var n = 0
    for segment in geometry.segments {
      n += nj_signal_nodes(
        model.cells, segment.lowerBound, segment.upperBound, geometry.half * widest, x + n,
        share + n)
    }
    for i in 0..<n { nodeColumns.u.base[i] = geometry.u(x[i]) }
    nodeColumns.finish(n)
    nodeCount = n
    nodeWidth = .nan
    fillFixedColumns(nodeColumns, n)
  }

  func fillFixedColumns(_ set: ColumnSet, _ n: Int) {
    if order >= 0 { nj_chebyshev_columns(set.u.base, n, order, set.linear) }
    for peak in 0..<peaks.count {
      guard let column = set.linear[order + 1 + peak] else { continue }
      for i in 0..<n { column[i] = peaks.density(peak, at: set.x.base[i]) }
      for i in n..<((n + 15) / 16 * 16) { column[i] = 0 }
    }
  }

  /// Bins are cut by excluded ranges: their columns are integrals over what is left.
  func loadBins(_ window: borrowing ScanWindow, _ wanted: Int) {
    var edges: [(Double, Double, Int)] = []
    let g = geometry, width = (g.high - g.low) / Double(wanted)
    for i in 0..<wanted {
      let a = i == 0 ? g.low : g.low + Double(i) * width
      let b = i == wanted - 1 ? g.high : g.low + Double(i + 1) * width
      for s in g.segments where min(b, s.upperBound) > max(a, s.lowerBound) {
        edges.append((max(a, s.lowerBound), min(b, s.upperBound), i))
      }
    }
    bins = edges.count
    points = bins
    dataColumns.reserve(bins, linear: linear, exponentials: exponentials)
    dataColumns.binEdges = edges.map { ($0.0, $0.1) }
    for i in 0..<bins {
      dataColumns.x.base[i] = 0.5 * (edges[i].0 + edges[i].1)
      dataColumns.u.base[i] = g.u(dataColumns.x.base[i])
      dataColumns.weight.base[i] = 0
    }
    dataColumns.finish(bins)
    events = 0
    if let counts = window.counts {
      for i in 0..<min(bins, counts.count) {
        dataColumns.weight.base[i] = counts[i]
        events += counts[i]
      }
    } else {
      var bin = 0
      for x in window.events {
        while bin < bins - 1, x >= edges[bin].1 { bin += 1 }
        dataColumns.weight.base[bin] += 1
      }
      events = Double(window.events.count)
    }
    for i in 0..<bins {
      for k in 0..<(order + 1) {
        dataColumns.linear[k]?[i] =
          integral(edges[i].0, edges[i].1) { WindowGeometry.chebyshev(k, $0) }
      }
      for peak in 0..<peaks.count {
        dataColumns.linear[order + 1 + peak]?[i] = peaks.integral(
          peak, from: edges[i].0, to: edges[i].1)
      }
    }
  }

  /// A linear column of the background at x.
  func column(_ k: Int, at x: Double) -> Double {
    k <= order ? WindowGeometry.chebyshev(k, geometry.u(x)) : peaks.density(k - order - 1, at: x)
  }

  /// Integrates a function of u over x by eight Gauss-Legendre nodes.
  func integral(_ a: Double, _ b: Double, _ f: (Double) -> Double) -> Double {
    let half = 0.5 * (b - a), middle = 0.5 * (a + b)
    var sum = 0.0
    for (node, share) in Self.gauss8 {
      sum += share * (f(geometry.u(middle - node * half)) + f(geometry.u(middle + node * half)))
    }
    return sum * half
  }

  static let gauss8: [(Double, Double)] = [
    (0.1834346424956498, 0.3626837833783620), (0.5255324099163290, 0.3137066458778873),
    (0.7966664774136267, 0.2223810344533745), (0.9602898564975363, 0.1012285362903763),
  ]

  /// Places the signal's cells at a width factor.
  func placeSignal(_ factor: Double) {
    guard factor != placedWidth else { return }
    placedWidth = factor
    model.rescale(widthFactor: factor, segments: geometry.segments)
  }

  /// Fills the signal columns of the nodes.
  func fillNodes() {
    guard nodeWidth != placedWidth else { return }
    nodeWidth = placedWidth
    fillSignal(nodeColumns, nodeCount, isBinned: false, placedWidth)
  }

  func fillData() {
    guard dataWidth != placedWidth else { return }
    dataWidth = placedWidth
    fillSignal(dataColumns, points, isBinned: bins > 0, placedWidth)
  }

  func fillSignal(_ set: ColumnSet, _ n: Int, isBinned: Bool, _ factor: Double) {
    guard isBinned else {
      nj_signal_columns(
        model.cells, set.x.base, n, set.signal.base, set.signalFirst.base, set.signalSecond.base)
      return
    }
    for (i, edge) in set.binEdges.enumerated() {
      let s = model.acceptance(widthFactor: factor, segments: [edge.0...edge.1])
      set.signal.base[i] = max(s.value, 0)
      set.signalFirst.base[i] = s.first
      set.signalSecond.base[i] = s.second
    }
  }

  func fillExponentials(_ q: UnsafePointer<Double>) {
    for e in 0..<exponentials {
      let slope = q[slopeBase + 2 * e + 1]
      let set = columns, n = isAsimov ? nodeCount : points
      if bins > 0 {
        for i in 0..<bins {
          let m = exponentialIntegral(slope, set.binEdges[i].0, set.binEdges[i].1)
          set.exponential[3 * e]?[i] = m.0
          set.exponential[3 * e + 1]?[i] = m.1
          set.exponential[3 * e + 2]?[i] = m.2
        }
      } else if let value = set.exponential[3 * e], let first = set.exponential[3 * e + 1],
        let second = set.exponential[3 * e + 2]
      {
        nj_exponential_columns(set.u.base, n, slope, value, first, second)
      }
    }
  }

  /// ∫exp(slope·u) dx and its two derivatives in the slope, over [a, b] in x.
  func exponentialIntegral(_ slope: Double, _ a: Double, _ b: Double) -> (Double, Double, Double) {
    ExponentialIntegral.over(slope, geometry, a, b)
  }

  /// The signal's share in the window at a width factor, from the last fit's parameters.
  func acceptance(_ raw: RawFit) -> Double {
    guard hasWidth, raw.values.count == count else { return model.acceptance }
    return model.acceptance(
      widthFactor: nj_exp_scalar(raw.values[widthIndex]), segments: geometry.segments
    ).value
  }

  /// The expected background events in the window.
  func backgroundYield(_ raw: RawFit) -> Double {
    guard raw.values.count == count else { return .nan }
    var sum = 0.0
    for k in 0..<linear { sum += raw.values[1 + k] * columnIntegrals[k] }
    for e in 0..<exponentials {
      for s in geometry.segments {
        sum +=
          raw.values[slopeBase + 2 * e]
          * exponentialIntegral(raw.values[slopeBase + 2 * e + 1], s.lowerBound, s.upperBound).0
      }
    }
    return sum
  }

  /// Makes the Asimov set of a background-only fit.
  ///
  /// Where the density touches zero, its logarithm wants many nodes: it touches elsewhere with a
  /// signal.
  func makeAsimov(_ null: RawFit) {
    if bins == 0, null.isAtLimit, nodeWidest > Self.fineNodes {
      placeNodes(widest: Self.fineNodes)
    }
    let set = bins > 0 ? dataColumns : nodeColumns
    let n = bins > 0 ? bins : nodeCount
    asimovWeight.reserve(n + 32)
    null.values.withUnsafeBufferPointer { q in
      if let q = q.baseAddress, exponentials > 0 {
        isAsimov = true
        fillExponentials(q)
        isAsimov = false
      }
    }
    asimovEvents = 0
    let least = 1e-6 * events / (bins > 0 ? Double(bins) : 2 * geometry.half)
    for i in 0..<n {
      var value = 0.0
      for k in 0..<linear { value += null.values[1 + k] * (set.linear[k]?[i] ?? 0) }
      for e in 0..<exponentials {
        value += null.values[slopeBase + 2 * e] * (set.exponential[3 * e]?[i] ?? 0)
      }
      // Next to a zero there is next to nothing, and the logarithm of it is steep.
      if value < least { value = 0 }
      value *= bins > 0 ? 1 : set.share.base[i]
      asimovWeight.base[i] = value
      asimovEvents += value
    }
    for i in n..<((n + 15) / 16 * 16) { asimovWeight.base[i] = 0 }
  }
}
