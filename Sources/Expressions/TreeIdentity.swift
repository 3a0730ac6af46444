/// Numbers trees: equal ones have equal numbers, whatever names their definitions have.
struct TreeIdentity {
  private var numbers: [String: Int] = [:]
  private var definitions: [String: Int] = [:]

  /// The number of a tree whose names may stand for other trees.
  mutating func number(of tree: Syntax, definitions trees: [String: Syntax]) -> Int {
    if case .name(let name) = tree.kind, let definition = trees[name] {
      if let known = definitions[name] { return known }
      let found = number(of: definition, definitions: trees)
      definitions[name] = found
      return found
    }
    let label = Self.label(tree)
    // Names in functions of particles are not those of values.
    if case .call(let name, _) = tree.kind, Function(rawValue: name) == nil {
      return number(ofKey: tree.canonical)
    }
    let parts = tree.kind.parts.map { String(number(of: $0, definitions: trees)) }
    return number(ofKey: ([label] + parts).joined(separator: " "))
  }

  private mutating func number(ofKey key: String) -> Int {
    if let known = numbers[key] { return known }
    numbers[key] = numbers.count
    return numbers.count - 1
  }

  private static func label(_ tree: Syntax) -> String {
    switch tree.kind {
    case .number(let value): "number \(value.bitPattern)"
    case .boolean(let value): "\(value)"
    case .name(let name): "name \(name)"
    case .negated: "negated"
    case .not: "not"
    case .arithmetic(let op, _): op.rawValue
    case .logical(let op, _): op.rawValue
    case .comparison(_, let ops): ops.map(\.rawValue).joined(separator: ",")
    case .membership(_, let isNegated): isNegated ? "not in" : "in"
    case .call(let name, _): name
    case .subscripted: "[]"
    case .hypothesis: "as"
    }
  }
}
