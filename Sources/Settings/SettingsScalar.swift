import Diagnostics

/// A scalar as it is written, with the place of each of its characters.
public struct SettingsScalar: Sendable {
  /// What a scalar means by the core schema of YAML 1.2.
  public enum Meaning: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case text
  }

  /// The text without quotes and escapes.
  public var text: String
  /// Whether it is written without quotes, so that it may mean more than text.
  public var isPlain: Bool
  /// Place of each character of `text` where they do not simply follow each other.
  var places: [SourceLocation] = []

  /// Makes a scalar whose characters follow each other.
  public init(text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
  }

  /// What it means; text unless plain.
  ///
  /// YAML 1.2 core: `yes` and `on` are text, `1e-6` is a number, `012` is 12, `10:30` is text.
  public var meaning: Meaning { isPlain ? Self.meaning(of: text) : .text }

  /// The place of the character at an offset of `text`, for a scalar that starts at `start`.
  public func location(ofCharacter offset: Int, startingAt start: SourceLocation)
    -> SourceLocation
  {
    if places.isEmpty { return start.advanced(by: offset + (isPlain ? 0 : 1)) }
    return places[min(offset, places.count - 1)]
  }

  static func meaning(of text: String) -> Meaning {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: break
    }
    if let whole = wholeNumber(text) { return .integer(whole) }
    if isDecimal(text), let value = Double(text.hasSuffix(".") ? text + "0" : text) {
      return .number(value)
    }
    return .text
  }

  private static func wholeNumber(_ text: String) -> Int64? {
    if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8) }
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
    return Int64(text)
  }

  /// Whether a text is `[-+]? (. digits | digits [. digits]) [e [-+]? digits]`.
  static func isDecimal(_ text: some StringProtocol) -> Bool {
    var rest = Array(text.utf8)[...]
    func digits(_ rest: inout ArraySlice<UInt8>) -> Int {
      let run = rest.prefix { $0 >= 48 && $0 <= 57 }
      rest = rest.dropFirst(run.count)
      return run.count
    }
    if let sign = rest.first, sign == 43 || sign == 45 { rest = rest.dropFirst() }
    let whole = digits(&rest)
    var fraction = 0
    if rest.first == 46 {
      rest = rest.dropFirst()
      fraction = digits(&rest)
    }
    guard whole + fraction > 0 else { return false }
    guard let mark = rest.first else { return true }
    guard mark == 69 || mark == 101 else { return false }
    rest = rest.dropFirst()
    if let sign = rest.first, sign == 43 || sign == 45 { rest = rest.dropFirst() }
    return digits(&rest) > 0 && rest.isEmpty
  }
}
