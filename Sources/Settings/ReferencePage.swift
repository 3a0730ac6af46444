/// Writes the reference page (Markdown) of a settings type.
public struct ReferencePage {
  private var text = ""
  private var waiting: [(String, @Sendable () -> SectionDescription)] = []
  private var seen: Set<String> = []

  /// The page of a file that holds one section, ending with a line break.
  public static func text<Value: SettingsSection>(
    of type: Value.Type, title: String, introduction: String
  ) -> String {
    var page = ReferencePage()
    page.text = "# \(title)\n\n\(introduction)\n"
    page.seen.insert(Value.sectionName)
    page.write(Value.describe())
    var next = 0
    while next < page.waiting.count {
      page.write(page.waiting[next].1())
      next += 1
    }
    page.writeUnits()
    return page.text
  }

  private mutating func write(_ section: SectionDescription) {
    text += "\n## \(section.name)\n\n\(section.summary)\n\n"
    text += "| key | value | default | states |\n|---|---|---|---|\n"
    for key in section.keys {
      let presence =
        switch key.presence {
        case .required: "required"
        case .optional: ""
        case .withDefault(let text): "`\(text)`"
        case .later: "not available yet"
        }
      text += "| `\(key.name)` | \(value(key.shape)) | \(presence) | \(key.summary) |\n"
    }
  }

  private mutating func value(_ shape: Shape) -> String {
    switch shape {
    case .text(let hint): return hint
    case .number(let bounds): return bounds.text.map { "number, \($0)" } ?? "number"
    case .integer(let bounds): return bounds.text.map { "whole number, \($0)" } ?? "whole number"
    case .boolean: return "true or false"
    case .quantity(let dimensions, let allowsBare):
      let examples = dimensions.map { "`\($0.example)`" }.joined(separator: " or ")
      return allowsBare ? "\(examples), or a number" : examples
    case .choice(let words, let later):
      let now = words.map { "`\($0)`" }.joined(separator: ", ")
      if later.isEmpty { return now }
      return "\(now) (not available yet: \(later.map { "`\($0)`" }.joined(separator: ", ")))"
    case .expression: return "expression"
    case .list(let element, _): return "list of: \(value(element))"
    case .entries(let element, let name): return "map, `\(name): …`, of: \(value(element))"
    case .section(let name, let describe):
      if seen.insert(name).inserted { waiting.append((name, describe)) }
      return "[\(name)](#\(anchor(name)))"
    case .later(let shape): return "(not available yet: \(value(shape)))"
    case .either(let shapes):
      var texts: [String] = []
      for shape in shapes {
        let text = value(shape)
        if !texts.contains(text) { texts.append(text) }
      }
      return texts.joined(separator: "; or ")
    }
  }

  private func anchor(_ name: String) -> String {
    String(name.lowercased().compactMap { $0 == " " ? "-" : $0 == "." ? nil : $0 })
  }

  private mutating func writeUnits() {
    text += "\n## Units\n\nA quantity is a number with a unit of this list, such as `5 MeV`.\n\n"
    text += "| quantity | units | kept in |\n|---|---|---|\n"
    for dimension in Dimension.allCases {
      let units = dimension.units.map { "`\($0.name)`" }.joined(separator: ", ")
      text += "| \(dimension.rawValue) | \(units) | \(dimension.baseUnit) |\n"
    }
  }
}
