import Diagnostics
import Expressions
import Settings

extension Format where Value == ExpressionSource {
  /// An expression over columns, definitions and constants; checked once the whole file is read.
  static var expression: Format<ExpressionSource> {
    Format(shape: .expression, placeholder: { .missing }) { node, log in
      guard case .scalar(let scalar) = node.content, !node.isNull else {
        log.report(
          node, "must be an expression, found \(node.found)",
          remedy: node.isList
            ? "put quotes around an expression that starts with a bracket"
            : "write for example 'muonID > 0.5'")
        return nil
      }
      let place = scalar.location(ofCharacter: 0, startingAt: node.location)
      log.remember(scalar, startingAt: place)
      let text = String(scalar.text.map { $0 == "\n" ? " " : $0 })
      return .init(ExpressionSource(text: text, location: place), .text(text.spaced))
    }
  }
}

extension ExpressionSource {
  /// Stands in for an expression that could not be read.
  static let missing = ExpressionSource(
    text: "", location: SourceLocation(file: "", line: 0, column: 0))

  /// Whether it stands in for one that could not be read.
  var isMissing: Bool { location.line == 0 }
}

extension String {
  /// The text with single blanks, for keys.
  var spaced: String {
    split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
  }
}

extension Format where Value == Void {
  /// A value of a later version: any scalar.
  static var word: Format<Void> {
    Format<Void>(
      shape: .either([.text(hint: "text"), .number(.none), .boolean]), placeholder: {}
    ) { node, log in
      guard node.isScalar, !node.isNull else {
        log.report(node, "must be text or a number, found \(node.found)")
        return nil
      }
      return .init((), .text(node.scalarText))
    }
  }

  /// A number with its error, "198e6 ± 3e6".
  static var measured: Format<Void> {
    Format<Void>(
      shape: .either([.number(.none), .text(hint: "198e6 ± 3e6")]), placeholder: {}
    ) { node, log in
      let parts = node.scalarText.split(separator: "±", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { Double($0.filter { $0 != " " }) }
      guard node.isScalar, numbers.count == parts.count, (1...2).contains(parts.count) else {
        log.report(
          node, "must be a number, with or without its error, found \(node.found)",
          remedy: "write for example '198e6 ± 3e6'")
        return nil
      }
      return .init((), .list(numbers.map(CanonicalValue.number)))
    }
  }
}

extension Format {
  /// Forgets the value: for parts of the grammar that only later versions use.
  var checkedOnly: Format<Void> { map { _ in } }
}
