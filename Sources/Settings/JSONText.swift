/// A JSON value with ordered keys, for files that are compared byte by byte.
indirect enum JSONText: Sendable {
  case text(String)
  case number(Double)
  case boolean(Bool)
  case list([JSONText])
  case map([(String, JSONText)])

  /// The value as indented text.
  func written(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .text(let text): return Self.quoted(text)
    case .number(let value): return SettingsText.number(value)
    case .boolean(let value): return value ? "true" : "false"
    case .list(let items):
      let isShort = items.allSatisfy { if case .map = $0 { false } else { true } }
      if isShort { return "[" + items.map { $0.written() }.joined(separator: ", ") + "]" }
      return "[\n" + items.map { inner + $0.written(indent: inner) }.joined(separator: ",\n")
        + "\n\(indent)]"
    case .map(let entries):
      if entries.isEmpty { return "{}" }
      return "{\n"
        + entries.map { "\(inner)\(Self.quoted($0)): \($1.written(indent: inner))" }
        .joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
