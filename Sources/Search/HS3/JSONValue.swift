/// A JSON value; members keep their order.
package indirect enum JSONValue: Hashable, Sendable {
  case object([Member])
  case array([JSONValue])
  case string(String)
  /// A finite number.
  case number(Double)
  case boolean(Bool)
  case null

  /// A name and a value of an object.
  package struct Member: Hashable, Sendable {
    package var name: String
    package var value: JSONValue

    package init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// What the value is, for messages.
  package var kind: String {
    switch self {
    case .object: "an object"
    case .array: "a list"
    case .string: "a text"
    case .number: "a number"
    case .boolean: "a truth value"
    case .null: "null"
    }
  }

  /// The member of a name; nil where there is none or this is no object.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// An object from names and values.
  package static func members(_ members: (String, JSONValue?)...) -> JSONValue {
    .object(members.compactMap { name, value in value.map { Member(name, $0) } })
  }

  /// A list of texts.
  package static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  /// A list of numbers.
  package static func numbers(_ numbers: [Double]) -> JSONValue {
    .array(numbers.map { .number($0) })
  }
}

extension JSONValue: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
}

// MARK: - Writing

extension JSONValue {
  private static let width = 100

  /// The text: short values on one line, longer ones indented; ends with a newline.
  ///
  /// Numbers are the shortest that read back to the same bits, so one value gives the same bytes
  /// everywhere.
  package var document: String {
    var text = ""
    write(to: &text, indent: 0, before: 0)
    return text + "\n"
  }

  /// The shortest text that reads back to the same number.
  package static func text(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 9e15 {
      return number == 0 && number.sign == .minus ? "-0.0" : "\(Int64(number))"
    }
    return "\(number)"
  }

  private var isFlat: Bool {
    switch self {
    case .object: false
    case .array(let elements): elements.allSatisfy(\.isScalar)
    default: true
    }
  }

  private var isScalar: Bool {
    switch self {
    case .object, .array: false
    default: true
    }
  }

  /// Writes on one line; false, with the text cut back, where more than `room` would be needed.
  private func writeLine(to text: inout String, room: Int) -> Bool {
    let start = text.utf8.count
    func fits() -> Bool { text.utf8.count - start <= room }
    switch self {
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        text += (index > 0 ? ", " : "") + Self.quoted(member.name) + ": "
        guard fits(), member.value.writeLine(to: &text, room: room - (text.utf8.count - start))
        else { return false }
      }
      text += "}"
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += ", " }
        guard fits(), element.writeLine(to: &text, room: room - (text.utf8.count - start)) else {
          return false
        }
      }
      text += "]"
    case .string(let value): text += Self.quoted(value)
    case .number(let value): text += value.isFinite ? Self.text(value) : "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .null: text += "null"
    }
    return fits()
  }

  private func write(to text: inout String, indent: Int, before: Int) {
    var line = ""
    if writeLine(to: &line, room: isScalar ? .max : Self.width - indent - before - 1) {
      text += line
      return
    }
    let deeper = String(repeating: " ", count: indent + 2)
    switch self {
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        let name = Self.quoted(member.name) + ": "
        text += (index > 0 ? ",\n" : "\n") + deeper + name
        member.value.write(to: &text, indent: indent + 2, before: name.utf8.count)
      }
      text += "\n" + String(repeating: " ", count: indent) + "}"
    case .array(let elements):
      let isFilled = elements.allSatisfy(\.isFlat)
      text += "[\n" + deeper
      var column = indent + 2
      for (index, element) in elements.enumerated() {
        let isLast = index == elements.count - 1
        if isFilled {
          var own = ""
          _ = element.writeLine(to: &own, room: .max)
          let length = own.utf8.count + (isLast ? 0 : 1)
          if index > 0 {
            let fits = column + 1 + length <= Self.width
            text += fits ? " " : "\n" + deeper
            column = fits ? column + 1 : indent + 2
          }
          text += own + (isLast ? "" : ",")
          column += length
        } else {
          if index > 0 { text += "\n" + deeper }
          element.write(to: &text, indent: indent + 2, before: 0)
          if !isLast { text += "," }
        }
      }
      text += "\n" + String(repeating: " ", count: indent) + "]"
    default: break
    }
  }

  private static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text + "\""
  }
}
