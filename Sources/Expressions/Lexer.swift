/// One word of an expression and the character it starts at, from 0.
struct Token: Hashable {
  enum Kind: Hashable {
    case number(Double)
    case name(String)
    /// An operator, bracket, comma or keyword.
    case symbol(String)
    case end
  }

  var kind: Kind
  var offset: Int
  /// As written, for messages.
  var text: String

  var described: String { kind == .end ? "the end" : "'\(text)'" }
}

/// Splits the text of an expression into tokens.
struct Lexer {
  static let keywords: Set<String> = ["and", "or", "not", "in", "as", "true", "false"]
  private static let symbols: Set<String> = [
    "+", "-", "*", "/", "^", "(", ")", "[", "]", ",", "<", "<=", ">", ">=", "==", "!=",
  ]
  private static let refused: [String: String] = [
    "&&": "write 'and'", "&": "write 'and'", "||": "write 'or'", "|": "write 'or'",
    "!": "write 'not'", "**": "write '^' for a power", "=": "write '==' to compare",
    "<>": "write '!='", "%": "a fraction is a plain number, such as 0.05",
    "?": "write 'if(condition, a, b)'", ":": "write 'if(condition, a, b)'",
    ";": "write one expression", "{": "write round brackets", "}": "write round brackets",
    "\"": "quote an unusual column name with backticks",
    "'": "quote an unusual column name with backticks",
    "×": "write '*'", "·": "write '*'", "−": "write '-'", "–": "write '-'", "≤": "write '<='",
    "≥": "write '>='", "≠": "write '!='", "²": "write '^2'", "³": "write '^3'",
  ]

  private let characters: [Character]
  private var position = 0

  private init(_ text: String) { characters = Array(text) }

  /// Returns the tokens with an `end` behind the last.
  static func tokens(of text: String) throws(ExpressionFault) -> [Token] {
    var lexer = Lexer(text)
    var tokens: [Token] = []
    while let token = try lexer.next() { tokens.append(token) }
    return tokens + [Token(kind: .end, offset: lexer.characters.count, text: "")]
  }

  private func peek(_ ahead: Int = 0) -> Character? {
    position + ahead < characters.count ? characters[position + ahead] : nil
  }

  private mutating func next() throws(ExpressionFault) -> Token? {
    while let character = peek(), character.isWhitespace { position += 1 }
    guard let first = peek() else { return nil }
    if Self.isDigit(first) || (first == "." && Self.isDigit(peek(1))) { return try number() }
    if Self.startsName(first) { return name() }
    if first == "`" { return try quotedName() }
    return try symbol()
  }

  private static func isDigit(_ character: Character?) -> Bool {
    guard let character else { return false }
    return character >= "0" && character <= "9"
  }

  private static func startsName(_ character: Character?) -> Bool {
    guard let character else { return false }
    return character == "_" || character.isLetter
  }

  private func text(from start: Int) -> String { String(characters[start..<position]) }

  private mutating func skipDigits() {
    while Self.isDigit(peek()) { position += 1 }
  }

  private mutating func number() throws(ExpressionFault) -> Token {
    let start = position
    skipDigits()
    if peek() == "." {
      position += 1
      skipDigits()
    }
    if peek() == "e" || peek() == "E" {
      let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
      if Self.isDigit(peek(1 + sign)) {
        position += 1 + sign
        skipDigits()
      }
    }
    let end = position
    while Self.startsName(peek()) || Self.isDigit(peek()) || peek() == "." { position += 1 }
    let written = text(from: start)
    guard end == position, let value = Double(written) else {
      throw ExpressionFault(
        start, "'\(written)' is not a number",
        remedy: "write it like 12, 0.5 or 1e-6, without a unit")
    }
    guard value.isFinite else {
      throw ExpressionFault(
        start, "number '\(written)' is too large", remedy: "the largest is 1.797e308")
    }
    return Token(kind: .number(value), offset: start, text: written)
  }

  private mutating func name() -> Token {
    let start = position
    while Self.startsName(peek()) || Self.isDigit(peek()) { position += 1 }
    let written = text(from: start)
    let isKeyword = Self.keywords.contains(written)
    return Token(
      kind: isKeyword ? .symbol(written) : .name(written), offset: start, text: written)
  }

  private mutating func quotedName() throws(ExpressionFault) -> Token {
    let start = position
    position += 1
    while let character = peek(), character != "`" { position += 1 }
    let name = String(characters[(start + 1)..<position])
    guard peek() == "`" else {
      throw ExpressionFault(start, "a backtick is not closed", remedy: "end the name with '`'")
    }
    position += 1
    guard !name.isEmpty else {
      throw ExpressionFault(start, "a name in backticks is empty", remedy: "write it between them")
    }
    return Token(kind: .name(name), offset: start, text: "`\(name)`")
  }

  private mutating func symbol() throws(ExpressionFault) -> Token {
    let start = position
    for length in [2, 1] where position + length <= characters.count {
      let written = String(characters[start..<(start + length)])
      if let remedy = Self.refused[written] {
        throw ExpressionFault(start, "'\(written)' is not an operator here", remedy: remedy)
      }
      guard Self.symbols.contains(written) else { continue }
      position += length
      return Token(kind: .symbol(written), offset: start, text: written)
    }
    throw ExpressionFault(
      start, "character '\(characters[start])' is not allowed",
      remedy: "quote an unusual column name with backticks")
  }
}
