import Columns
import Kernels

/// A value of a program; equal values are one node.
struct Node: Hashable {
  enum Kind: Hashable {
    /// A number by its bits.
    case constant(UInt64)
    /// An input column as a number, or as a condition.
    case column(Int)
    case flag(Int)
    /// One operation on one or two numbers, by `nj_operation`.
    case operation(UInt32)
    /// condition, a, b.
    case select
    /// How many conditions are true.
    case count
    case truth(Bool)
    case less, atMost, equal, differs
    /// value, low, high: value < low or value > high.
    case outside
    case all, any, not
    /// Two conditions alike, or unlike.
    case same, unlike
    /// condition, condition, condition.
    case choose
  }

  var kind: Kind
  var inputs: [Int]
}

/// The expressions of a program as one graph; a node's inputs come before it.
struct Graph {
  private(set) var nodes: [Node] = []
  /// Input columns in order of first use.
  private(set) var columns: [String] = []
  private(set) var kinds: [ColumnType] = []
  private var known: [Node: Int] = [:]
  private var columnIndices: [String: Int] = [:]

  /// The node of a value: the known one if there is one.
  mutating func node(_ kind: Node.Kind, _ inputs: [Int] = []) -> Int {
    let node = Node(kind: kind, inputs: inputs)
    if let index = known[node] { return index }
    nodes.append(node)
    known[node] = nodes.count - 1
    return nodes.count - 1
  }

  private mutating func column(_ name: String, _ kind: ColumnType) -> Int {
    if let index = columnIndices[name] { return index }
    columns.append(name)
    kinds.append(kind)
    columnIndices[name] = columns.count - 1
    return columns.count - 1
  }

  mutating func number(column name: String, _ kind: ColumnType) -> Int {
    node(.column(column(name, kind)))
  }

  /// A column as a condition: bool as it is, a number where it is neither zero nor NaN.
  mutating func condition(column name: String, _ kind: ColumnType) -> Int {
    let index = column(name, kind)
    return kind == .bool ? node(.flag(index)) : differs(node(.column(index)), constant(0))
  }

  mutating func constant(_ value: Double) -> Int {
    node(.constant((value.isNaN ? Double.nan : value).bitPattern))
  }

  mutating func truth(_ value: Bool) -> Int { node(.truth(value)) }

  /// The value of a constant node.
  func constantValue(_ index: Int) -> Double? {
    guard case .constant(let bits) = nodes[index].kind else { return nil }
    return Double(bitPattern: bits)
  }

  func truthValue(_ index: Int) -> Bool? {
    guard case .truth(let value) = nodes[index].kind else { return nil }
    return value
  }
}

extension Graph {
  mutating func unary(_ operation: nj_operation, _ x: Int) -> Int {
    if let value = constantValue(x) {
      return constant(nj_expression_apply(Int32(operation.rawValue), value, 0))
    }
    return node(.operation(operation.rawValue), [x])
  }

  mutating func binary(_ operation: nj_operation, _ x: Int, _ y: Int) -> Int {
    let right = constantValue(y)
    if let left = constantValue(x), let right {
      return constant(nj_expression_apply(Int32(operation.rawValue), left, right))
    }
    switch operation {
    case NJ_POWER:
      if let right, let exponent = Int(exactly: right), abs(exponent) <= 8 {
        return power(x, exponent)
      }
    case NJ_DIVIDE:
      // Dividing by a power of two is multiplying by its inverse, to the last bit.
      if let right, right.isNormal, right.significand == 1, (1 / right).isNormal {
        return binary(NJ_MULTIPLY, x, constant(1 / right))
      }
    case NJ_ADD, NJ_MULTIPLY:
      if operation == NJ_MULTIPLY && right == 1 { return x }
      return node(.operation(operation.rawValue), [min(x, y), max(x, y)])
    default: break
    }
    return node(.operation(operation.rawValue), [x, y])
  }

  /// x^n by squaring from the exponent's highest bit: x^2 is x * x, x^3 is (x * x) * x.
  private mutating func power(_ x: Int, _ exponent: Int) -> Int {
    guard exponent != 0 else { return constant(1) }
    let magnitude = exponent.magnitude
    var result = x
    for bit in (0..<(magnitude.bitWidth - magnitude.leadingZeroBitCount - 1)).reversed() {
      result = binary(NJ_MULTIPLY, result, result)
      if magnitude >> bit & 1 == 1 { result = binary(NJ_MULTIPLY, result, x) }
    }
    return exponent > 0 ? result : binary(NJ_DIVIDE, constant(1), result)
  }

