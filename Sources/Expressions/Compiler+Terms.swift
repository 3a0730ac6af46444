import Kernels

/// Conditions as terms of the joined kernels, by width of the values, and masks.
struct SplitTerms {
  var narrow: [nj_term] = []
  var wide: [nj_term] = []
  var masks: [Int32] = []
}

extension Compiler {
  /// Splits conditions into terms and masks; `merging` makes one range of all on one value.
  mutating func split(_ conditions: [Int], merging: Bool) -> SplitTerms {
    var result = SplitTerms()
    var floats = TermList<Float>()
    var integers = TermList<Int32>()
    var doubles = TermList<Double>()
    for condition in conditions {
      let node = graph.nodes[condition]
      guard node.kind.isComparison else {
        result.masks.append(mask(condition))
        continue
      }
      if let known = knownMask(condition) {
        result.masks.append(known)
        continue
      }
      guard let (value, comparison) = comparison(node) else {
        result.wide.append(pairTerm(node))
        continue
      }
      switch storage(value) {
      case .float(let column):
        floats.add(place(.column(column)), Predicate(comparison), merging)
      case .integer(let column):
        integers.add(place(.column(column)), Predicate(comparison), merging)
      case .double: doubles.add(number(value), Predicate(comparison), merging)
      case .count: result.masks.append(compareCount(value, comparison))
      }
    }
    result.narrow = floats.items.map { $0.predicate.term($0.place) }
    result.narrow += integers.items.map { $0.predicate.term($0.place) }
    result.wide += doubles.items.map { $0.predicate.term($0.place) }
    return result
  }

  private enum Storage { case float(Int), integer(Int), double, count }

  private func storage(_ node: Int) -> Storage {
    switch graph.nodes[node].kind {
    case .count: return .count
    case .column(let column):
      switch graph.kinds[column] {
      case .float32: return .float(column)
      case .int32: return .integer(column)
      default: return .double
      }
    default: return .double
    }
  }

  /// The value and the constants it is compared with; nil for two values.
  private func comparison(_ node: Node) -> (Int, Comparison)? {
    let inputs = node.inputs
    let left = graph.constantValue(inputs[0])
    let right = graph.constantValue(inputs[1])
    switch (node.kind, left, right) {
    case (.outside, _, let low?):
      return (inputs[0], .outside(low, graph.constantValue(inputs[2]) ?? low))
    case (.less, nil, let c?): return (inputs[0], .below(c))
    case (.less, let c?, nil): return (inputs[1], .above(c))
    case (.atMost, nil, let c?): return (inputs[0], .atMost(c))
    case (.atMost, let c?, nil): return (inputs[1], .atLeast(c))
    case (.equal, nil, let c?): return (inputs[0], .equal(c))
    case (.equal, let c?, nil): return (inputs[1], .equal(c))
    case (.differs, nil, let c?): return (inputs[0], .differs(c))
    case (.differs, let c?, nil): return (inputs[1], .differs(c))
    default: return nil
    }
  }

  private mutating func pairTerm(_ node: Node) -> nj_term {
    let kind: nj_term_kind =
      switch node.kind {
      case .less: NJ_V_LESS
      case .atMost: NJ_V_AT_MOST
      case .equal: NJ_V_EQUAL
      default: NJ_V_DIFFER
      }
    let slot = number(node.inputs[0])
    return nj_term(
      kind: Int32(kind.rawValue), slot: slot, other: number(node.inputs[1]), unused: 0, low: 0,
      high: 0)
  }
}

/// Terms on values of one type, in order of first use.
private struct TermList<Value: Comparable & Sendable> {
  var items: [(place: Int32, predicate: Predicate<Value>)] = []

  mutating func add(_ place: Int32, _ predicate: Predicate<Value>, _ merging: Bool) {
    for index in items.indices where merging && items[index].place == place {
      if let both = items[index].predicate.joined(with: predicate) {
        items[index].predicate = both
        return
      }
    }
    items.append((place, predicate))
  }
}

extension Predicate {
  /// The kinds in the order at most, at least, within, outside.
  fileprivate func term(
    _ place: Int32, _ kinds: [nj_term_kind], _ bits: (Value) -> UInt64, least: Value, most: Value
  ) -> nj_term {
    var kind: nj_term_kind
    var low: Value
    var high: Value
    switch self {
    case .outside(let a, let b): (kind, low, high) = (kinds[3], a, b)
    case .within(let a, let b) where a == least && b != most: (kind, low, high) = (kinds[0], b, b)
    case .within(let a, let b) where b == most && a != least: (kind, low, high) = (kinds[1], a, a)
    case .within(let a, let b): (kind, low, high) = (kinds[2], a, b)
    }
    return nj_term(
      kind: Int32(kind.rawValue), slot: place, other: place, unused: 0, low: bits(low),
      high: bits(high))
  }
}

extension Predicate where Value == Float {
  fileprivate func term(_ place: Int32) -> nj_term {
    term(
      place, [NJ_F_AT_MOST, NJ_F_AT_LEAST, NJ_F_WITHIN, NJ_F_OUTSIDE], { UInt64($0.bitPattern) },
      least: -.infinity, most: .infinity)
  }
}

extension Predicate where Value == Double {
  fileprivate func term(_ place: Int32) -> nj_term {
    term(
      place, [NJ_D_AT_MOST, NJ_D_AT_LEAST, NJ_D_WITHIN, NJ_D_OUTSIDE], { $0.bitPattern },
      least: -.infinity, most: .infinity)
  }
}

extension Predicate where Value == Int32 {
  fileprivate func term(_ place: Int32) -> nj_term {
    term(
      place, [NJ_I_AT_MOST, NJ_I_AT_LEAST, NJ_I_WITHIN, NJ_I_OUTSIDE],
      { UInt64(UInt32(bitPattern: $0)) }, least: .min, most: .max)
  }
}
