/// Reads JSON from bytes that nobody vouches for.
///
/// RFC 8259 to the letter; beyond it, depth is bounded, a name may occur once in an object, and
/// numbers must be finite as doubles.
package struct JSONReader {
  /// Deepest nesting of lists and objects.
  package static let mostDepth = 64

  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  /// Reads one document.
  ///
  /// - Throws: `HS3Error.notJSON` with line and column, counted from 1.
  package static func read(_ bytes: [UInt8]) throws(HS3Error) -> JSONValue {
    var result: Result<JSONValue, HS3Error> = .success(.null)
    bytes.withUnsafeBufferPointer { buffer in
      var reader = JSONReader(bytes: buffer)
      do throws(HS3Error) {
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        if reader.place < buffer.count { throw reader.fault("text after the end of the document") }
        result = .success(value)
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private func fault(_ finding: String) -> HS3Error {
    var line = 1
    var column = 1
    for byte in bytes.prefix(place) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return .notJSON(line: line, column: column, finding: finding)
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      place += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(HS3Error) -> JSONValue {
    skipSpace()
    guard depth <= Self.mostDepth else {
      throw fault("lists and objects nested deeper than \(Self.mostDepth)")
    }
    switch next {
    case nil: throw fault("the text ends where a value is expected")
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(HS3Error) -> JSONValue {
    for byte in word.utf8 where !take(byte) { throw fault("a value is expected") }
    return value
  }

  private mutating func object(depth: Int) throws(HS3Error) -> JSONValue {
    place += 1
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object([]) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw fault("a name in quotes is expected") }
      let name = try string()
      guard names.insert(name).inserted else { throw fault("name '\(name)' occurs twice") }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw fault("':' is expected") }
      members.append(.init(name, try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw fault("',' or '}' is expected") }
      return .object(members)
    }
  }

  private mutating func array(depth: Int) throws(HS3Error) -> JSONValue {
    place += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw fault("',' or ']' is expected") }
      return .array(elements)
    }
  }

  private mutating func number() throws(HS3Error) -> Double {
    let start = place
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
    _ = take(UInt8(ascii: "-"))
    guard isDigit(next) else { throw fault("a value is expected") }
    if take(UInt8(ascii: "0")) {
      if isDigit(next) { throw fault("a number must not begin with 0") }
    }
    while isDigit(next) { place += 1 }
    if take(UInt8(ascii: ".")) {
      guard isDigit(next) else { throw fault("a digit is expected after '.'") }
      while isDigit(next) { place += 1 }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard isDigit(next) else { throw fault("a digit is expected in the exponent") }
      while isDigit(next) { place += 1 }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      place = start
      throw fault("number \(text.prefix(40)) is too large")
    }
    return value
  }

  private mutating func string() throws(HS3Error) -> String {
    place += 1
    var units: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        guard let text = String(validating: units, as: UTF8.self) else {
          throw fault("a text is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        place += 1
        try escape(into: &units)
      case 0..<0x20: throw fault("a text holds a control character; write it as \\u00xx")
      default:
        units.append(byte)
        place += 1
      }
    }
    throw fault("a text does not end")
  }

  private mutating func escape(into units: inout [UInt8]) throws(HS3Error) {
    guard let byte = next else { throw fault("a text does not end") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if code >= 0xD800, code < 0xDC00 {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw fault("half of a surrogate pair in a text")
        }
        let low = try hexadecimal()
        guard low >= 0xDC00, low < 0xE000 else { throw fault("half of a surrogate pair in a text") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw fault("half of a surrogate pair in a text")
      }
      units += Array(String(Character(scalar)).utf8)
    default: throw fault("unknown escape in a text")
    }
  }

  private mutating func hexadecimal() throws(HS3Error) -> UInt32 {
    guard place + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16),
      bytes[place] != UInt8(ascii: "+"), bytes[place] != UInt8(ascii: "-")
    else { throw fault("four hexadecimal digits are expected after \\u") }
    place += 4
    return code
  }
}
