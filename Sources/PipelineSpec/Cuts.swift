import Diagnostics
import Expressions
import Settings

extension Format where Value == [Named<ExpressionSource>] {
  /// A list of named cuts: `- a name: expression`, or `- {name: …, cut: expression}`.
  static var cuts: Format<[Named<ExpressionSource>]> {
    let short = Format<[Named<ExpressionSource>]>.entries(of: .expression, named: "a name")
    let long = Format<NamedCut>.section
    let shape = Shape.list(.either([short.shape, long.shape]), count: 0...Int.max)
    return Format(shape: shape, placeholder: { [] }) { node, log in
      guard case .list(let items) = node.content else {
        log.report(
          node, "must be a list of named cuts, found \(node.found)",
          remedy: "start each with '- '; the order is the cut flow")
        return nil
      }
      var cuts: [Named<ExpressionSource>] = []
      var canonical: [CanonicalValue] = []
      for item in items {
        let decoded: Format<[Named<ExpressionSource>]>.Decoded?
        if item.keys.contains("cut") || item.keys.contains("name") || item.keys.count > 1 {
          decoded = long.decode(item, &log).map {
            .init([Named($0.value.name, $0.value.cut)], $0.canonical)
          }
        } else if item.isMap {
          decoded = short.decode(item, &log).map {
            .init($0.value, canonicalLongForm($0.value))
          }
        } else {
          log.report(
            item, "must be a named cut, found \(item.found)",
            remedy: "write '- a name: muonID > 0.5'")
          continue
        }
        guard let decoded else { continue }
        for cut in decoded.value where !cut.name.isEmpty {
          if cuts.contains(where: { $0.name == cut.name }) {
            log.report(
              item, "has the name '\(cut.name)' of an earlier cut", remedy: "give it another name")
          }
        }
        cuts += decoded.value
        canonical.append(decoded.canonical)
      }
      return .init(cuts, .list(canonical))
    }
  }

  private static func canonicalLongForm(_ cuts: [Named<ExpressionSource>]) -> CanonicalValue {
    guard let cut = cuts.first else { return .nothing }
    return .map([Named("cut", .text(cut.value.text.spaced)), Named("name", .text(cut.name))])
  }
}

/// The long form of a named cut.
private struct NamedCut: SettingsSection {
  static let sectionName = "named cut"
  static let summary = "Names a cut."

  var name: String
  var cut: ExpressionSource

  static func read(_ keys: inout SectionReader) -> NamedCut {
    let name = keys.required("name", Format<String>.text("a name"), "Name in the cut flow")
    let cut = keys.required(
      "cut", Format<ExpressionSource>.expression, "What kept candidates fulfil")
    keys.channels()
    return NamedCut(name: name, cut: cut)
  }
}
