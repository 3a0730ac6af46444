import Kernels

/// One Crystal Ball of a peak: where its six parameters come from.
struct PeakComponent {
  /// Index of the model parameter of each of mean, width, alphaLow, nLow, alphaHigh, nHigh; -1 fixed.
  var indices: [Int]
  /// Values of those without an index.
  var constants: [Double]
  /// The peak it belongs to.
  var peak: Int
  /// The model parameter of its share, or -1; `isRest` for one minus it.
  var fraction = -1
  var isRest = false
}

/// What a named fit is made to: events, or the contents of bins.
struct PeakData {
  /// Events, or the centres of bins.
  var points: [Double]
  /// Weights of events, or contents of bins; nil: ones.
  var weights: [Double]?
  /// Roots of the sums of squared weights in bins of weighted events.
  var spreads: [Double]?
  /// The bins; nil: events.
  var bins: [ClosedRange<Double>]?
}

/// The density of a named fit: peaks of Crystal Balls on a background, as `ConstrainedNewton` wants.
///
/// In bins it is the mean density of each, from exact integrals.
final class PeakModel: NewtonObjective {
  let geometry: WindowGeometry
  let components: [PeakComponent]
  /// The model parameter of each peak's yield, and whether it is normalised on the full line.
  let yields: [Int]
  let isFullLine: [Bool]
  let peakParameters: Int
  let order: Int
  let exponentials: Int
  let count: Int
  private let points: Int
  private let columns = ColumnSet()
  private let storage: AlignedArray
  private let weights: AlignedArray?
  private let spreads: AlignedArray?
  private let bins: [ClosedRange<Double>]?
  private let room: Int
  private var list = ColumnPointers()
  private let coefficients: UnsafeMutablePointer<Double>
  private let gradientSums: UnsafeMutablePointer<Double>
  private let gramSums: UnsafeMutablePointer<Double>
  private let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>
  private let chebyshevIntegrals: [Double]
  /// Gradient covariance instead of the Hessian: Σ w² of the scores' products.
  var isSandwich = false
  /// Pairs of parameters of which the first is never the larger one.
  var orders: [(smaller: Int, larger: Int)] = []

  /// One column of the sums: its derivatives in the model's parameters.
  private struct Column {
    var slopes: [(index: Int, value: Double)] = []
  }
  /// A second derivative: parameters and factor of a column behind the Gram ones.
  private struct Second {
    var column: Int
    var a: Int
    var b: Int
    var factor: Double
  }

  init(
    geometry: WindowGeometry, components: [PeakComponent], yields: [Int], isFullLine: [Bool],
    peakParameters: Int, background: BackgroundShape?, data: PeakData
  ) {
    self.geometry = geometry
    self.components = components
    self.yields = yields
    self.isFullLine = isFullLine
    self.peakParameters = peakParameters
    order = background?.polynomialOrder ?? -1
    exponentials = background?.exponentialCount ?? 0
    count = peakParameters + order + 1 + 2 * exponentials
    points = data.points.count
    bins = data.bins
    room = (points + 31) / 16 * 16
    storage = AlignedArray(capacity: room * 28 * max(components.count, 1) + 16)
    columns.reserve(points, linear: order + 1, exponentials: exponentials)
    for (i, x) in data.points.enumerated() {
      columns.x.base[i] = x
      columns.u.base[i] = geometry.u(x)
    }
    columns.finish(points)
    let room = room
    func aligned(_ values: [Double]) -> AlignedArray {
      let own = AlignedArray(capacity: room)
      for (i, w) in values.enumerated() { own.base[i] = w }
      return own
    }
    weights = data.weights.map(aligned)
    spreads = data.spreads.map(aligned)
    chebyshevIntegrals = order >= 0 ? geometry.chebyshevIntegrals(order: order) : []
    let limit = Int(NJ_COLUMN_LIMIT)
    coefficients = .allocate(capacity: limit)
    gradientSums = .allocate(capacity: limit)
    gramSums = .allocate(capacity: limit * (limit + 1) / 2)
    pointers = .allocate(capacity: 28)
    if bins != nil {
      // Kernels write, and read, whole vectors: beyond the last bin there is nothing.
      storage.base.update(repeating: 0, count: room * 28 * max(components.count, 1))
      for k in 0..<(order + 1) { columns.linear[k]?.update(repeating: 0, count: room) }
      for k in 0..<(3 * exponentials) { columns.exponential[k]?.update(repeating: 0, count: room) }
    }
    if let bins, order >= 0 {
      for (i, bin) in bins.enumerated() {
        let means = geometry.chebyshevIntegrals(order: order, over: bin)
        for k in 0...order { columns.linear[k]?[i] = means[k] / (bin.upperBound - bin.lowerBound) }
      }
    } else if order >= 0 {
      nj_chebyshev_columns(columns.u.base, points, order, columns.linear)
    }
  }

  deinit {
    coefficients.deallocate()
    gradientSums.deallocate()
    gramSums.deallocate()
    pointers.deallocate()
  }

