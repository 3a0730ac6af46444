/// A place in a text file: where a setting, an expression or a fault stands.
public struct SourceLocation: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Path as the user wrote it.
  public var file: String
  /// Line, counted from 1.
  public var line: Int
  /// Column in characters, counted from 1.
  public var column: Int

  /// Creates a place from a path, a line and a column (both from 1).
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The place some characters further right on the same line.
  public func advanced(by characters: Int) -> SourceLocation {
    SourceLocation(file: file, line: line, column: column + characters)
  }

  /// `file:line:column`.
  public var description: String { "\(file):\(line):\(column)" }

  /// Orders by file, then line, then column.
  public static func < (left: SourceLocation, right: SourceLocation) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}
