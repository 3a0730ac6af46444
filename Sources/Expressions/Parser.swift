/// Builds the syntax tree of one expression by recursive descent.
///
/// From loose to tight: `or`; `and`; `not`; comparisons and `in`; `+ -`; `* /`; unary `-`; `^`,
/// which groups to the right. `-2^2` is -4, `2^-1` is 0.5, `not a == b` is `not (a == b)`.
/// Square brackets group like round ones where a value is expected, as basf2 writes cuts. Behind a
/// name, a call or a closing bracket they take an element or a part of a list, and bind tightest.
struct Parser {
  /// Most levels of brackets and signs; bounds the parser's recursion.
  static let deepestNesting = 100
  /// Most levels of the tree (a sum of n terms has n); bounds the compiler's recursion.
  static let deepestTree = 1000
  private let tokens: [Token]
  private var position = 0
  private var nesting = 0

  /// Returns the tree of a text, or throws its first fault.
  static func parse(_ text: String) throws(ExpressionFault) -> Syntax {
    var parser = Parser(tokens: try Lexer.tokens(of: text))
    if parser.current.kind == .end {
      throw ExpressionFault(0, "the expression is empty", remedy: "write a number or a condition")
    }
    let tree = try parser.disjunction()
    guard parser.current.kind == .end else { throw parser.unexpected() }
    return tree
  }

  private init(tokens: [Token]) { self.tokens = tokens }

  private var current: Token { tokens[position] }

  private func isNext(_ symbol: String, ahead: Int = 0) -> Bool {
    position + ahead < tokens.count && tokens[position + ahead].kind == .symbol(symbol)
  }

