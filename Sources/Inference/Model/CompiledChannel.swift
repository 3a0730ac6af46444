import Kernels

/// One channel's part of -ln L, with exact derivatives, over events, bins or nodes.
///
/// Without templates one kernel call sums over all columns; with them a loop over the bins does.
final class CompiledChannel {
  let parametric: [ParametricComponent]
  let templates: [TemplateComponent]
  let set: PointSet
  let count: Int
  /// The number of the model's parameters.
  let order: Int
  /// Event weights or bin contents; nil where every weight is one.
  let weights: UnsafeMutablePointer<Double>?
  /// The parameters it depends on.
  let ids: [Int]
  let isBinned: Bool
  let columns: [ComponentColumns]
  /// Where each component's columns start among the first kind, and among the second.
  let gramStart: [Int]
  let secondStart: [Int]
  let gramCount: Int
  let secondCount: Int
  let list: UnsafeMutablePointer<UnsafePointer<Double>?>
  let coefficients: UnsafeMutablePointer<Double>
  let gradientSums: UnsafeMutablePointer<Double>
  let gramSums: UnsafeMutablePointer<Double>
  /// Expected contents, and a weight, of each bin.
  let rate: UnsafeMutablePointer<Double>
  let ratio: UnsafeMutablePointer<Double>
  let row: UnsafeMutablePointer<Double>
  private let point: AlignedArray
  private let mapped: AlignedArray

  /// Compiles a channel over events or nodes (`points`), or over its bins (nil); `values` are
  /// weights of the points, or contents of the bins.
  init(
    _ components: ComponentCompiler, points: [Double]?, bins: [ClosedRange<Double>], binCount: Int,
    weights values: [Double]?, order: Int, arena: JetArena
  ) {
    parametric = components.parametric
    templates = components.templates
    self.order = order
    self.arena = arena
    isBinned = points == nil
    let n = points?.count ?? binCount
    count = n
    let room = (n + 31) / 16 * 16
    point = AlignedArray(capacity: points == nil ? 16 : room)
    mapped = AlignedArray(capacity: points == nil ? 16 : room)
    if let points {
      for i in 0..<room {
        let x = i < n ? points[i] : points.last ?? 0
        point.base[i] = x
        mapped.base[i] = components.geometry.u(x)
      }
      set = .points(point.base, u: mapped.base, count: n)
    } else {
      let none = ClosedRange(uncheckedBounds: (lower: 0.0, upper: 0.0))
      set = .bins(bins.isEmpty ? [ClosedRange<Double>](repeating: none, count: n) : bins)
    }
    if let values {
      let own = AlignedArray(capacity: room)
      for (i, w) in values.enumerated() { own.base[i] = w }
      weightStorage = own
      weights = own.base
    } else {
      weightStorage = nil
      weights = nil
    }
    let set = self.set
    columns = parametric.map { ComponentColumns($0, set, arena: arena) }
    var gram = 0, second = 0, gramStart: [Int] = [], secondStart: [Int] = []
    for c in parametric {
      gramStart.append(gram)
      secondStart.append(second)
      gram += c.gramColumns
      second += c.secondColumns
    }
    (self.gramStart, self.secondStart) = (gramStart, secondStart)
    (gramCount, secondCount) = (gram, second)
    list = .allocate(capacity: max(gram + second, 1))
    list.initialize(repeating: nil, count: max(gram + second, 1))
    for (k, c) in columns.enumerated() {
      for (a, p) in c.gram.enumerated() { list[gramStart[k] + a] = UnsafePointer(p) }
      for (a, p) in c.second.enumerated() { list[gram + secondStart[k] + a] = UnsafePointer(p) }
    }
    coefficients = arena.doubles(gram + second)
    gradientSums = arena.doubles(gram + second)
    gramSums = arena.doubles(gram * (gram + 1) / 2)
    rate = arena.doubles(room)
    ratio = arena.doubles(room)
    row = arena.doubles(order)
    ids = Set(parametric.flatMap(\.ids) + templates.flatMap(\.parameters)).sorted()
  }

  private let weightStorage: AlignedArray?
  /// Owns the buffers.
  private let arena: JetArena

  deinit { list.deallocate() }

  /// Computes all components at q; false where one has no integral.
  func place(_ q: UnsafePointer<Double>) -> Bool {
    for (k, c) in parametric.enumerated() {
      guard c.place(q) else { return false }
      columns[k].fill()
      if c.kind == .chebyshev {
        for (t, term) in c.terms.enumerated() {
          coefficients[gramStart[k] + t] = term.value.pointee
        }
      } else {
        coefficients[gramStart[k]] = c.terms[0].value.pointee
      }
    }
    for t in templates { t.place(q) }
    return true
  }

  /// The density or content at a point, after `place`.
  func rate(at i: Int, _ q: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for c in 0..<gramCount where coefficients[c] != 0 {
      if let column = list[c] { sum += coefficients[c] * column[i] }
    }
    for t in templates { sum += t.content(i, q) }
    return sum
  }

  /// Writes the gradient of the rate at a point, [order], after `place`.
  func rateGradient(at i: Int, _ q: UnsafePointer<Double>, row: UnsafeMutablePointer<Double>) {
    for k in 0..<order { row[k] = 0 }
    for (k, c) in parametric.enumerated() {
      for (a, slope) in c.slopes.enumerated() {
        let value = columns[k].gram[a][i]
        for (l, id) in c.ids.enumerated() { row[id] += slope[l] * value }
      }
    }
    for t in templates { t.addGradient(i, q, row: row) }
  }

  /// The expected events of the channel, after `place`.
  func expected(_ q: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for c in parametric { sum += c.total.value.pointee }
    for t in templates { for b in 0..<t.bins { sum += t.content(b, q) } }
    return sum
  }
}
