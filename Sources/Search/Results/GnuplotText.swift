/// Text of a gnuplot script; user text enters it through `quoted` alone.
package struct GnuplotText: Equatable, Sendable {
  /// The script so far.
  package private(set) var text = ""

  package init() {}

  /// Appends one line of commands.
  package mutating func add(_ line: String) {
    text += line
    text += "\n"
  }

  /// Appends a data block `$name`; a `nil` row is a blank line, which breaks lines and bands.
  package mutating func block(_ name: String, _ rows: [[Double]?]) {
    text += "$\(name) << NIGHTJAR_END\n"
    for row in rows {
      if let row { text += row.map(Self.number).joined(separator: " ") }
      text += "\n"
    }
    text += "NIGHTJAR_END\n"
  }

  /// Writes a number as gnuplot reads it.
  package static func number(_ value: Double) -> String {
    value.isFinite ? value.description : "NaN"
  }

  /// Quotes user text: single quotes, so that nothing runs, and no mark-up of enhanced mode.
  ///
  /// Control characters become spaces and single quotes typographic ones: gnuplot 5.4 takes a doubled
  /// quote at a string's start for its end, so that no such quote may be left. Enhanced mode reads
  /// `^ _ { } @ & ~ \`, each of which a backslash makes literal.
  package static func quoted(_ userText: String) -> String {
    "'" + escaped(userText) + "'"
  }

  /// Escapes user text to stand inside single quotes among mark-up.
  package static func escaped(_ userText: String) -> String {
    var result = ""
    for scalar in userText.unicodeScalars {
      switch scalar {
      case "'": result += "’"
      case "^", "_", "{", "}", "@", "&", "~", "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      default:
        let isControl = scalar.properties.generalCategory == .control
        let isBreak = scalar == "\u{2028}" || scalar == "\u{2029}"
        result.unicodeScalars.append(isControl || isBreak ? " " : scalar)
      }
    }
    return result
  }

  /// Quotes user text for a tic label, where gnuplot also reads `%` as a number format.
  package static func quotedTic(_ userText: String) -> String {
    "'"
      + escaped(userText).split(separator: "%", omittingEmptySubsequences: false)
      .joined(separator: "%%") + "'"
  }

  /// Cuts text to a number of characters, with an ellipsis.
  package static func cut(_ userText: String, to characters: Int) -> String {
    userText.count <= characters ? userText : userText.prefix(max(1, characters - 1)) + "…"
  }
}
