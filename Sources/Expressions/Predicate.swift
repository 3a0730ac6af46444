/// Comparisons of values of one storage type with constants, exact in that type.
///
/// A float32 value is below a double exactly where it is at most the largest float32 below it, so
/// no value is converted. NaN fulfils none; an empty range is never fulfilled.
enum Predicate<Value: Comparable & Sendable>: Sendable {
  /// low <= x <= high.
  case within(Value, Value)
  /// x < low or x > high.
  case outside(Value, Value)
}

/// A comparison of some value with constants, in double precision.
enum Comparison: Hashable {
  case below(Double), atMost(Double), above(Double), atLeast(Double)
  case equal(Double), differs(Double)
  /// x < low or x > high.
  case outside(Double, Double)
}

/// The places of a double among the values of a floating type.
private enum Nearest<Value: BinaryFloatingPoint> {
  static func atMost(_ c: Double) -> Value {
    let value = Value(c)
    return Double(value) > c ? value.nextDown : value
  }
  static func atLeast(_ c: Double) -> Value {
    let value = Value(c)
    return Double(value) < c ? value.nextUp : value
  }
}

extension Predicate where Value: BinaryFloatingPoint {
  static var never: Self { .within(.infinity, -.infinity) }
  /// Any number but NaN.
  static var any: Self { .within(-.infinity, .infinity) }

  /// The comparison for values of this type; the constants are not NaN.
  init(_ comparison: Comparison) {
    switch comparison {
    case .atMost(let c): self = .within(-.infinity, Nearest.atMost(c))
    case .atLeast(let c): self = .within(Nearest.atLeast(c), .infinity)
    case .below(let c):
      let value: Value = Nearest.atMost(c)
      let below = Double(value) == c ? value.nextDown : value
      self = c == -.infinity ? .never : .within(-.infinity, below)
    case .above(let c):
      let value: Value = Nearest.atLeast(c)
      let above = Double(value) == c ? value.nextUp : value
      self = c == .infinity ? .never : .within(above, .infinity)
    case .equal(let c):
      let value = Value(c)
      self = Double(value) == c ? .within(value, value) : .never
    case .differs(let c):
      let value = Value(c)
      self = Double(value) == c ? .outside(value, value) : .any
    case .outside(let low, let high):
      self = .outside(Nearest.atLeast(low), Nearest.atMost(high))
    }
  }
}

extension Predicate where Value == Int32 {
  static var never: Self { .within(1, 0) }
  static var any: Self { .within(.min, .max) }

  /// The comparison for 32-bit integers; the constants are not NaN.
  init(_ comparison: Comparison) {
    switch comparison {
    case .atMost(let c): self = Self.range(-.infinity, c.rounded(.down))
    case .atLeast(let c): self = Self.range(c.rounded(.up), .infinity)
    case .below(let c): self = Self.range(-.infinity, c.rounded(.up) - 1)
    case .above(let c): self = Self.range(c.rounded(.down) + 1, .infinity)
    case .equal(let c): self = c == c.rounded() ? Self.range(c, c) : .never
    case .differs(let c): self = Self.excluding(c, c)
    case .outside(let low, let high): self = Self.excluding(low, high)
    }
  }

  private static func range(_ low: Double, _ high: Double) -> Self {
    let bottom = max(low, Double(Int32.min))
    let top = min(high, Double(Int32.max))
    return bottom <= top ? .within(Int32(bottom), Int32(top)) : .never
  }

  /// x < low or x > high.
  private static func excluding(_ low: Double, _ high: Double) -> Self {
    let first = low.rounded(.up)
    let last = high.rounded(.down)
    if first > last || first > Double(Int32.max) || last < Double(Int32.min) { return .any }
    return .outside(Int32(max(first, Double(Int32.min))), Int32(min(last, Double(Int32.max))))
  }
}

extension Predicate {
  /// Both at once, where that is one range.
  func joined(with other: Self) -> Self? {
    guard case .within(let a, let b) = self, case .within(let c, let d) = other else { return nil }
    return .within(max(a, c), min(b, d))
  }
}