  private mutating func take(_ symbol: String) -> Bool {
    guard isNext(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func advance() -> Token {
    defer { position += 1 }
    return tokens[position]
  }

  private mutating func expect(_ symbol: String, after opening: Token) throws(ExpressionFault) {
    guard !take(symbol) else { return }
    throw ExpressionFault(
      current.offset, "expected '\(symbol)', found \(current.described)",
      remedy: "'\(opening.text)' opened at character \(opening.offset + 1)")
  }

  private func unexpected() -> ExpressionFault {
    let token = current
    switch token.kind {
    case .end:
      return ExpressionFault(
        token.offset, "the expression ends too early", remedy: "a value must follow")
    case .number, .name:
      return ExpressionFault(
        token.offset, "expected an operator, found \(token.described)",
        remedy: "write an operator, a comma or the end")
    case .symbol(let symbol) where [")", "]"].contains(symbol):
      return ExpressionFault(
        token.offset, "'\(symbol)' closes nothing", remedy: "remove it, or open the bracket")
    case .symbol(let symbol) where ["<", "<=", ">", ">=", "==", "!=", "in"].contains(symbol):
      return ExpressionFault(
        token.offset, "'\(symbol)' cannot follow this comparison", remedy: "join them with 'and'")
    case .symbol:
      return ExpressionFault(
        token.offset, "unexpected \(token.described)", remedy: "write an operator or the end")
    }
  }

  /// Bounds the recursion, so that no text overflows the stack.
  private func bounded(_ tree: Syntax) throws(ExpressionFault) -> Syntax {
    guard tree.depth <= Self.deepestTree else { throw tooDeep(tree.offset, Self.deepestTree) }
    return tree
  }

  private func tooDeep(_ offset: Int, _ limit: Int) -> ExpressionFault {
    ExpressionFault(
      offset, "the expression nests more than \(limit) levels",
      remedy: "split it into definitions")
  }

  private mutating func disjunction() throws(ExpressionFault) -> Syntax {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.deepestNesting else { throw tooDeep(current.offset, Self.deepestNesting) }
    return try logical(.or) { parser throws(ExpressionFault) in try parser.conjunction() }
  }

  private mutating func conjunction() throws(ExpressionFault) -> Syntax {
    try logical(.and) { parser throws(ExpressionFault) in try parser.negation() }
  }

  private mutating func logical(
    _ op: LogicalOperator, _ part: (inout Parser) throws(ExpressionFault) -> Syntax
  ) throws(ExpressionFault) -> Syntax {
    let first = try part(&self)
    let place = current.offset
    var parts = [first]
    while take(op.rawValue) { parts.append(try part(&self)) }
    guard parts.count > 1 else { return first }
    return try bounded(Syntax(.logical(op, parts), at: place, start: first.start))
  }

  private mutating func negation() throws(ExpressionFault) -> Syntax {
    guard isNext("not") else { return try comparison() }
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.deepestNesting else { throw tooDeep(current.offset, Self.deepestNesting) }
    let place = advance().offset
    return try bounded(Syntax(.not([try negation()]), at: place))
  }

  private mutating func comparison() throws(ExpressionFault) -> Syntax {
    let first = try sum()
    if isNext("in") || (isNext("not") && isNext("in", ahead: 1)) {
      return try membership(of: first)
    }
    var operands = [first]
    var operators: [ComparisonOperator] = []
    let place = current.offset
    while case .symbol(let symbol) = current.kind, let op = ComparisonOperator(rawValue: symbol) {
      if let last = operators.last, !last.chains(with: op) {
        throw ExpressionFault(
          current.offset, "'\(symbol)' cannot follow '\(last.rawValue)' in one chain",
          remedy: "join two comparisons with 'and'")
      }
      position += 1
      operators.append(op)
      operands.append(try sum())
    }
    guard !operators.isEmpty else { return first }
    return try bounded(Syntax(.comparison(operands, operators), at: place, start: first.start))
  }

  private mutating func membership(of value: Syntax) throws(ExpressionFault) -> Syntax {
    let place = current.offset
    let isNegated = take("not")
    position += 1
    let opening = current
    guard take("[") else {
      throw ExpressionFault(
        current.offset, "expected '[' after 'in', found \(current.described)",
        remedy: "write a closed interval such as 'x in [1, 2]'")
    }
    let low = try sum()
    guard take(",") else {
      throw ExpressionFault(
        current.offset, "expected ',' in the interval, found \(current.described)",
        remedy: "write a closed interval such as 'x in [1, 2]'")
    }
    let high = try sum()
    try expect("]", after: opening)
    return try bounded(
      Syntax(.membership([value, low, high], isNegated: isNegated), at: place, start: value.start))
  }

  private mutating func sum() throws(ExpressionFault) -> Syntax {
    try chain(["+", "-"]) { parser throws(ExpressionFault) in try parser.product() }
  }

  private mutating func product() throws(ExpressionFault) -> Syntax {
    try chain(["*", "/"]) { parser throws(ExpressionFault) in try parser.signed() }
  }

  private mutating func chain(
    _ symbols: [String], _ part: (inout Parser) throws(ExpressionFault) -> Syntax
  ) throws(ExpressionFault) -> Syntax {
    var tree = try part(&self)
    while case .symbol(let symbol) = current.kind, symbols.contains(symbol),
      let op = ArithmeticOperator(rawValue: symbol)
    {
      let place = advance().offset
      let right = try part(&self)
      tree = try bounded(Syntax(.arithmetic(op, [tree, right]), at: place, start: tree.start))
    }
    return tree
  }

  private mutating func signed() throws(ExpressionFault) -> Syntax {
    guard isNext("-") || isNext("+") else { return try power() }
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.deepestNesting else { throw tooDeep(current.offset, Self.deepestNesting) }
    let sign = advance()
    let value = try signed()
    return sign.text == "+" ? value : try bounded(Syntax(.negated([value]), at: sign.offset))
  }

  private mutating func power() throws(ExpressionFault) -> Syntax {
    let base = try primary()
    let place = current.offset
    guard take("^") else { return base }
    let exponent = try signed()
    return try bounded(
      Syntax(.arithmetic(.power, [base, exponent]), at: place, start: base.start))
  }

  private mutating func primary() throws(ExpressionFault) -> Syntax {
    let token = current
    switch token.kind {
    case .number(let value):
      position += 1
      return Syntax(.number(value), at: token.offset)
    case .symbol("true"), .symbol("false"):
      position += 1
      return Syntax(.boolean(token.text == "true"), at: token.offset)
    case .symbol("("), .symbol("["):
      position += 1
      let inside = try disjunction()
      try expect(token.text == "(" ? ")" : "]", after: token)
      return try subscripts(of: inside)
    case .name(let name):
      position += 1
      if isNext("("), tokens[position - 1].text == name {
        return try subscripts(of: try call(name, at: token))
      }
      let value = Syntax(.name(name), at: token.offset)
      return isNext("as") ? try hypothesis(of: value) : try subscripts(of: value)
    default:
      throw expectedValue(token)
    }
  }

  private func expectedValue(_ token: Token) -> ExpressionFault {
    guard token.kind != .end else { return unexpected() }
    return ExpressionFault(
      token.offset, "expected a value, found \(token.described)",
      remedy: "write a number, a name, a function or a bracket")
  }

  private mutating func call(_ name: String, at token: Token) throws(ExpressionFault) -> Syntax {
    let opening = advance()
    var arguments: [Syntax] = []
    if !take(")") {
      repeat { arguments.append(try disjunction()) } while take(",")
      try expect(")", after: opening)
    }
    return try bounded(Syntax(.call(name, arguments), at: token.offset))
  }

  private mutating func subscripts(of value: Syntax) throws(ExpressionFault) -> Syntax {
    var tree = value
    while isNext("[") {
      let opening = advance()
      let inside = try disjunction()
      try expect("]", after: opening)
      tree = try bounded(
        Syntax(.subscripted([tree, inside]), at: opening.offset, start: tree.start))
    }
    return tree
  }

  private mutating func hypothesis(of particle: Syntax) throws(ExpressionFault) -> Syntax {
    let place = advance().offset
    let token = advance()
    switch token.kind {
    case .number(let value):
      let mass = Syntax(.number(value), at: token.offset)
      return Syntax(.hypothesis([particle, mass]), at: place, start: particle.start)
    case .name(let name):
      let mass = Syntax(.name(name), at: token.offset)
      return Syntax(.hypothesis([particle, mass]), at: place, start: particle.start)
    default:
      throw ExpressionFault(
        token.offset, "expected a mass hypothesis after 'as', found \(token.described)",
        remedy: "write 'mu1 as pi', or a mass in GeV")
    }
  }
}