  var constraintCount: Int { orders.count }
  func constraint(
    _ index: Int, _ q: UnsafePointer<Double>, row: UnsafeMutablePointer<Double>
  ) -> Double {
    for i in 0..<count { row[i] = 0 }
    let (smaller, larger) = orders[index]
    row[smaller] -= 1
    row[larger] += 1
    return q[larger] - q[smaller]
  }
  func findViolated(_ q: UnsafePointer<Double>) -> Bool { false }

  /// The six shape parameters of a component.
  func shape(_ c: PeakComponent, _ q: UnsafePointer<Double>) -> [Double] {
    (0..<6).map { c.indices[$0] >= 0 ? q[c.indices[$0]] : c.constants[$0] }
  }

  /// ∫ over the segments and, for peaks normalised there, over the line.
  func integrals(_ c: PeakComponent, _ shape: [Double]) -> (window: Jet, norm: Jet) {
    shape.withUnsafeBufferPointer { p in
      guard let base = p.baseAddress else { return (Jet(1), Jet(1)) }
      var window = Jet(0)
      for s in geometry.segments {
        window = window + CrystalBallIntegral.over(s.lowerBound, s.upperBound, base)
      }
      return (window, isFullLine[c.peak] ? CrystalBallIntegral.overLine(base) : window)
    }
  }

  func share(_ c: PeakComponent, _ q: UnsafePointer<Double>) -> Double {
    if c.fraction == -1 { return c.isRest ? 0 : 1 }
    return c.isRest ? 1 - q[c.fraction] : q[c.fraction]
  }

