/// An expression as it was written: operators, names and calls with their places.
struct Syntax {
  enum Kind {
    case number(Double)
    case boolean(Bool)
    case name(String)
    case negated([Syntax])
    case not([Syntax])
    case arithmetic(ArithmeticOperator, [Syntax])
    case logical(LogicalOperator, [Syntax])
    /// `a < b <= c`: one operand more than operators.
    case comparison([Syntax], [ComparisonOperator])
    /// Value, low, high; closed interval.
    case membership([Syntax], isNegated: Bool)
    case call(String, [Syntax])
    /// `pt[0]`, `pt[eta < 1]`: the list, then an index or a mask.
    case subscripted([Syntax])
    /// `mu1 as pi`, `mu1 as 0.1396`: the particle, then the name or number.
    case hypothesis([Syntax])
  }

  var kind: Kind
  /// Character that faults of this part point at: the operator or the first character.
  var offset: Int
  /// First character of this part.
  var start: Int
  /// Levels of nesting below and including this one.
  var depth: Int

  init(_ kind: Kind, at offset: Int, start: Int? = nil) {
    self.kind = kind
    self.offset = offset
    self.start = start ?? offset
    self.depth = 1 + (kind.parts.lazy.map(\.depth).max() ?? 0)
  }
}

extension Syntax.Kind {
  /// The expressions directly inside.
  var parts: [Syntax] {
    switch self {
    case .number, .boolean, .name: []
    case .negated(let parts), .not(let parts), .arithmetic(_, let parts), .logical(_, let parts),
      .comparison(let parts, _), .membership(let parts, _), .call(_, let parts),
      .subscripted(let parts), .hypothesis(let parts):
      parts
    }
  }

  /// The same of other expressions.
  func with(_ parts: [Syntax]) -> Self {
    switch self {
    case .number, .boolean, .name: self
    case .negated: .negated(parts)
    case .not: .not(parts)
    case .arithmetic(let op, _): .arithmetic(op, parts)
    case .logical(let op, _): .logical(op, parts)
    case .comparison(_, let ops): .comparison(parts, ops)
    case .membership(_, let isNegated): .membership(parts, isNegated: isNegated)
    case .call(let name, _): .call(name, parts)
    case .subscripted: .subscripted(parts)
    case .hypothesis: .hypothesis(parts)
    }
  }
}

enum ArithmeticOperator: String {
  case add = "+", subtract = "-", multiply = "*", divide = "/", power = "^"
}

enum LogicalOperator: String { case and, or }

enum ComparisonOperator: String {
  case less = "<", lessEqual = "<=", greater = ">", greaterEqual = ">=", equal = "==",
    notEqual = "!="

  /// Whether `a op b op c` reads as one chain with the other.
  func chains(with other: ComparisonOperator) -> Bool {
    switch (self, other) {
    case (.less, .less), (.less, .lessEqual), (.lessEqual, .less), (.lessEqual, .lessEqual),
      (.greater, .greater), (.greater, .greaterEqual), (.greaterEqual, .greater),
      (.greaterEqual, .greaterEqual), (.equal, .equal):
      true
    default: false
    }
  }
}

extension Syntax {
  /// The expression printed with all brackets, names in backticks where needed.
  var canonical: String {
    switch kind {
    case .number(let value): value.description
    case .boolean(let value): value.description
    case .name(let name): Self.quoted(name)
    case .negated(let parts): "(-\(parts[0].canonical))"
    case .not(let parts): "(not \(parts[0].canonical))"
    case .arithmetic(let op, let parts):
      "(\(parts[0].canonical) \(op.rawValue) \(parts[1].canonical))"
    case .logical(let op, let parts):
      "(" + parts.map(\.canonical).joined(separator: " \(op.rawValue) ") + ")"
    case .comparison(let parts, let ops):
      "("
        + zip([""] + ops.map { " \($0.rawValue) " }, parts)
        .map { $0 + $1.canonical }.joined() + ")"
    case .membership(let parts, let isNegated):
      "(\(parts[0].canonical) \(isNegated ? "not in" : "in") "
        + "[\(parts[1].canonical), \(parts[2].canonical)])"
    case .call(let name, let parts):
      "\(name)(" + parts.map(\.canonical).joined(separator: ", ") + ")"
    case .subscripted(let parts): "\(parts[0].canonical)[\(parts[1].canonical)]"
    case .hypothesis(let parts): "(\(parts[0].canonical) as \(parts[1].canonical))"
    }
  }

  static func quoted(_ name: String) -> String {
    let isPlain =
      name.first?.isNumber == false && !Lexer.keywords.contains(name)
      && name.allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
    return isPlain ? name : "`\(name)`"
  }
}
