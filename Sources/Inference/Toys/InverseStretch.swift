import NumericalMethods

/// A density between two values of the observable, and the inverse of its distribution there.
///
/// The density is a polynomial through eight Chebyshev nodes, clipped at zero there; its integral
/// is exact. The inverse x(t), t the part of the events below x, is a polynomial of degree 5 in
/// t - 1/2 through both ends; it is checked between its nodes.
struct InverseStretch {
  let low: Double
  let high: Double
  /// The expected events.
  let mean: Double
  /// Coefficients of x in powers of t - 1/2.
  let inverse: [Double]
  /// The largest difference between t and the part of the events below x(t).
  let miss: Double

  init(from low: Double, to high: Double, density: (Double) -> Double) {
    self.low = low
    self.high = high
    let half = 0.5 * (high - low), middle = 0.5 * (high + low)
    var power = [Double](repeating: 0, count: 8)
    var isZero = true
    for (k, y) in Self.nodes.enumerated() {
      let value = max(density(middle + half * y), 0)
      if value > 0 { isZero = false }
      for j in 0..<8 { power[j] += value * Self.toPowers[8 * k + j] }
    }
    // The distribution over y in [-1, 1], from its lower end.
    func below(_ y: Double) -> Double {
      var up = 0.0, down = 0.0
      for j in stride(from: 7, through: 0, by: -1) {
        let a = power[j] / Double(j + 1)
        up = up * y + a
        down = a - down
      }
      return up * y + down
    }
    func value(_ y: Double) -> Double {
      var sum = 0.0
      for j in stride(from: 7, through: 0, by: -1) { sum = sum * y + power[j] }
      return sum
    }
    let total = below(1)
    mean = isZero ? 0 : max(total * half, 0)
    guard total > 0, !isZero else {
      inverse = [middle, high - low, 0, 0, 0, 0]
      miss = 0
      return
    }
    var places = [Double](repeating: 0, count: 6)
    places[0] = -1
    places[5] = 1
    for k in 1..<5 {
      let goal = Self.inverseNodes[k] * total
      var y = 2 * Self.inverseNodes[k] - 1, left = -1.0, right = 1.0
      for _ in 0..<60 {
        let off = below(y) - goal
        if off > 0 { right = y } else { left = y }
        let slope = value(y)
        var next = slope > 0 ? y - off / slope : 0.5 * (left + right)
        if !(next > left && next < right) { next = 0.5 * (left + right) }
        let step = abs(next - y)
        y = next
        if step < 1e-13 { break }
      }
      places[k] = y
    }
    var coefficients = [Double](repeating: 0, count: 6)
    for j in 0..<6 {
      var sum = 0.0
      for k in 0..<6 { sum += Self.toInverse[6 * j + k] * places[k] }
      coefficients[j] = half * sum
    }
    coefficients[0] += middle
    inverse = coefficients
    var worst = 0.0, before = low
    for t in Self.checks {
      let d = t - 0.5
      var x = 0.0
      for j in stride(from: 5, through: 0, by: -1) { x = x * d + coefficients[j] }
      worst = max(worst, abs(below((x - middle) / half) / total - t))
      if !(x > before) { worst = 1 }
      before = x
    }
    miss = worst
  }

  /// The integral of a density by the polynomial through its values at eight nodes.
  static func integral(from low: Double, to high: Double, _ density: (Double) -> Double) -> Double {
    let half = 0.5 * (high - low), middle = 0.5 * (high + low)
    var sum = 0.0
    for (k, y) in nodes.enumerated() {
      let value = max(density(middle + half * y), 0)
      for j in stride(from: 0, to: 8, by: 2) {
        sum += value * toPowers[8 * k + j] / Double(j + 1)
      }
    }
    return max(2 * half * sum, 0)
  }

  /// x at a part of the events.
  func position(_ t: Double) -> Double {
    let d = t - 0.5
    var x = 0.0
    for j in stride(from: 5, through: 0, by: -1) { x = x * d + inverse[j] }
    return min(max(x, low), high)
  }

  // Chebyshev nodes on (-1, 1), and the map from values there to powers of y.
  private static let nodes: [Double] = (0..<8).map { SineOfTurns.cosine(Double(2 * $0 + 1) / 32) }
  private static let toPowers: [Double] = {
    let vandermonde = DenseInverse.powers(nodes)
    // Row k of the result: what the value at node k adds to each power.
    let inverse = DenseInverse.invert(vandermonde)
    var columns: [Double] = []
    for k in 0..<8 { for j in 0..<8 { columns.append(inverse[j][k]) } }
    return columns
  }()
  // Chebyshev-Lobatto nodes on [0, 1] and the map to powers of t - 1/2.
  private static let inverseNodes: [Double] = (0..<6).map { k in
    if k == 0 { return 0 }
    if k == 5 { return 1 }
    return 0.5 - 0.5 * SineOfTurns.cosine(Double(k) / 10)
  }
  private static let toInverse: [Double] = {
    let centred = inverseNodes.map { $0 - 0.5 }
    return DenseInverse.invert(DenseInverse.powers(centred)).flatMap { $0 }
  }()
  private static let checks: [Double] = [0.02, 0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92, 0.98]
}

/// Cosines of parts of a turn.
private enum SineOfTurns {
  static func cosine(_ turns: Double) -> Double { SpecialFunctions.cos(2 * Double.pi * turns) }
}

/// Inverses of small well-conditioned matrices.
private enum DenseInverse {
  /// Rows of powers 0, 1, … of the nodes, as many as nodes.
  static func powers(_ nodes: [Double]) -> [[Double]] {
    nodes.map { node in
      var row = [1.0]
      while row.count < nodes.count { row.append(row[row.count - 1] * node) }
      return row
    }
  }

  static func invert(_ matrix: [[Double]]) -> [[Double]] {
    let n = matrix.count
    var a = matrix
    var b = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0.0 } }
    for k in 0..<n {
      let pivot = (k..<n).max { abs(a[$0][k]) < abs(a[$1][k]) } ?? k
      a.swapAt(k, pivot)
      b.swapAt(k, pivot)
      let scale = 1 / a[k][k]
      for j in 0..<n {
        a[k][j] *= scale
        b[k][j] *= scale
      }
      for i in 0..<n where i != k {
        let factor = a[i][k]
        for j in 0..<n {
          a[i][j] -= factor * a[k][j]
          b[i][j] -= factor * b[k][j]
        }
      }
    }
    return b
  }
}
