import Diagnostics

/// A settings file read into its type, with all its faults.
public struct SettingsFile<Value: SettingsSection>: Sendable {
  /// What was read; with faults, parts of it are placeholders.
  public let value: Value
  /// The typed settings that keys of finished work digest.
  public let canonical: CanonicalValue
  /// The nodes, for places of settings.
  public let root: SettingsNode
  /// The faults, and the places of folded scalars.
  public let log: DecodingLog
  /// The text of the file.
  public let text: String

  /// Decodes a text; throws if it is not YAML, else keeps the faults in `log`.
  public init(
    text: String, file: String, overrides: [SettingsOverride] = []
  ) throws(Diagnostics) {
    var faults = Diagnostics()
    let root = try Self.root(of: text, file: file, overrides: overrides, faults: &faults)
    try self.init(root: root, text: text, faults: faults)
  }

  /// The nodes of a text with settings from the command line; throws if it is not YAML.
  public static func root(
    of text: String, file: String, overrides: [SettingsOverride], faults: inout Diagnostics
  ) throws(Diagnostics) -> SettingsNode {
    guard var root = SettingsNode.parse(text, file: file, faults: &faults) else { throw faults }
    for override in overrides { override.apply(to: &root, faults: &faults) }
    return root
  }

  /// Decodes nodes, as those of a text; `faults` are what is known of it already.
  public init(
    root: SettingsNode, text: String, faults: Diagnostics = Diagnostics()
  ) throws(Diagnostics) {
    var log = DecodingLog()
    log.faults = faults
    guard let decoded = Format<Value>.section.decode(root, &log) else { throw log.faults }
    self.value = decoded.value
    self.canonical = decoded.canonical
    self.root = root
    self.log = log
    self.text = text
  }

  /// Reads and decodes a file.
  public init(path: String, overrides: [SettingsOverride] = []) throws(Diagnostics) {
    try self.init(text: try Self.read(path), file: path, overrides: overrides)
  }

  /// Place of the value at a dotted path; of the file's start if it is not there.
  public func location(of path: String) -> SourceLocation {
    root.node(at: path)?.location ?? root.location
  }

  /// Reads the text of a file.
  public static func read(_ path: String) throws(Diagnostics) -> String {
    do throws(Diagnostics) {
      return try TextFile.read(path, as: "a settings file")
    } catch {
      throw Diagnostics(error.items.map { Diagnostic(in: path, $0.finding, remedy: $0.remedy) })
    }
  }
}

/// A setting given on the command line, `a.b=value` with a YAML value.
public struct SettingsOverride: Sendable, Hashable, CustomStringConvertible {
  /// Dotted path of the setting.
  public var path: String
  /// The value as YAML text.
  public var text: String

  /// Creates an override.
  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// Reads `a.b=value`; nil without `=` or without a path.
  public init?(_ argument: String) {
    guard let mark = argument.firstIndex(of: "="), mark > argument.startIndex else { return nil }
    self.init(
      path: String(argument[..<mark]), text: String(argument[argument.index(after: mark)...]))
  }

  /// `a.b=value`.
  public var description: String { "\(path)=\(text)" }

  func apply(to root: inout SettingsNode, faults: inout Diagnostics) {
    let file = "--set \(path)"
    guard let value = SettingsNode.parse(text, file: file, path: path, faults: &faults) else {
      return
    }
    if !root.set(path[...], to: value) {
      faults.report(
        Diagnostic(
          in: file, "there is no '\(path)' in \(root.location.file)",
          remedy: "name a key by its dotted path, list elements by number from 0"))
    }
  }
}

extension SettingsNode {
  /// Replaces or adds the node at a dotted path below this one.
  fileprivate mutating func set(_ dotted: Substring, to value: SettingsNode) -> Bool {
    switch content {
    case .scalar:
      guard isNull else { return false }
      content = .map([])
      return set(dotted, to: value)
    case .list(var items):
      let part = dotted.prefix { $0 != "." }
      guard let index = Int(part), items.indices.contains(index) else { return false }
      let rest = dotted.dropFirst(part.count + 1)
      if rest.isEmpty {
        items[index] = value
      } else if !items[index].set(rest, to: value) {
        return false
      }
      content = .list(items)
      return true
    case .map(var entries):
      for index in entries.indices {
        let name = entries[index].name
        if dotted == name {
          entries[index].node = value
          content = .map(entries)
          return true
        }
        if dotted.hasPrefix(name + "."),
          entries[index].node.set(dotted.dropFirst(name.count + 1), to: value)
        {
          content = .map(entries)
          return true
        }
      }
      let part = dotted.prefix { $0 != "." }
      if entries.contains(where: { $0.name == part }) { return false }
      var node = value
      let rest = dotted.dropFirst(part.count + 1)
      if !rest.isEmpty {
        node.path = SettingsNode.joined(path, String(part))
        node.content = .map([])
        guard node.set(rest, to: value) else { return false }
      }
      entries.append(SettingsEntry(name: String(part), location: value.location, node: node))
      content = .map(entries)
      return true
    }
  }
}
