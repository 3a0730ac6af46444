import Diagnostics

/// One value of a settings file with its place: a scalar, a list or a map.
public struct SettingsNode: Sendable {
  /// What a node holds.
  public enum Content: Sendable {
    case scalar(SettingsScalar)
    case list([SettingsNode])
    /// Entries in the order of the file.
    case map([SettingsEntry])
  }

  /// What it holds.
  public var content: Content
  /// Where it starts.
  public var location: SourceLocation
  /// Dotted path from the top of the file, list elements by index from 0; empty at the top.
  public var path: String

  /// Makes a node.
  public init(content: Content, location: SourceLocation, path: String) {
    self.content = content
    self.location = location
    self.path = path
  }

  /// Whether the value is left empty or written as `null` or `~`.
  public var isNull: Bool {
    if case .scalar(let scalar) = content { scalar.meaning == .null } else { false }
  }

  /// Text of the value for messages: `number 3`, `text 'abc'`, `a list`, `a map`.
  public var found: String {
    switch content {
    case .list: "a list"
    case .map: "a map"
    case .scalar(let scalar):
      switch scalar.meaning {
      case .null: "nothing"
      case .boolean: scalar.text
      case .integer, .number: "number \(scalar.text)"
      case .text: "text '\(scalar.text)'"
      }
    }
  }

  /// How messages name the node: its quoted path, or `the file` at the top.
  public var title: String { path.isEmpty ? "the file" : "'\(path)'" }
}

/// One key of a map with its value.
public struct SettingsEntry: Sendable {
  /// The key.
  public var name: String
  /// Where the key starts.
  public var location: SourceLocation
  /// The value.
  public var node: SettingsNode

  /// Makes an entry.
  public init(name: String, location: SourceLocation, node: SettingsNode) {
    self.name = name
    self.location = location
    self.node = node
  }
}

extension SettingsNode {
  static func joined(_ path: String, _ part: String) -> String {
    path.isEmpty ? part : "\(path).\(part)"
  }

  /// The node at a dotted path below this one, or nil.
  ///
  /// Keys may hold dots.
  public func node(at dotted: String) -> SettingsNode? {
    if dotted.isEmpty { return self }
    for (name, child) in children {
      if dotted == name { return child }
      if dotted.hasPrefix(name + "."),
        let found = child.node(at: String(dotted.dropFirst(name.count + 1)))
      {
        return found
      }
    }
    return nil
  }

  private var children: [(String, SettingsNode)] {
    switch content {
    case .scalar: []
    case .list(let items): items.enumerated().map { (String($0), $1) }
    case .map(let entries): entries.map { ($0.name, $0.node) }
    }
  }
}
