import Diagnostics
import Settings

/// One of the channels that a search is repeated for: a choice from every axis.
public struct Channel: Sendable, Equatable {
  /// The choices joined by `-`, as in `Bplus-mumu`.
  public var name: String
  /// The choice from each axis, in the order of the file.
  public var choices: [Named<String>]
}

/// What a settings file says for one channel, its templates filled in.
///
/// Entries and list elements with a `for` that does not name the channel are gone, `{axis}` and
/// `{attribute}` in texts are replaced, and attributes that are numbers stand among the constants.
struct ChannelVariant {
  var channel: Channel
  var root: SettingsNode

  /// The variants of a file, the last axis fastest; nil where it has no channels or they are faulty.
  static func all(of root: SettingsNode, faults: inout Diagnostics) -> [ChannelVariant]? {
    guard let axes = root.entry("channels")?.entries, !axes.isEmpty else { return nil }
    var found: [(choices: [Named<String>], attributes: [SettingsEntry])] = [([], [])]
    for axis in axes {
      guard let choices = axis.node.entries, !choices.isEmpty,
        choices.allSatisfy({ $0.node.entries != nil })
      else { return nil }
      found = found.flatMap { before in
        choices.map { choice in
          (
            before.choices + [Named(axis.name, choice.name)],
            before.attributes + (choice.node.entries ?? [])
          )
        }
      }
    }
    checkNames(axes, faults: &faults)
    let known = axes.map { Named($0.name, $0.node.entries?.map(\.name) ?? []) }
    checkUses(root, known, faults: &faults)
    return found.map { choices, attributes in
      let template = Template(choices: choices, attributes: attributes, known: known)
      return ChannelVariant(
        channel: Channel(name: choices.map(\.value).joined(separator: "-"), choices: choices),
        root: template.filled(root))
    }
  }

  /// Names become parts of the names of channels, samples and files.
  private static func checkNames(_ axes: [SettingsEntry], faults: inout Diagnostics) {
    for choice in axes.flatMap({ $0.node.entries ?? [] }) {
      let isGood = choice.name.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || "+_*.".unicodeScalars.contains($0)
      }
      if choice.name.isEmpty || choice.name.hasPrefix(".") || !isGood {
        faults.report(
          Diagnostic(
            at: choice.location, "'\(choice.name)' is not a name that a channel can have",
            remedy: "use letters, digits, '_', '+', '*' and '.', first no '.'"))
      }
    }
  }

  /// Reports every `for` that is none, or names what is no channel.
  private static func checkUses(
    _ node: SettingsNode, _ axes: [Named<[String]>], faults: inout Diagnostics
  ) {
    if let uses = node.entry("for"), !node.path.isEmpty {
      let example = "write for example '{\(axes[0].name): \(axes[0].value[0])}'"
      if uses.entries?.isEmpty ?? true {
        faults.report(
          Diagnostic(
            at: uses.location, "\(uses.title) must name an axis of channels, found \(uses.found)",
            remedy: example))
      }
      for use in uses.entries ?? [] {
        guard let known = axes.value(named: use.name) else {
          faults.report(
            Diagnostic(
              at: use.location, "'\(uses.path)': no axis of channels is called '\(use.name)'",
              remedy: NearestName.suggestion(for: use.name, among: axes.map(\.name))
                ?? "allowed: \(SettingsText.quoted(axes.map(\.name)))"))
          continue
        }
        if use.node.words.isEmpty {
          faults.report(
            Diagnostic(
              at: use.node.location,
              "\(use.node.title) must name one or more channels, found \(use.node.found)",
              remedy: example))
        }
        for word in use.node.words where !known.contains(word.text) {
          faults.report(
            Diagnostic(
              at: word.place, "'\(uses.path).\(use.name)': no channel is called '\(word.text)'",
              remedy: NearestName.suggestion(for: word.text, among: known)
                ?? "allowed: \(SettingsText.quoted(known))"))
        }
      }
    }
    for child in node.children { checkUses(child, axes, faults: &faults) }
  }
}

/// What a channel puts into a file.
private struct Template {
  let choices: [Named<String>]
  let attributes: [SettingsEntry]
  /// All choices of all axes.
  let known: [Named<[String]>]

  func filled(_ root: SettingsNode) -> SettingsNode {
    guard case .map(let entries) = root.content else { return root }
    var filled = root
    // What `channels` says is not filled in itself.
    filled.content = .map(
      entries.compactMap { entry in
        guard entry.name != "channels" else { return entry }
        var entry = entry
        guard let node = self.node(entry.node) else { return nil }
        entry.node = node
        return entry
      })
    return filled.adding(numbers, to: "constants").adding(numbers, to: "massHypotheses")
  }

  /// Attributes that are numbers, zero or positive: names in expressions and after `as`.
  private var numbers: [SettingsEntry] {
    attributes.filter { attribute in
      guard case .scalar(let scalar) = attribute.node.content else { return false }
      switch scalar.meaning {
      case .integer(let value): return value >= 0
      case .number(let value): return value >= 0
      case .null, .boolean, .text: return false
      }
    }
  }

  /// The node for the channel; nil where it is for others.
  private func node(_ node: SettingsNode) -> SettingsNode? {
    var node = node
    switch node.content {
    case .scalar(let scalar): return self.scalar(scalar, of: node)
    case .list(let items): node.content = .list(items.compactMap(self.node))
    case .map(let entries):
      if let uses = node.entry("for"), !holds(uses) { return nil }
      node.content = .map(
        entries.compactMap { entry in
          guard entry.name != "for", let value = self.node(entry.node) else { return nil }
          return SettingsEntry(name: entry.name, location: entry.location, node: value)
        })
    }
    return node
  }

