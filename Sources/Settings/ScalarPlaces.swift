import Diagnostics

/// The lines of a settings file, to find where the characters of a scalar stand.
struct ScalarPlaces {
  private let file: String
  private let lines: [[Unicode.Scalar]]

  init(text: String, file: String) {
    self.file = file
    var lines: [[Unicode.Scalar]] = [[]]
    for scalar in text.unicodeScalars {
      if scalar == "\n" { lines.append([]) } else { lines[lines.count - 1].append(scalar) }
    }
    self.lines = lines
  }

  /// The character at a place (line and column from 1), or nil behind the end of the line.
  func character(line: Int, column: Int) -> Unicode.Scalar? {
    guard line >= 1, line <= lines.count, column >= 1 else { return nil }
    let text = lines[line - 1]
    return column <= text.count ? text[column - 1] : nil
  }

  /// Whether the scalar's characters simply follow its first one on one line.
  func isStraight(_ text: String, from start: SourceLocation) -> Bool {
    var column = start.column
    for scalar in text.unicodeScalars {
      guard character(line: start.line, column: column) == scalar else { return false }
      column += 1
    }
    return true
  }

  /// Places of the characters of a scalar that is folded over lines or holds escapes.
  ///
  /// Follows the source beside the decoded text: folds are line breaks with their indentation,
  /// `''` and backslash sequences stand for one character.
  func places(of text: String, from start: SourceLocation, quote: Unicode.Scalar?)
    -> [SourceLocation]
  {
    var line = start.line
    var column = start.column
    if quote != nil { column += 1 }
    if quote == nil, let mark = character(line: line, column: column), mark == ">" || mark == "|" {
      line += 1
      column = 1
    }
    var result: [SourceLocation] = []
    for character in text.unicodeScalars {
      if character == " " || character == "\n" {
        let isFold = self.character(line: line, column: column) == nil
        result.append(SourceLocation(file: file, line: line, column: column))
        if isFold {
          line += 1
          column = 1
          skipBlanks(&line, &column)
        } else {
          column += 1
        }
        continue
      }
      skipBlanks(&line, &column)
      result.append(SourceLocation(file: file, line: line, column: column))
      column += width(line: line, column: column, quote: quote)
    }
    result.append(SourceLocation(file: file, line: line, column: column))
    return result
  }

  private func skipBlanks(_ line: inout Int, _ column: inout Int) {
    while line <= lines.count {
      guard let next = character(line: line, column: column) else {
        line += 1
        column = 1
        continue
      }
      guard next == " " || next == "\t" else { return }
      column += 1
    }
  }

  private func width(line: Int, column: Int, quote: Unicode.Scalar?) -> Int {
    let first = character(line: line, column: column)
    let second = character(line: line, column: column + 1)
    if quote == "'", first == "'", second == "'" { return 2 }
    guard quote == "\"", first == "\\" else { return 1 }
    return switch second {
    case "x": 4
    case "u": 6
    case "U": 10
    default: 2
    }
  }
}
