import Diagnostics

/// A settings type that declares its keys once, by reading them.
///
/// `read` runs in three ways: to decode a map, to describe the keys, and to make a placeholder.
/// So it reads every key without conditions, and checks what depends on several keys in `check`.
public protocol SettingsSection: Sendable {
  /// Name in schema and reference page, such as `scan.window`.
  static var sectionName: String { get }
  /// One sentence: what the section states.
  static var summary: String { get }
  /// Reads all keys.
  static func read(_ keys: inout SectionReader) -> Self
}

extension SettingsSection {
  /// The keys in the order of their declaration.
  public static func describe() -> SectionDescription {
    var reader = SectionReader(describing: sectionName)
    _ = read(&reader)
    return SectionDescription(name: sectionName, summary: summary, keys: reader.keys)
  }
}

/// Reads the keys of one map of a settings file, or describes them.
public struct SectionReader {
  /// The keys read so far.
  public private(set) var keys: [KeyDescription] = []
  private let name: String
  private let node: SettingsNode?
  private let entries: [String: SettingsEntry]
  private var log = DecodingLog()
  private let faultsBefore: Int
  private var canonical: [Named<CanonicalValue>] = []

  init(describing name: String) {
    self.name = name
    self.node = nil
    self.entries = [:]
    self.faultsBefore = 0
  }