  /// Fills the wanted columns with means over bins of a normalised Crystal Ball and its derivatives.
  private func fillMeans(of shape: [Double], over norm: Jet, in bins: [ClosedRange<Double>]) {
    shape.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return }
      for (i, bin) in bins.enumerated() {
        let integral = CrystalBallIntegral.over(bin.lowerBound, bin.upperBound, base)
        let mean = integral / norm * (1 / (bin.upperBound - bin.lowerBound))
        pointers[0]?[i] = mean.value
        for k in 0..<6 { pointers[1 + k]?[i] = mean.gradient[k] }
        for k in 0..<21 { pointers[7 + k]?[i] = mean.hessian[k] }
      }
    }
  }

  func evaluate(
    _ q: UnsafePointer<Double>, value: inout Double, gradient: UnsafeMutablePointer<Double>,
    hessian: UnsafeMutablePointer<Double>
  ) -> Bool {
    let n = count
    var gramColumns: [Column] = [], seconds: [Second] = []
    var secondPointers: [UnsafePointer<Double>?] = []
    var nu = 0.0
    for i in 0..<n { gradient[i] = 0 }
    for i in 0..<(n * n) { hessian[i] = 0 }
    func addSecond(_ a: Int, _ b: Int, _ v: Double) {
      hessian[a * n + b] += v
      if a != b { hessian[b * n + a] += v }
    }
    for (number, c) in components.enumerated() {
      let own = shape(c, q), y = yields[c.peak], amount = q[y], part = share(c, q)
      let sign = c.isRest ? -1.0 : 1.0
      let (window, norm) = integrals(c, own)
      guard norm.value > 0, window.value > 0 else { return false }
      let logNorm = norm.log
      let numbers =
        [logNorm.value] + (0..<6).map { logNorm.gradient[$0] }
        + (0..<21).map { logNorm.hessian[$0] }
      // Columns wanted: the value, free first derivatives, free second ones.
      let base = storage.base + number * 28 * room
      pointers[0] = base
      for k in 0..<6 { pointers[1 + k] = c.indices[k] >= 0 ? base + (1 + k) * room : nil }
      var at = 0
      for k in 0..<6 {
        for j in 0...k {
          pointers[7 + at] =
            c.indices[k] >= 0 && c.indices[j] >= 0 ? base + (7 + at) * room : nil
          at += 1
        }
      }
      if let bins {
        fillMeans(of: own, over: norm, in: bins)
      } else {
        nj_crystal_ball_columns(columns.x.base, points, own, numbers, pointers)
      }
      let valueColumn = gramColumns.count
      list[valueColumn] = UnsafePointer(pointers[0])
      coefficients[valueColumn] = amount * part
      var column = Column(slopes: [(y, part)])
      if c.fraction >= 0 {
        column.slopes.append((c.fraction, sign * amount))
        seconds.append(Second(column: -1 - valueColumn, a: y, b: c.fraction, factor: sign))
      }
      gramColumns.append(column)
      for k in 0..<6 where c.indices[k] >= 0 {
        let here = gramColumns.count
        list[here] = UnsafePointer(pointers[1 + k])
        coefficients[here] = 0
        gramColumns.append(Column(slopes: [(c.indices[k], amount * part)]))
        seconds.append(Second(column: -1 - here, a: y, b: c.indices[k], factor: part))
        if c.fraction >= 0 {
          seconds.append(
            Second(column: -1 - here, a: c.fraction, b: c.indices[k], factor: sign * amount))
        }
      }
      at = 0
      for k in 0..<6 {
        for j in 0...k {
          if c.indices[k] >= 0, c.indices[j] >= 0 {
            let double = k != j && c.indices[k] == c.indices[j] ? 2.0 : 1.0
            seconds.append(
              Second(
                column: secondPointers.count, a: c.indices[k], b: c.indices[j],
                factor: amount * part * double))
            secondPointers.append(UnsafePointer(pointers[7 + at]))
          }
          at += 1
        }
      }
      // The extended term: all of the yield, or its part in the window.
      if isFullLine[c.peak] {
        let a = window / norm
        nu += amount * part * a.value
        gradient[y] += part * a.value
        if c.fraction >= 0 {
          gradient[c.fraction] += sign * amount * a.value
          addSecond(y, c.fraction, sign * a.value)
        }
        at = 0
        for k in 0..<6 {
          let i = c.indices[k]
          if i >= 0 {
            gradient[i] += amount * part * a.gradient[k]
            addSecond(y, i, part * a.gradient[k])
            if c.fraction >= 0 { addSecond(c.fraction, i, sign * amount * a.gradient[k]) }
          }
          for j in 0...k {
            if i >= 0, c.indices[j] >= 0 {
              let double = k != j && i == c.indices[j] ? 2.0 : 1.0
              addSecond(i, c.indices[j], double * amount * part * a.hessian[at])
            }
            at += 1
          }
        }
      } else {
        nu += amount * part
        gradient[y] += part
        if c.fraction >= 0 {
          gradient[c.fraction] += sign * amount
          addSecond(y, c.fraction, sign)
        }
      }
    }
    for k in 0..<(order + 1) {
      let i = peakParameters + k
      list[gramColumns.count] = UnsafePointer(columns.linear[k])
      coefficients[gramColumns.count] = q[i]
      gramColumns.append(Column(slopes: [(i, 1)]))
      nu += q[i] * chebyshevIntegrals[k]
      gradient[i] += chebyshevIntegrals[k]
    }
    for e in 0..<exponentials {
      let i = peakParameters + order + 1 + 2 * e
      guard let v = columns.exponential[3 * e], let f = columns.exponential[3 * e + 1],
        let s = columns.exponential[3 * e + 2]
      else { return false }
      if let bins {
        for (at, bin) in bins.enumerated() {
          let part = ExponentialIntegral.over(q[i + 1], geometry, bin.lowerBound, bin.upperBound)
          let scale = 1 / (bin.upperBound - bin.lowerBound)
          (v[at], f[at], s[at]) = (scale * part.0, scale * part.1, scale * part.2)
        }
      } else {
        nj_exponential_columns(columns.u.base, points, q[i + 1], v, f, s)
      }
      list[gramColumns.count] = UnsafePointer(v)
      coefficients[gramColumns.count] = q[i]
      gramColumns.append(Column(slopes: [(i, 1)]))
      seconds.append(
        Second(column: -1 - gramColumns.count, a: i, b: i + 1, factor: 1))
      list[gramColumns.count] = UnsafePointer(f)
      coefficients[gramColumns.count] = 0
      gramColumns.append(Column(slopes: [(i + 1, q[i])]))
      seconds.append(Second(column: secondPointers.count, a: i + 1, b: i + 1, factor: q[i]))
      secondPointers.append(UnsafePointer(s))
      var total = (0.0, 0.0, 0.0)
      for segment in geometry.segments {
        let part = ExponentialIntegral.over(
          q[i + 1], geometry, segment.lowerBound, segment.upperBound)
        total = (total.0 + part.0, total.1 + part.1, total.2 + part.2)
      }
      nu += q[i] * total.0
      gradient[i] += total.0
      gradient[i + 1] += q[i] * total.1
      addSecond(i, i + 1, total.1)
      addSecond(i + 1, i + 1, q[i] * total.2)
    }
    let gram = gramColumns.count, all = gram + secondPointers.count
    guard all <= Int(NJ_COLUMN_LIMIT) else { return false }
    for (k, p) in secondPointers.enumerated() {
      list[gram + k] = p
      coefficients[gram + k] = 0
    }
    var lowest = 0.0
    let logs = nj_column_sums(
      list.withoutOptionals, coefficients, all, gram,
      (isSandwich ? spreads ?? weights : weights).map { UnsafePointer($0.base) },
      isSandwich ? 1 : 0, points, gradientSums, gramSums, &lowest)
    guard lowest > 1e-290, logs.isFinite else { return false }
    if isSandwich { for i in 0..<(n * n) { hessian[i] = 0 } }
    for a in 0..<gram {
      for (i, v) in gramColumns[a].slopes { gradient[i] -= v * gradientSums[a] }
      for b in 0..<gram {
        let sum = gramSums[max(a, b) * (max(a, b) + 1) / 2 + min(a, b)]
        for (i, v) in gramColumns[a].slopes {
          for (j, w) in gramColumns[b].slopes { hessian[i * n + j] += v * w * sum }
        }
      }
    }
    if !isSandwich {
      for s in seconds {
        let sum = s.column >= 0 ? gradientSums[gram + s.column] : gradientSums[-1 - s.column]
        addSecond(s.a, s.b, -s.factor * sum)
      }
    }
    value = nu + logs
    return value.isFinite
  }
}
