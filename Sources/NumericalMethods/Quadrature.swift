/// The nodes and weights of Gauss-Legendre quadrature on [-1, 1].
public struct GaussLegendreRule: Equatable, Sendable {
  /// The nodes, ascending.
  public let nodes: [Double]
  /// The weights of the nodes; their sum is 2.
  public let weights: [Double]

  /// Computes the rule that is exact for polynomials up to degree 2 `count` - 1.
  public init(count: Int) {
    precondition(count > 0, "GaussLegendreRule: the count must be positive")
    var nodes = [Double](repeating: 0, count: count)
    var weights = nodes
    for i in 0..<(count + 1) / 2 {
      var x = SpecialFunctions.cos(.pi * (Double(i) + 0.75) / (Double(count) + 0.5))
      if 2 * i + 1 == count { x = 0 }
      var derivative = 0.0
      for _ in 0..<100 {
        var (p, previous) = (1.0, 0.0)
        for k in 1...count {
          let next = ((2 * Double(k) - 1) * x * p - (Double(k) - 1) * previous) / Double(k)
          (p, previous) = (next, p)
        }
        derivative = Double(count) * (x * p - previous) / (x * x - 1)
        let step = p / derivative
        if 2 * i + 1 == count { break }
        x -= step
        if step.magnitude < 0x1p-52 { break }
      }
      nodes[i] = -x
      nodes[count - 1 - i] = x
      weights[i] = 2 / ((1 - x * x) * derivative * derivative)
      weights[count - 1 - i] = weights[i]
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// Integrates a function over an interval.
  public func integrate(over range: ClosedRange<Double>, _ function: (Double) -> Double)
    -> Double
  {
    let half = 0.5 * (range.upperBound - range.lowerBound)
    let middle = range.lowerBound + half
    var sum = 0.0
    for (x, w) in zip(nodes, weights) { sum += w * function(middle + half * x) }
    return sum * half
  }
}

/// An integral with its estimated error.
public struct Integral: Equatable, Sendable {
  /// How the integration ended.
  public enum Status: Equatable, Sendable {
    /// The estimated error is within the tolerance.
    case converged
    /// The intervals were used up.
    case intervalLimit
    /// The function gave a value that is not finite.
    case notFinite
  }

  /// The integral.
  public var value: Double
  /// The estimate of its absolute error, usually far too large.
  public var error: Double
  /// How the integration ended.
  public var status: Status
  /// The number of calls of the function.
  public var calls: Int
}

/// Integrates functions of one variable adaptively.
public enum Quadrature {
  private struct Piece {
    var range: ClosedRange<Double>
    var value: Double
    var error: Double
  }

  /// Integrates over a finite interval, halving the worst part (Gauss-Kronrod, 7 and 15 points).
  ///
  /// - Parameters:
  ///   - range: The interval.
  ///   - absolute: The tolerance on the value.
  ///   - relative: The tolerance relative to the value; the looser of the two counts.
  ///   - maxIntervals: The largest number of parts.
  ///   - function: The integrand.
  /// - Returns: The integral, with its estimated error and status.
  public static func integrate(
    over range: ClosedRange<Double>, absolute: Double = 0, relative: Double = 1e-10,
    maxIntervals: Int = 500, _ function: (Double) -> Double
  ) -> Integral {
    var pieces = [rule(range, function)]
    while true {
      var (value, error) = (CompensatedSum(), 0.0)
      var worst = 0
      for (i, piece) in pieces.enumerated() {
        value += piece.value
        error += piece.error
        if piece.error > pieces[worst].error { worst = i }
      }
      let calls = 15 * (2 * pieces.count - 1)
      func result(_ status: Integral.Status) -> Integral {
        Integral(value: value.total, error: error, status: status, calls: calls)
      }
      guard value.total.isFinite, error.isFinite else { return result(.notFinite) }
      if error <= max(absolute, relative * value.total.magnitude) { return result(.converged) }
      if pieces.count >= maxIntervals { return result(.intervalLimit) }
      let (low, high) = (pieces[worst].range.lowerBound, pieces[worst].range.upperBound)
      let middle = low + 0.5 * (high - low)
      pieces[worst] = rule(low...middle, function)
      pieces.append(rule(middle...high, function))
    }
  }

  private static func rule(_ range: ClosedRange<Double>, _ function: (Double) -> Double) -> Piece {
    let half = 0.5 * (range.upperBound - range.lowerBound)
    let middle = range.lowerBound + half
    let centre = function(middle)
    var (kronrod, gauss) = (centre * kronrodWeights[7], centre * gaussWeights[3])
    var absolute = centre.magnitude * kronrodWeights[7]
    var pairs: [(Double, Double)] = []
    for i in 0..<7 {
      let (low, high) = (
        function(middle - half * kronrodNodes[i]), function(middle + half * kronrodNodes[i])
      )
      pairs.append((low, high))
      kronrod += kronrodWeights[i] * (low + high)
      absolute += kronrodWeights[i] * (low.magnitude + high.magnitude)
      if i % 2 == 1 { gauss += gaussWeights[i / 2] * (low + high) }
    }
    // QUADPACK's scaling of the difference of the two rules.
    let mean = 0.5 * kronrod
    var spread = kronrodWeights[7] * (centre - mean).magnitude
    for (i, pair) in pairs.enumerated() {
      spread += kronrodWeights[i] * ((pair.0 - mean).magnitude + (pair.1 - mean).magnitude)
    }
    var error = ((kronrod - gauss) * half).magnitude
    spread *= half
    if spread > 0, error > 0 {
      let ratio = 200 * error / spread
      error = spread * min(1, ratio * ratio.squareRoot())
    }
    error = max(error, 0x1p-52 * absolute * half)
    return Piece(range: range, value: kronrod * half, error: error)
  }

  private static let kronrodNodes: [Double] = [
    0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
    0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
    0.586087235467691130294144691693730, 0.405845151377397166906606412076961,
    0.207784955007898467600689403773245,
  ]
  private static let kronrodWeights: [Double] = [
    0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
    0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
    0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
    0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
  ]
  private static let gaussWeights: [Double] = [
    0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
    0.381830050505118944950369775488975, 0.417959183673469387755102040816327,
  ]
}
