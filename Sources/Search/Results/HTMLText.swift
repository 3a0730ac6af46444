/// Pieces of HTML; user text enters through `escaped`, alone or by the helpers here.
package enum HTMLText {
  /// Escapes text for contents and quoted attributes; control characters become spaces.
  package static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      default:
        let isControl = scalar.properties.generalCategory == .control
        result.unicodeScalars.append(isControl ? " " : scalar)
      }
    }
    return result
  }

  /// How a column of a table is set.
  enum Column {
    /// Words, to the left.
    case text
    /// Numbers, to the right.
    case number
    /// Code or digests, to the left in a fixed pitch.
    case code
  }

  /// A table from plain text: every heading and cell is escaped here.
  static func table(
    _ columns: [(title: String, kind: Column)], _ rows: [[String]], caption: String = ""
  ) -> String {
    func style(_ kind: Column) -> String {
      switch kind {
      case .text: ""
      case .number: " class=\"number\""
      case .code: " class=\"code\""
      }
    }
    var html = "<div class=\"scroll\"><table>"
    if !caption.isEmpty { html += "<caption>\(escaped(caption))</caption>" }
    html += "<thead><tr>"
    for column in columns {
      html +=
        "<th scope=\"col\"\(style(column.kind == .code ? .text : column.kind))>"
        + "\(escaped(column.title))</th>"
    }
    html += "</tr></thead>\n<tbody>\n"
    for row in rows {
      html += "<tr>"
      for (cell, column) in zip(row, columns) {
        html += "<td\(style(column.kind))>\(escaped(cell))</td>"
      }
      html += "</tr>\n"
    }
    return html + "</tbody></table></div>\n"
  }

  /// A paragraph of plain text.
  static func paragraph(_ text: String, _ style: String = "") -> String {
    "<p\(style.isEmpty ? "" : " class=\"\(style)\"")>\(escaped(text))</p>\n"
  }

  /// A list of terms with their texts.
  static func definitions(_ entries: [(String, String)]) -> String {
    "<dl>"
      + entries.map { "<div><dt>\(escaped($0.0))</dt><dd>\(escaped($0.1))</dd></div>\n" }.joined()
      + "</dl>\n"
  }

  /// A section with a heading and an anchor; empty contents give nothing.
  static func section(_ anchor: String, _ title: String, _ contents: String) -> String {
    contents.isEmpty
      ? ""
      : "<section id=\"\(anchor)\">\n<h2>\(escaped(title))</h2>\n\(contents)</section>\n"
  }
}
