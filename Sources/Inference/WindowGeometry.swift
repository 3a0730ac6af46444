/// A window's segments mapped to u in [-1, 1], with the integrals of 1, u, u².
struct WindowGeometry {
  let segments: [ClosedRange<Double>]
  let low: Double
  let high: Double
  let centre: Double
  let half: Double
  /// Integrals of 1, u, u² over the segments, in the observable's unit.
  private(set) var integrals = (0.0, 0.0, 0.0)

  init(_ segments: [ClosedRange<Double>]) {
    self.segments = segments
    low = segments.first?.lowerBound ?? 0
    high = segments.last?.upperBound ?? 0
    centre = 0.5 * (low + high)
    half = 0.5 * (high - low)
    if segments.count == 1 {
      integrals = (2 * half, 0, 2 * half / 3)
      return
    }
    for segment in segments {
      let a = u(segment.lowerBound), b = u(segment.upperBound)
      integrals.0 += half * (b - a)
      integrals.1 += half * 0.5 * (b * b - a * a)
      integrals.2 += half * (b * b * b - a * a * a) / 3
    }
  }

  func u(_ x: Double) -> Double { (x - centre) / half }

  func contains(_ x: Double) -> Bool { segments.contains { $0.contains(x) } }

  /// ∫ T_k(u) dx over the segments for k = 0…order.
  func chebyshevIntegrals(order: Int) -> [Double] {
    // ∫T_k = (T_{k+1}/(k+1) - T_{k-1}/(k-1)) / 2, and u, u²/2 for k = 0, 1.
    func primitive(_ k: Int, _ u: Double) -> Double {
      if k == 0 { return u }
      if k == 1 { return 0.5 * u * u }
      return 0.5
        * (Self.chebyshev(k + 1, u) / Double(k + 1) - Self.chebyshev(k - 1, u) / Double(k - 1))
    }
    return (0...order).map { k in
      segments.reduce(0) { sum, segment in
        sum + half * (primitive(k, u(segment.upperBound)) - primitive(k, u(segment.lowerBound)))
      }
    }
  }

  /// T_k(u).
  static func chebyshev(_ k: Int, _ u: Double) -> Double {
    if k == 0 { return 1 }
    var before = 1.0, now = u
    for _ in 1..<max(k, 1) { (before, now) = (now, 2 * u * now - before) }
    return now
  }

  /// Σ c_k T_k(u) by Clenshaw's recurrence.
  static func chebyshevSum(_ c: [Double], _ u: Double) -> Double {
    var b1 = 0.0, b2 = 0.0
    for k in stride(from: c.count - 1, to: 0, by: -1) { (b1, b2) = (2 * u * b1 - b2 + c[k], b1) }
    return (c.first ?? 0) + u * b1 - b2
  }
}