  mutating func add(_ x: Int, _ y: Int) -> Int { binary(NJ_ADD, x, y) }
  mutating func subtract(_ x: Int, _ y: Int) -> Int { binary(NJ_SUBTRACT, x, y) }
  mutating func multiply(_ x: Int, _ y: Int) -> Int { binary(NJ_MULTIPLY, x, y) }
  mutating func divide(_ x: Int, _ y: Int) -> Int { binary(NJ_DIVIDE, x, y) }
  mutating func square(_ x: Int) -> Int { binary(NJ_MULTIPLY, x, x) }
  mutating func squareRoot(_ x: Int) -> Int { unary(NJ_SQUARE_ROOT, x) }

  mutating func select(_ condition: Int, _ x: Int, _ y: Int) -> Int {
    if let value = truthValue(condition) { return value ? x : y }
    return x == y ? x : node(.select, [condition, x, y])
  }

  mutating func count(_ conditions: [Int]) -> Int { node(.count, conditions) }
}

extension Graph {
  private mutating func compare(
    _ kind: Node.Kind, _ x: Int, _ y: Int, _ fold: (Double, Double) -> Bool
  ) -> Int {
    let (left, right) = (constantValue(x), constantValue(y))
    if let left, let right { return truth(fold(left, right)) }
    if left?.isNaN == true || right?.isNaN == true { return truth(false) }
    return node(kind, [x, y])
  }

  mutating func less(_ x: Int, _ y: Int) -> Int { compare(.less, x, y, <) }
  mutating func atMost(_ x: Int, _ y: Int) -> Int { compare(.atMost, x, y, <=) }
  mutating func equal(_ x: Int, _ y: Int) -> Int { compare(.equal, min(x, y), max(x, y), ==) }

  /// Both are numbers and differ.
  mutating func differs(_ x: Int, _ y: Int) -> Int {
    compare(.differs, min(x, y), max(x, y)) { $0 < $1 || $0 > $1 }
  }

  /// low <= x <= high.
  mutating func within(_ x: Int, _ low: Int, _ high: Int) -> Int {
    let above = atMost(low, x)
    return all([above, atMost(x, high)])
  }

  /// x < low or x > high; false for NaN.
  mutating func outside(_ x: Int, _ low: Int, _ high: Int) -> Int {
    if constantValue(x) == nil, let a = constantValue(low), let b = constantValue(high),
      !a.isNaN, !b.isNaN
    {
      return node(.outside, [x, low, high])
    }
    let below = less(x, low)
    return any([below, less(high, x)])
  }

  mutating func isNaN(_ x: Int) -> Int {
    let low = constant(-.infinity)
    let isNumber = within(x, low, constant(.infinity))
    return not(isNumber)
  }

  mutating func not(_ x: Int) -> Int {
    if let value = truthValue(x) { return truth(!value) }
    return nodes[x].kind == .not ? nodes[x].inputs[0] : node(.not, [x])
  }

  mutating func all(_ parts: [Int]) -> Int { joined(parts, .all, neutral: true) }
  mutating func any(_ parts: [Int]) -> Int { joined(parts, .any, neutral: false) }

  private mutating func joined(_ parts: [Int], _ kind: Node.Kind, neutral: Bool) -> Int {
    var kept: [Int] = []
    for part in parts {
      switch truthValue(part) {
      case neutral: continue
      case .some: return truth(!neutral)
      case nil: if !kept.contains(part) { kept.append(part) }
      }
    }
    // Counts of true terms are bytes: long lists are joined from shorter ones.
    while kept.count > Function.mostCounted {
      let tail = Array(kept.suffix(Function.mostCounted))
      kept = kept.dropLast(Function.mostCounted) + [node(kind, tail)]
    }
    return kept.isEmpty ? truth(neutral) : kept.count == 1 ? kept[0] : node(kind, kept)
  }

  /// Whether two conditions are alike.
  mutating func same(_ x: Int, _ y: Int) -> Int {
    if let value = truthValue(x) { return value ? y : not(y) }
    if let value = truthValue(y) { return value ? x : not(x) }
    return node(.same, [x, y])
  }

  mutating func choose(_ condition: Int, _ x: Int, _ y: Int) -> Int {
    if let value = truthValue(condition) { return value ? x : y }
    if x == y { return x }
    if truthValue(x) != nil || truthValue(y) != nil {
      let first = all([condition, x])
      let second = all([not(condition), y])
      return any([first, second])
    }
    return node(.choose, [condition, x, y])
  }
}
