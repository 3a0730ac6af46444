import Inference

/// A smooth shape of the standard interval u = -1…1 between the ends of a channel's segments.
enum HS3Smooth {
  /// 1 + Σ c_k T_k(u), the coefficients as terms.
  case chebyshev([HS3Term])
  /// exp(slope · u).
  case exponential(HS3Term)

  /// The integral over u from a to b; `wanted` names what is needed twice.
  func integral(_ a: Double, _ b: Double) -> HS3Term {
    switch self {
    case .chebyshev(let coefficients):
      return coefficients.enumerated().reduce(HS3Term(b - a)) { sum, c in
        sum + (Self.antiderivative(c.offset + 1, b) - Self.antiderivative(c.offset + 1, a))
          * c.element
      }
    case .exponential(let slope):
      let half = 0.5 * (b - a)
      return (2 * half) * (.exp((0.5 * (a + b)) * slope) * .hyperbolicSinc(half * slope))
    }
  }

  private static func chebyshev(_ k: Int, _ u: Double) -> Double {
    var (last, now) = (1.0, u)
    if k == 0 { return 1 }
    for _ in 1..<max(k, 1) { (last, now) = (now, 2 * u * now - last) }
    return now
  }

  private static func antiderivative(_ k: Int, _ u: Double) -> Double {
    if k == 0 { return u }
    if k == 1 { return 0.5 * u * u }
    return chebyshev(k + 1, u) / Double(2 * (k + 1)) - chebyshev(k - 1, u) / Double(2 * (k - 1))
  }

  /// The coefficients of 1 + Σ c_k T_k(u) in powers of x, with u = (x - middle) / half; nil where
  /// cancellation between the powers costs more than six of sixteen digits.
  static func powers(_ own: [HS3Term], middle: Double, half: Double) -> [HS3Term]? {
    var size = 1.0
    for _ in own { size *= 2 * (abs(middle) + half) / half }
    guard size < 1e6 else { return nil }
    let order = own.count
    func times(_ p: [Double]) -> [Double] {
      // 2 u p(x).
      p.indices.map { i in
        2 / half * ((i > 0 ? p[i - 1] : 0) - middle * p[i])
      }
    }
    let one = [1] + [Double](repeating: 0, count: order)
    var polynomials = [one, times(one).map { 0.5 * $0 }]
    for k in 2..<max(order + 1, 2) {
      polynomials.append(zip(times(polynomials[k - 1]), polynomials[k - 2]).map { $0 - $1 })
    }
    let all = [HS3Term(1)] + own
    return (0...order).map { i in
      all.indices.reduce(HS3Term(0)) { $0 + polynomials[$1][i] * all[$1] }
    }
  }

  /// The coefficients of the polynomial in T_j(v) of a piece mapped to v = -1…1, divided by that of
  /// T_0: T_k(u) with u = middle + half · v, by the recurrence of the T_k.
  static func coefficients(_ own: [HS3Term], _ a: Double, _ b: Double) -> [HS3Term] {
    if a == -1, b == 1 { return own }
    let middle = 0.5 * (a + b), half = 0.5 * (b - a), order = own.count
    func times(_ p: [Double]) -> [Double] {
      // 2 u p(v), with v T_j = (T_{j+1} + T_{|j-1|}) / 2.
      var q = p.map { 2 * middle * $0 }
      for j in p.indices where p[j] != 0 {
        if j + 1 < q.count { q[j + 1] += half * p[j] * (j == 0 ? 2 : 1) }
        if j > 0 { q[j - 1] += half * p[j] }
      }
      return q
    }
    var powers: [[Double]] = [[1] + [Double](repeating: 0, count: order)]
    if order > 0 {
      powers.append([middle, half] + [Double](repeating: 0, count: order - 1))
      for k in 2..<max(order + 1, 2) {
        powers.append(zip(times(powers[k - 1]), powers[k - 2]).map { $0 - $1 })
      }
    }
    let all = [HS3Term(1)] + own
    let sums = (0...order).map { j in
      all.indices.reduce(HS3Term(0)) { $0 + powers[$1][j] * all[$1] }
    }
    return sums.dropFirst().map { $0 / sums[0] }
  }
}