  init(_ name: String, decoding node: SettingsNode, entries: [SettingsEntry], log: DecodingLog) {
    self.name = name
    self.node = node
    self.entries = Dictionary(
      entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.log = log
    self.faultsBefore = log.faults.items.count
  }

  /// Reads a key that must be there.
  public mutating func required<Value>(
    _ key: String, _ format: Format<Value>, _ summary: String
  ) -> Value {
    keys.append(
      KeyDescription(name: key, shape: format.shape, presence: .required, summary: summary))
    guard let node else { return format.placeholder() }
    guard let entry = entries[key] else {
      log.report(
        Diagnostic(
          at: node.location,
          "missing key '\(key)' in \(node.path.isEmpty ? "the file" : node.title)",
          remedy: "add '\(key): …', \(summary.lowercasedFirst)"), of: node.path)
      return format.placeholder()
    }
    return decode(entry, format) ?? format.placeholder()
  }

  /// Reads a key that may be absent.
  public mutating func optional<Value>(
    _ key: String, _ format: Format<Value>, _ summary: String
  ) -> Value? {
    keys.append(
      KeyDescription(name: key, shape: format.shape, presence: .optional, summary: summary))
    return entries[key].flatMap { decode($0, format) }
  }

  /// Reads a key with a default, given as YAML text and decoded like a written one.
  public mutating func value<Value>(
    _ key: String, _ format: Format<Value>, default text: String, _ summary: String
  ) -> Value {
    keys.append(
      KeyDescription(
        name: key, shape: format.shape, presence: .withDefault(text), summary: summary))
    guard let node else { return format.placeholder() }
    if let entry = entries[key] { return decode(entry, format) ?? format.placeholder() }
    var faults = Diagnostics()
    let place = SettingsNode.parse(
      text, file: node.location.file, path: SettingsNode.joined(node.path, key), faults: &faults)
    var defaults = DecodingLog()
    guard let place, let decoded = format.decode(place, &defaults), defaults.faults.isEmpty else {
      preconditionFailure("default '\(text)' of '\(key)' does not decode")
    }
    canonical.append(Named(key, decoded.canonical))
    return decoded.value
  }

  /// Declares a key that is part of the grammar but refused by this version.
  ///
  /// Its value is decoded nevertheless, so that mistakes inside it are told, and returned for checks.
  @discardableResult
  public mutating func later<Value>(
    _ key: String, _ format: Format<Value>, _ summary: String
  ) -> Value? {
    keys.append(
      KeyDescription(name: key, shape: format.shape, presence: .later, summary: summary))
    guard let entry = entries[key] else { return nil }
    log.refuse("'\(entry.node.path)'", at: entry.location, of: entry.node.path, remedy: "remove it")
    log.laterDepth += 1
    defer { log.laterDepth -= 1 }
    return format.decode(entry.node, &log)?.value
  }

  /// Where the map starts.
  public var location: SourceLocation {
    node?.location ?? SourceLocation(file: "", line: 0, column: 0)
  }

  /// Whether the map has a key.
  public func has(_ key: String) -> Bool { entries[key] != nil }

  /// Whether a map is being decoded and its keys so far are free of faults.
  public var isClean: Bool { node != nil && log.faults.items.count == faultsBefore }

  /// Whether what is read belongs to a part that is refused anyway.
  public var isLater: Bool { log.laterDepth > 0 }

  /// Reports a fault at a key (its value, if it is there; else the map).
  public mutating func report(_ key: String, _ finding: String, remedy: String? = nil) {
    guard let node else { return }
    let path = SettingsNode.joined(node.path, key)
    let place = entries[key]?.node.location ?? node.node(at: key)?.location ?? node.location
    log.report(Diagnostic(at: place, "'\(path)' \(finding)", remedy: remedy), of: path)
  }

  /// Reports a fault of the map as a whole.
  public mutating func reportWhole(_ finding: String, remedy: String? = nil) {
    guard let node else { return }
    log.report(node, finding, remedy: remedy)
  }

  /// Reports a fault at a key's name; the finding is a whole sentence.
  public mutating func report(atKey key: String, _ finding: String, remedy: String? = nil) {
    guard let node else { return }
    log.report(
      Diagnostic(at: entries[key]?.location ?? node.location, finding, remedy: remedy),
      of: SettingsNode.joined(node.path, key))
  }

  /// Reports a missing key that another setting makes necessary.
  public mutating func reportMissing(_ key: String, _ reason: String) {
    guard let node else { return }
    log.report(
      Diagnostic(
        at: node.location,
        "missing key '\(key)' in \(node.path.isEmpty ? "the file" : node.title); \(reason)",
        remedy: "add '\(key): …'"), of: node.path)
  }

  private mutating func decode<Value>(_ entry: SettingsEntry, _ format: Format<Value>) -> Value? {
    guard let decoded = format.decode(entry.node, &log) else { return nil }
    canonical.append(Named(entry.name, decoded.canonical))
    return decoded.value
  }

  mutating func finish() -> (DecodingLog, CanonicalValue) {
    let known = keys.map(\.name)
    for entry in entries.values.sorted(by: { $0.location < $1.location })
    where !known.contains(entry.name) {
      let suggestion = NearestName.suggestion(for: entry.name, among: known)
      let path = node?.path ?? ""
      log.report(
        Diagnostic(
          at: entry.location,
          "unknown key '\(entry.name)' in \(path.isEmpty ? "the file" : "'\(path)'")",
          remedy: suggestion ?? "allowed: \(SettingsText.quoted(known))"), of: path)
    }
    return (log, .sorted(canonical))
  }
}

extension String {
  var lowercasedFirst: String {
    // A word in capitals keeps them.
    let second = dropFirst().first
    return second?.isUppercase == true ? self : prefix(1).lowercased() + dropFirst()
  }
}

extension Format where Value: SettingsSection {
  /// A map with the keys of a settings type.
  ///
  /// `shorthand` turns a scalar or list into the entries it stands for; its look is `short`.
  public static var section: Format<Value> { section(shorthand: nil) }

  /// A map with the keys of a settings type, or a shorthand for it.
  public static func section(
    shorthand: (shape: Shape, key: String)?
  ) -> Format<Value> {
    let shape = Shape.section(name: Value.sectionName) { Value.describe() }
    let placeholder: @Sendable () -> Value = {
      var reader = SectionReader(describing: Value.sectionName)
      return Value.read(&reader)
    }
    let key = shorthand?.key
    return Format(
      shape: shorthand.map { .either([$0.shape, shape]) } ?? shape, placeholder: placeholder
    ) { node, log in
      var entries: [SettingsEntry]
      if case .map(let written) = node.content {
        entries = written
      } else if let key, !node.isNull {
        entries = [SettingsEntry(name: key, location: node.location, node: node)]
      } else {
        let names = Value.describe().keys.prefix(3).map(\.name)
        log.report(
          node, "must be a map with keys, found \(node.found)",
          remedy: "write for example '{\(names.joined(separator: ": …, ")): …}'")
        return nil
      }
      var reader = SectionReader(Value.sectionName, decoding: node, entries: entries, log: log)
      let value = Value.read(&reader)
      let (after, canonical) = reader.finish()
      log = after
      return .init(value, canonical)
    }
  }
}
