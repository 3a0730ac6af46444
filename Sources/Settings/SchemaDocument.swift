/// Writes the JSON Schema (draft 7, which editors know best) of a settings type.
public struct SchemaDocument {
  private var definitions: [(String, JSONText)] = []
  private var waiting: [(String, @Sendable () -> SectionDescription)] = []
  private var seen: Set<String> = []

  /// The schema of a file that holds one section, ending with a line break.
  public static func text<Value: SettingsSection>(of type: Value.Type, title: String) -> String {
    var document = SchemaDocument()
    let root = document.object(Value.describe())
    var next = 0
    while next < document.waiting.count {
      let (name, describe) = document.waiting[next]
      let object = JSONText.map(document.object(describe()))
      document.definitions.append((name, object))
      next += 1
    }
    let head: [(String, JSONText)] = [
      ("$schema", .text("http://json-schema.org/draft-07/schema#")), ("title", .text(title)),
    ]
    let tail = document.definitions.sorted { $0.0 < $1.0 }
    return JSONText.map(head + root + [("definitions", .map(tail))]).written() + "\n"
  }

  private mutating func object(_ section: SectionDescription) -> [(String, JSONText)] {
    var properties: [(String, JSONText)] = []
    for key in section.keys {
      var entries: [(String, JSONText)] = [("description", .text(summary(of: key)))]
      if case .withDefault(let text) = key.presence { entries.append(("x-default", .text(text))) }
      if key.presence == .later { entries.append(("x-available", .boolean(false))) }
      properties.append((key.name, .map(entries + constraints(key.shape))))
    }
    let required = section.keys.filter { $0.presence == .required }.map { JSONText.text($0.name) }
    var entries: [(String, JSONText)] = [
      ("description", .text(section.summary)), ("type", .text("object")),
      ("additionalProperties", .boolean(false)),
    ]
    if !required.isEmpty { entries.append(("required", .list(required))) }
    return entries + [("properties", .map(properties))]
  }

  private func summary(of key: KeyDescription) -> String {
    switch key.presence {
    case .later: "\(key.summary) (not available yet)"
    case .withDefault(let text): "\(key.summary) (default: \(text))"
    case .required, .optional: key.summary
    }
  }

  private mutating func constraints(_ shape: Shape) -> [(String, JSONText)] {
    switch shape {
    case .text: return [("type", .text("string"))]
    case .number(let bounds): return [("type", .text("number"))] + limits(bounds)
    case .integer(let bounds): return [("type", .text("integer"))] + limits(bounds)
    case .boolean: return [("type", .text("boolean"))]
    case .quantity(let dimensions, let allowsBare):
      let units = dimensions.flatMap(\.units).map(\.name).joined(separator: "|")
      let number = "[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?"
      let written: [(String, JSONText)] = [
        ("type", .text("string")), ("pattern", .text("^ *\(number) *(\(units)) *$")),
      ]
      if !allowsBare { return written }
      return [("anyOf", .list([.map(written), .map([("type", .text("number"))])]))]
    case .choice(let words, let later):
      return [("enum", .list((words + later).map(JSONText.text)))]
    case .expression:
      return [("type", .list([.text("string"), .text("number"), .text("boolean")]))]
    case .list(let element, let count):
      var entries: [(String, JSONText)] = [
        ("type", .text("array")), ("items", .map(constraints(element))),
      ]
      if count.lowerBound > 0 { entries.append(("minItems", .number(Double(count.lowerBound)))) }
      if count.upperBound < Int.max {
        entries.append(("maxItems", .number(Double(count.upperBound))))
      }
      return entries
    case .entries(let element, _):
      return [
        ("type", .text("object")), ("additionalProperties", .map(constraints(element))),
      ]
    case .section(let name, let describe):
      if seen.insert(name).inserted { waiting.append((name, describe)) }
      // Beside a reference, draft 7 ignores all other keys: wrap it.
      return [("allOf", .list([.map([("$ref", .text("#/definitions/\(escaped(name))"))])]))]
    case .later(let shape): return [("x-available", .boolean(false))] + constraints(shape)
    case .either(let shapes):
      return [("anyOf", .list(shapes.map { .map(constraints($0)) }))]
    }
  }

  private func escaped(_ name: String) -> String {
    name.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "%20")
  }

  private func limits(_ bounds: Shape.Bounds) -> [(String, JSONText)] {
    var entries: [(String, JSONText)] = []
    if let minimum = bounds.minimum {
      entries.append((bounds.isAbove ? "exclusiveMinimum" : "minimum", .number(minimum)))
    }
    if let maximum = bounds.maximum { entries.append(("maximum", .number(maximum))) }
    return entries
  }
}
