/// A typed setting without spelling: what keys of finished work digest.
///
/// Comments, the order of keys, quotes, units and whether a default is written out do not change
/// it; the order of a list does.
public indirect enum CanonicalValue: Sendable, Equatable {
  case nothing
  case boolean(Bool)
  case number(Double)
  case text(String)
  case list([CanonicalValue])
  /// Entries in ascending order of the names (by UTF-8).
  case map([Named<CanonicalValue>])

  /// The value at a dotted path, or `nothing`.
  public subscript(path: String) -> CanonicalValue {
    if path.isEmpty { return self }
    switch self {
    case .map(let entries):
      for entry in entries {
        if path == entry.name { return entry.value }
        guard path.hasPrefix(entry.name + ".") else { continue }
        return entry.value[String(path.dropFirst(entry.name.count + 1))]
      }
      return .nothing
    case .list(let items):
      let part = path.prefix { $0 != "." }
      guard let index = Int(part), items.indices.contains(index) else { return .nothing }
      return items[index][String(path.dropFirst(part.count + 1))]
    default: return .nothing
    }
  }

  /// The bytes that are digested.
  public var bytes: [UInt8] {
    var encoder = CanonicalEncoder()
    encoder.append(self)
    return encoder.bytes
  }

  static func sorted(_ entries: [Named<CanonicalValue>]) -> CanonicalValue {
    .map(entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
  }
}

/// Writes values as unambiguous bytes: a tag, then a fixed-width or length-prefixed value.
public struct CanonicalEncoder: Sendable {
  /// What was written.
  public private(set) var bytes: [UInt8] = []

  /// Starts empty.
  public init() {}

  /// Appends a text: tag 4, number of UTF-8 bytes, bytes.
  public mutating func append(_ text: String) {
    bytes.append(4)
    append(count: text.utf8.count)
    bytes += text.utf8
  }

  /// Appends raw bytes, such as another digest: tag 7, their number, bytes.
  public mutating func append(_ raw: [UInt8]) {
    bytes.append(7)
    append(count: raw.count)
    bytes += raw
  }

  /// Appends a number: tag 3, the bits of the double; −0 is written as 0, NaN as one pattern.
  public mutating func append(_ number: Double) {
    bytes.append(3)
    append(bits: number.isNaN ? Double.nan.bitPattern : (number + 0).bitPattern)
  }

  /// Appends a whole number: tag 8, 64 bits.
  public mutating func append(_ number: Int) {
    bytes.append(8)
    append(bits: UInt64(bitPattern: Int64(number)))
  }

  /// Appends a canonical value.
  public mutating func append(_ value: CanonicalValue) {
    switch value {
    case .nothing: bytes.append(0)
    case .boolean(let truth): bytes.append(truth ? 2 : 1)
    case .number(let number): append(number)
    case .text(let text): append(text)
    case .list(let items):
      bytes.append(5)
      append(count: items.count)
      for item in items { append(item) }
    case .map(let entries):
      bytes.append(6)
      append(count: entries.count)
      for entry in entries {
        append(entry.name)
        append(entry.value)
      }
    }
  }

  private mutating func append(count: Int) { append(bits: UInt64(count)) }

  private mutating func append(bits: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
  }
}
