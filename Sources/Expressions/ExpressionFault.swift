import Diagnostics

/// A fault inside one expression: the character it starts at, what is wrong and the remedy.
struct ExpressionFault: Error, Hashable {
  var offset: Int
  var finding: String
  var remedy: String?

  init(_ offset: Int, _ finding: String, remedy: String? = nil) {
    self.offset = offset
    self.finding = finding
    self.remedy = remedy
  }

  /// The fault at its place in the file.
  func diagnostic(in source: ExpressionSource) -> Diagnostic {
    Diagnostic(at: source.location.advanced(by: offset), finding, remedy: remedy)
  }
}
