extension SymmetricMatrix {
  /// The interval that holds all eigenvalues by Gershgorin's circles; nil for an empty matrix.
  public var eigenvalueBounds: ClosedRange<Double>? {
    var bounds: ClosedRange<Double>?
    for i in 0..<order {
      var radius = 0.0
      for j in 0..<order where j != i { radius += self[i, j].magnitude }
      let (low, high) = (self[i, i] - radius, self[i, i] + radius)
      guard low <= high else { return nil }
      bounds = min(bounds?.lowerBound ?? low, low)...max(bounds?.upperBound ?? high, high)
    }
    return bounds
  }

  /// Computes the eigenvalues, ascending, by Jacobi rotations; nil if an element is not finite.
  ///
  /// To a few ulp of the largest; meant for orders up to about 50.
  public func eigenvalues() -> [Double]? {
    guard packed.allSatisfy(\.isFinite) else { return nil }
    var a = self
    for _ in 0..<60 {
      var off = 0.0
      var total = 0.0
      for i in 0..<order {
        total += a[i, i] * a[i, i]
        for j in 0..<i { off += a[i, j] * a[i, j] }
      }
      if off <= 0x1p-120 * total || off == 0 { break }
      for i in 0..<order {
        for j in 0..<i { a.rotate(i, j) }
      }
    }
    return (0..<order).map { a[$0, $0] }.sorted()
  }

  /// One rotation that makes the element (p, q) zero.
  private mutating func rotate(_ p: Int, _ q: Int) {
    let apq = self[p, q]
    if apq == 0 { return }
    let theta = (self[q, q] - self[p, p]) / (2 * apq)
    let root = theta.magnitude > 1e150 ? theta.magnitude : (theta * theta + 1).squareRoot()
    let t = (theta < 0 ? -1.0 : 1.0) / (theta.magnitude + root)
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    self[p, p] -= t * apq
    self[q, q] += t * apq
    self[p, q] = 0
    for k in 0..<order where k != p && k != q {
      let (x, y) = (self[k, p], self[k, q])
      self[k, p] = c * x - s * y
      self[k, q] = s * x + c * y
    }
  }
}