  private func holds(_ uses: SettingsNode) -> Bool {
    (uses.entries ?? []).allSatisfy { use in
      // What is faulty is told, and counts for all channels.
      guard let choice = choices.value(named: use.name), let all = known.value(named: use.name),
        !use.node.words.isEmpty, use.node.words.allSatisfy({ all.contains($0.text) })
      else { return true }
      return use.node.words.contains { $0.text == choice }
    }
  }

  /// A text that is nothing but one `{name}` becomes the attribute itself.
  private func scalar(_ scalar: SettingsScalar, of node: SettingsNode) -> SettingsNode {
    guard scalar.text.contains("{") else { return node }
    var filled = node
    for attribute in attributes where scalar.text == "{\(attribute.name)}" {
      filled.content = attribute.node.moved(to: node.path).content
      return filled
    }
    var text = scalar.text
    for choice in choices { text = text.replacing("{\(choice.name)}", with: choice.value) }
    for attribute in attributes {
      guard case .scalar(let value) = attribute.node.content else { continue }
      text = text.replacing("{\(attribute.name)}", with: value.text)
    }
    guard text != scalar.text else { return node }
    filled.content = .scalar(SettingsScalar(text: text, isPlain: scalar.isPlain))
    return filled
  }
}

extension SettingsNode {
  /// The entries of a map; nil for anything else.
  fileprivate var entries: [SettingsEntry]? {
    if case .map(let entries) = content { entries } else { nil }
  }

  func entry(_ name: String) -> SettingsNode? {
    entries?.first { $0.name == name }?.node
  }

  fileprivate var children: [SettingsNode] {
    switch content {
    case .scalar: []
    case .list(let items): items
    case .map(let entries): entries.map(\.node)
    }
  }

  /// A word or a list of words, with places.
  fileprivate var words: [(text: String, place: SourceLocation)] {
    switch content {
    case .scalar(let scalar): [(scalar.text, location)]
    case .list(let items): items.flatMap(\.words)
    case .map: []
    }
  }

  /// The same node at another path.
  fileprivate func moved(to path: String) -> SettingsNode {
    var node = self
    node.path = path
    switch content {
    case .scalar: break
    case .list(let items):
      node.content = .list(items.enumerated().map { $1.moved(to: "\(path).\($0)") })
    case .map(let entries):
      node.content = .map(
        entries.map {
          SettingsEntry(
            name: $0.name, location: $0.location, node: $0.node.moved(to: "\(path).\($0.name)"))
        })
    }
    return node
  }

  /// The node with entries in one of its maps; those that are there stay.
  fileprivate func adding(_ added: [SettingsEntry], to name: String) -> SettingsNode {
    guard !added.isEmpty, case .map(var entries) = content else { return self }
    let index =
      entries.firstIndex { $0.name == name }
      ?? {
        entries.append(
          SettingsEntry(
            name: name, location: location,
            node: SettingsNode(content: .map([]), location: location, path: name)))
        return entries.count - 1
      }()
    guard case .map(var values) = entries[index].node.content else { return self }
    for entry in added where !values.contains(where: { $0.name == entry.name }) {
      values.append(
        SettingsEntry(
          name: entry.name, location: entry.location,
          node: entry.node.moved(to: "\(name).\(entry.name)")))
    }
    entries[index].node.content = .map(values)
    var node = self
    node.content = .map(entries)
    return node
  }
}

/// Axes of channels, as they are written: choices with the attributes of each.
enum ChannelAxes {
  static var format: Format<Void> {
    Format<[Named<[Named<[Named<Void>]>]>]>.entries(
      of: .entries(of: .entries(of: attribute, named: "attribute"), named: "channel"),
      named: "axis"
    ).checked { axes, _ in
      let choices = axes.flatMap(\.value)
      return axes.isEmpty || axes.contains { $0.value.isEmpty }
        ? ("must name at least one axis with at least one choice each", nil)
        : choices.count > 1000 ? ("has more than 1000 choices", nil) : nil
    }.map { _ in }
  }

  /// Which channels something is for: `{pair: mumu}` or `{pair: [ee, mumu]}`.
  static var use: Format<Void> {
    Format<[Named<[String]>]>.entries(of: .oneOrMore(.text("a channel")), named: "axis")
      .map { _ in }
  }

  /// A number, a text, or a list that stands where `"{attribute}"` does.
  private static var attribute: Format<Void> {
    let words = Format<[Void]>.list(of: .word).map { _ in }
    let items = Format<Void>.either(words, if: \.isList, else: .word)
    return .either(
      Format<[Void]>.list(of: items).map { _ in }, if: \.isList, else: .word)
  }
}

extension SettingsNode {
  fileprivate var isList: Bool { if case .list = content { true } else { false } }
}

extension SectionReader {
  /// Declares `for`, which a file with channels has used already when it is decoded.
  mutating func channels() {
    _ = optional(
      "for", ChannelAxes.use, "Channels it is for, an axis with one or more of its choices")
    if isClean, has("for") {
      report(
        atKey: "for", "'for' names channels, and the file has none",
        remedy: "remove it, or add 'channels: …'")
    }
  }
}
