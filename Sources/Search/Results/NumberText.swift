import Glibc

/// Numbers as people read them; the text depends on the value alone, never on a locale.
package enum NumberText {
  /// What stands for a number that does not exist.
  package static let absent = "–"

  /// Writes a number by one conversion of printf.
  private static func print(_ format: String, _ digits: Int, _ value: Double) -> String {
    withVaList([Int32(digits), value]) { arguments in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
        guard let base = buffer.baseAddress else { return "" }
        let length = Int(vsnprintf(base, buffer.count, format, arguments))
        let bytes = buffer.prefix(max(0, min(length, buffer.count - 1)))
        return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
  }

  /// Writes with a fixed number of decimals; a dash for anything that is not finite.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return absent }
    let text = print("%.*f", max(0, decimals), value)
    let isZero = !text.contains { $0 != "0" && $0 != "." && $0 != "-" }
    return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text.minus
  }

  /// Exponent of ten of a finite, non-zero number as rounded to `digits` significant digits.
  package static func decade(_ value: Double, digits: Int = 17) -> Int {
    guard value.isFinite, value != 0 else { return 0 }
    let text = print("%.*e", max(0, digits - 1), value)
    guard let mark = text.lastIndex(of: "e") else { return 0 }
    return Int(text[text.index(after: mark)...]) ?? 0
  }

  /// Writes with significant digits, as a power of ten outside 1e-3 ..< 1e6.
  package static func significant(_ value: Double, _ digits: Int = 4) -> String {
    guard value.isFinite else { return absent }
    guard value != 0 else { return "0" }
    let decade = decade(value, digits: digits)
    if decade >= -3 && decade < 6 { return fixed(value, digits - 1 - decade) }
    let mantissa = print("%.*e", digits - 1, value).prefix { $0 != "e" }
    return String(mantissa).minus + " × 10" + superscript(decade)
  }

  /// Drops zeros at the end of the decimals of `significant`: 3.100 becomes 3.1.
  package static func short(_ value: Double, _ digits: Int = 4) -> String {
    let text = significant(value, digits)
    guard text.contains("."), !text.contains("×") else { return text }
    var trimmed = Substring(text)
    while trimmed.hasSuffix("0") { trimmed.removeLast() }
    if trimmed.hasSuffix(".") { trimmed.removeLast() }
    return String(trimmed)
  }

  /// Writes a value with its error, both to the error's second significant digit.
  package static func measured(_ value: Double, _ error: Double?) -> String {
    guard value.isFinite else { return absent }
    guard let error, error.isFinite, error > 0 else { return significant(value, 5) }
    let errorDecade = decade(error, digits: 2)
    let top = max(errorDecade, value == 0 ? errorDecade : decade(value))
    if top < 6 && errorDecade >= -6 {
      let decimals = max(0, 1 - errorDecade)
      return fixed(value, decimals) + " ± " + fixed(error, decimals)
    }
    guard let scale = Double("1e\(top)"), scale > 0 else { return significant(value, 5) }
    let decimals = max(0, min(15, top - errorDecade + 1))
    return "(\(fixed(value / scale, decimals)) ± \(fixed(error / scale, decimals))) × 10"
      + superscript(top)
  }

  /// Writes a count with a thin space between groups of three digits.
  package static func count(_ value: Int64) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "−" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 && digits.count > 4 { text += "\u{202F}" }
      text.append(digit)
    }
    return text
  }

  /// Writes a fraction as per cent.
  package static func percent(_ fraction: Double, _ digits: Int = 3) -> String {
    guard fraction.isFinite else { return absent }
    return short(fraction * 100, digits) + "\u{202F}%"
  }

  /// Writes an integer in superscript digits.
  package static func superscript(_ value: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return String(
      String(value).map { character in
        character.wholeNumberValue.map { digits[$0] } ?? "⁻"
      })
  }
}

extension String {
  /// The text with hyphens replaced by true minus signs.
  fileprivate var minus: String { hasPrefix("-") ? "−" + dropFirst() : self }
}
