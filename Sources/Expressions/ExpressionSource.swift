import Diagnostics

/// The text of one expression and the place where it starts.
public struct ExpressionSource: Sendable, Hashable {
  /// The expression as it was written, on one line.
  public var text: String
  /// Place of the first character of `text`.
  public var location: SourceLocation

  /// Creates a source from a text and the place of its first character.
  public init(text: String, location: SourceLocation) {
    self.text = text
    self.location = location
  }
}
