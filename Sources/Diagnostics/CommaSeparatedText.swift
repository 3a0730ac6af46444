/// Lines of comma-separated values with the places of their cells.
///
/// `#` begins a comment, to the end of its line; lines without a value are passed over.
public struct CommaSeparatedText: Sendable {
  /// A value without the blanks around it.
  public struct Cell: Sendable {
    /// The text.
    public var text: String
    /// Column of its first character, from 1.
    public var column: Int
  }

  /// A line with its values.
  public struct Line: Sendable {
    /// Number in the text, from 1.
    public var number: Int
    /// At least one.
    public var cells: [Cell]
    /// The texts of the cells.
    public var texts: [String] { cells.map(\.text) }
  }

  /// Lines with values, in order.
  public private(set) var lines: [Line] = []
  /// Comments that say something, without their mark.
  public private(set) var comments: [String] = []
  /// Number of all lines.
  public private(set) var lineCount = 0

  /// Splits a text.
  public init(_ text: String) {
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      lineCount += 1
      let values = line.prefix { $0 != "#" }
      let comment = Self.cell(line.dropFirst(values.count).dropFirst(), from: 1).text
      if !comment.isEmpty { comments.append(comment) }
      guard values.contains(where: { !$0.isWhitespace }) else { continue }
      var cells: [Cell] = []
      var column = 1
      for part in values.split(separator: ",", omittingEmptySubsequences: false) {
        cells.append(Self.cell(part, from: column))
        column += part.count + 1
      }
      lines.append(Line(number: lineCount, cells: cells))
    }
  }

  private static func cell(_ part: Substring, from column: Int) -> Cell {
    let text = part.drop(while: \.isWhitespace)
    let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) }
    return Cell(
      text: String(text[..<(end ?? text.startIndex)]), column: column + part.count - text.count)
  }
}
