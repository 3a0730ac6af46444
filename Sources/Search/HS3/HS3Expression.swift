import Kernels

/// An expression of `generic_function`, read from text.
package indirect enum HS3Expression: Hashable {
  case number(Double)
  case name(String)
  case sum(HS3Expression, HS3Expression)
  case product(HS3Expression, HS3Expression)
  case quotient(HS3Expression, HS3Expression)
  case power(HS3Expression, HS3Expression)
  case call(String, [HS3Expression])

  /// The longest expression that is read.
  package static let mostCharacters = 10_000

  /// Reads arithmetic with + - * / ^ ** and calls of functions; comparisons are not read.
  package static func read(_ node: HS3Node) throws(HS3Error) -> HS3Expression {
    let text = try node.text
    guard text.utf8.count <= mostCharacters else {
      throw node.invalid(
        "the length of the expression", "\(text.utf8.count)", "at most \(mostCharacters)")
    }
    var reader = Reader(characters: Array(text.utf8), node: node)
    let value = try reader.sum(depth: 0)
    guard reader.isAtEnd else { throw reader.fault() }
    return value
  }

  private struct Reader {
    let characters: [UInt8]
    let node: HS3Node
    var place = 0

    mutating func skipSpace() {
      while place < characters.count, characters[place] == 0x20 || characters[place] == 0x09 {
        place += 1
      }
    }

    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return place == characters.count
      }
    }

    mutating func take(_ text: StaticString) -> Bool {
      skipSpace()
      let count = text.utf8CodeUnitCount
      guard place + count <= characters.count else { return false }
      for i in 0..<count where characters[place + i] != text.utf8Start[i] { return false }
      place += count
      return true
    }

    func fault() -> HS3Error {
      node.unsupported(
        "the expression is not understood at character \(place + 1)",
        "Nightjar reads + - * / ^, numbers, names and functions such as exp(x)")
    }

    mutating func sum(depth: Int) throws(HS3Error) -> HS3Expression {
      guard depth < 200 else { throw fault() }
      var value = try product(depth: depth)
      while true {
        if take("+") {
          value = .sum(value, try product(depth: depth))
        } else if take("-") {
          value = .sum(value, .product(.number(-1), try product(depth: depth)))
        } else {
          return value
        }
      }
    }

    mutating func product(depth: Int) throws(HS3Error) -> HS3Expression {
      var value = try sign(depth: depth)
      while true {
        if take("**") {
          value = .power(value, try sign(depth: depth))
        } else if take("*") {
          value = .product(value, try sign(depth: depth))
        } else if take("/") {
          value = .quotient(value, try sign(depth: depth))
        } else {
          return value
        }
      }
    }

    mutating func sign(depth: Int) throws(HS3Error) -> HS3Expression {
      guard depth < 200 else { throw fault() }
      if take("-") { return .product(.number(-1), try sign(depth: depth + 1)) }
      if take("+") { return try sign(depth: depth + 1) }
      let base = try atom(depth: depth)
      return take("^") ? .power(base, try sign(depth: depth + 1)) : base
    }

    mutating func atom(depth: Int) throws(HS3Error) -> HS3Expression {
      if take("(") {
        let value = try sum(depth: depth + 1)
        guard take(")") else { throw fault() }
        return value
      }
      skipSpace()
      let start = place
      func isDigit(_ c: UInt8) -> Bool { c >= 0x30 && c <= 0x39 }
      func isLetter(_ c: UInt8) -> Bool { (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7A || c == 0x5F }
      guard place < characters.count else { throw fault() }
      if isLetter(characters[place]) {
        while place < characters.count, isLetter(characters[place]) || isDigit(characters[place]) {
          place += 1
        }
        let name = String(decoding: characters[start..<place], as: UTF8.self)
        guard take("(") else { return .name(name) }
        var arguments = [try sum(depth: depth + 1)]
        while take(",") { arguments.append(try sum(depth: depth + 1)) }
        guard take(")") else { throw fault() }
        if name == "pow", arguments.count == 2 { return .power(arguments[0], arguments[1]) }
        return .call(name, arguments)
      }
      while place < characters.count {
        let c = characters[place]
        let isExponent =
          (c == 0x2B || c == 0x2D) && place > start && (characters[place - 1] | 0x20) == 0x65
        guard isDigit(c) || c == 0x2E || (c | 0x20) == 0x65 || isExponent else { break }
        place += 1
      }
      guard
        let value = Double(String(decoding: characters[start..<place], as: UTF8.self)),
        value.isFinite
      else { throw fault() }
      return .number(value)
    }
  }
}

extension HS3Expression {
  /// The value where every name is a constant; nil otherwise.
  package func constant(_ value: (String) -> Double?) -> Double? {
    switch self {
    case .number(let x): return x
    case .name("PI"): return value("PI") ?? .pi
    case .name("EULER"): return value("EULER") ?? 2.718281828459045
    case .name(let name): return value(name)
    case .sum(let a, let b):
      guard let x = a.constant(value), let y = b.constant(value) else { return nil }
      return x + y
    case .product(let a, let b):
      guard let x = a.constant(value), let y = b.constant(value) else { return nil }
      return x * y
    case .quotient(let a, let b):
      guard let x = a.constant(value), let y = b.constant(value) else { return nil }
      return x / y
    case .power(let a, let b):
      guard let x = a.constant(value), let y = b.constant(value) else { return nil }
      return Self.power(x, y)
    case .call(let name, let arguments):
      var own: [Double] = []
      for argument in arguments {
        guard let x = argument.constant(value) else { return nil }
        own.append(x)
      }
      switch (name, own.count) {
      case ("exp", 1): return nj_exp_scalar(own[0])
      case ("log", 1): return nj_log_scalar(own[0])
      case ("sqrt", 1): return own[0].squareRoot()
      case ("abs", 1): return abs(own[0])
      case ("min", 2): return min(own[0], own[1])
      case ("max", 2): return max(own[0], own[1])
      default: return nil
      }
    }
  }

  private static func power(_ x: Double, _ y: Double) -> Double? {
    if y == y.rounded(), abs(y) <= 16 {
      var value = 1.0
      for _ in 0..<Int(abs(y)) { value *= x }
      return y < 0 ? 1 / value : value
    }
    return x > 0 ? nj_exp_scalar(y * nj_log_scalar(x)) : nil
  }
}
