import Diagnostics
import Yams

extension SettingsNode {
  /// Reads a YAML text into nodes; nil if it is not one valid document.
  ///
  /// Scalars keep their text: what they mean is decided by `SettingsScalar`, not by Yams.
  /// Anchors, aliases, tags, duplicate keys and keys that are not text are faults.
  public static func parse(
    _ text: String, file: String, path: String = "", faults: inout Diagnostics
  ) -> SettingsNode? {
    var reader = NodeReader(file: file, text: text)
    let node = reader.read(path: path)
    faults.report(reader.faults)
    return node
  }
}

/// Turns Yams' nodes into ours.
private struct NodeReader {
  let file: String
  let places: ScalarPlaces
  /// The text given to Yams: the first letter of a duplicated key is replaced by a private one.
  var text: [Unicode.Scalar]
  var lineStarts: [Int] = [0]
  /// What the private letters stand for.
  var replaced: [Unicode.Scalar: Unicode.Scalar] = [:]
  var faults = Diagnostics()
  var isStopped = false

  init(file: String, text: String) {
    self.file = file
    self.places = ScalarPlaces(text: text, file: file)
    self.text = Array(text.unicodeScalars)
    for (index, scalar) in self.text.enumerated() where scalar == "\n" {
      lineStarts.append(index + 1)
    }
  }

  mutating func read(path: String) -> SettingsNode? {
    while true {
      var source = String.UnicodeScalarView()
      source.append(contentsOf: text)
      do {
        let parser = try Parser(yaml: String(source), encoding: .utf8)
        guard let root = try parser.singleRoot() else {
          faults.report(
            Diagnostic(
              at: SourceLocation(file: file, line: 1, column: 1), "the file is empty",
              remedy: "see Schemas/v1 for what it may hold"))
          return nil
        }
        let node = withExtendedLifetime(parser) { convert(root, path: path) }
        return isStopped ? nil : node
      } catch let error as YamlError {
        if case .duplicatedKeysInMapping(_, let context) = error, hideKey(at: context.mark) {
          continue
        }
        report(error)
        return nil
      } catch {
        faults.report(Diagnostic(in: file, "not readable as YAML: \(error)"))
        return nil
      }
    }
  }

  /// Makes the key at a mark unique, so that Yams reads on and the next one of its name is found.
  private mutating func hideKey(at mark: Mark) -> Bool {
    guard mark.line >= 1, mark.line <= lineStarts.count, mark.column >= 1 else { return false }
    var index = lineStarts[mark.line - 1] + mark.column - 1
    while index < text.count, text[index] == "\"" || text[index] == "'" { index += 1 }
    guard index < text.count, text[index].properties.isAlphabetic,
      let letter = Unicode.Scalar(0xF0000 + UInt32(replaced.count))
    else { return false }
    replaced[letter] = text[index]
    text[index] = letter
    return true
  }

  private func place(_ mark: Mark?) -> SourceLocation {
    SourceLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private mutating func convert(_ node: Node, path: String) -> SettingsNode {
    let place = place(node.mark)
    let none = SettingsNode(content: .map([]), location: place, path: path)
    if isStopped { return none }
    if let anchor = node.anchor {
      isStopped = true
      faults.report(
        Diagnostic(
          at: place, "anchor '&\(anchor.rawValue)': anchors and aliases are not supported",
          remedy: "write the value out where it is used, or name it under 'constants'"))
      return none
    }
    switch node {
    case .scalar(let scalar):
      return SettingsNode(
        content: .scalar(convert(scalar, at: place)), location: place, path: path)
    case .sequence(let items):
      let nodes = items.enumerated().map {
        convert($1, path: SettingsNode.joined(path, String($0)))
      }
      return SettingsNode(content: .list(nodes), location: place, path: path)
    case .mapping(let pairs):
      return SettingsNode(
        content: .map(entries(of: pairs, path: path)), location: place, path: path)
    case .alias: return none
    }
  }

  private mutating func entries(of pairs: Node.Mapping, path: String) -> [SettingsEntry] {
    var entries: [SettingsEntry] = []
    var first: [String: SourceLocation] = [:]
    for (key, value) in pairs {
      let keyPlace = place(key.mark)
      guard let scalar = key.scalar else {
        faults.report(
          Diagnostic(
            at: keyPlace, "a key must be text, found a list or a map",
            remedy: "put quotes around a name that holds brackets"))
        continue
      }
      let name = restored(scalar.string)
      let node = convert(value, path: SettingsNode.joined(path, name))
      if isStopped { return entries }
      if let before = first[name] {
        faults.report(
          Diagnostic(
            at: keyPlace,
            "key '\(name)' appears twice; it is already in line \(before.line)",
            remedy: "keep one of them"))
        continue
      }
      first[name] = keyPlace
      entries.append(SettingsEntry(name: name, location: keyPlace, node: node))
    }
    return entries
  }

  private func restored(_ text: String) -> String {
    if replaced.isEmpty { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(replaced[scalar] ?? scalar) }
    return String(result)
  }

  private func convert(_ scalar: Node.Scalar, at place: SourceLocation) -> SettingsScalar {
    let text = restored(scalar.string)
    let quote: Unicode.Scalar? =
      switch scalar.style {
      case .singleQuoted: "'"
      case .doubleQuoted: "\""
      default: nil
      }
    let isPlain = scalar.style == .plain || scalar.style == .any
    let start = quote == nil ? place : place.advanced(by: 1)
    var result = SettingsScalar(text: text, isPlain: isPlain)
    if !places.isStraight(text, from: start) {
      result.places = places.places(of: text, from: place, quote: quote)
    }
    return result
  }

  private mutating func report(_ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      faults.report(
        Diagnostic(at: place(mark), "not valid YAML: \(problem)", remedy: remedy(problem, mark)))
    case .duplicatedKeysInMapping(let names, let context):
      faults.report(
        Diagnostic(
          at: place(context.mark), "key '\(names.first ?? "")' appears twice",
          remedy: "keep one of them"))
    case .reader(let problem, _, _, _):
      faults.report(
        Diagnostic(
          in: file, "not valid YAML: \(problem)", remedy: "save the file as UTF-8 text"))
    default:
      faults.report(Diagnostic(in: file, "not valid YAML: \(error)"))
    }
  }

  private func remedy(_ problem: String, _ mark: Mark) -> String? {
    let character = places.character(line: mark.line, column: mark.column)
    return switch problem {
    case "mapping values are not allowed in this context":
      "put quotes around a value that holds ': '"
    case "found character that cannot start any token":
      character == "\t"
        ? "indent with spaces" : "put quotes around a value that starts with a special character"
    case "found undefined alias": "aliases are not supported, write the value out"
    case "did not find expected key", "did not find expected '-' indicator":
      "check the indentation of this line and the one before"
    case "did not find expected ',' or '}'": "close the brackets, or put quotes around the value"
    case "did not find expected ',' or ']'": "close the brackets, or put quotes around the value"
    case "but found another document": "keep one document, without '---' inside"
    default: nil
    }
  }
}
