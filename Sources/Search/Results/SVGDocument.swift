/// gnuplot's SVG made fit to stand inside a page: own ids, colours by name, no clock, no program.
package enum SVGDocument {
  /// Colours that the page's light and dark themes give a value each.
  static let themed: [(colour: String, name: String)] =
    [
      (FigureColour.fit, "fit"), (FigureColour.background, "warm"), (FigureColour.grid, "grid"),
      (FigureColour.hatch, "hatch"), (FigureColour.skipped, "skipped"),
      (FigureColour.wideBand, "wide"), (FigureColour.narrowBand, "narrow"),
      (FigureColour.pull, "pull"), (FigureColour.stack[1], "stack2"),
      (FigureColour.stack[2], "stack3"), (FigureColour.stack[3], "stack4"),
    ] + FigureColour.lines.enumerated().map { ($1, "line\($0 + 1)") }

  /// Returns the picture as one `svg` element to be put into HTML; `nil` for anything else.
  ///
  /// The element scales with the page and carries `label` for readers that do not see it. Titles
  /// that gnuplot writes are left out: they hold user text.
  package static func inlined(_ svg: String, name: String, label: String) -> String? {
    let bytes = Array(svg.utf8)
    guard let root = find(Array("<svg".utf8), in: bytes, from: 0),
      let rootEnd = find([UInt8(ascii: ">")], in: bytes, from: root),
      let view = viewBox(bytes[root..<rootEnd]),
      let end = find(Array("</svg>".utf8), in: bytes, from: rootEnd)
    else { return nil }
    var rules: [(from: [UInt8], to: [UInt8])] = []
    func rule(_ from: String, _ to: String) { rules.append((Array(from.utf8), Array(to.utf8))) }
    rule("id='gp", "id='\(name)-gp")
    rule("id=\"gp", "id=\"\(name)-gp")
    rule("id=\"gnuplot", "id=\"\(name)-gnuplot")
    rule("id='textbox'", "id='\(name)-textbox'")
    rule("id='greybox'", "id='\(name)-greybox'")
    rule("xlink:href='#gp", "href='#\(name)-gp")
    rule("url(#gp", "url(#\(name)-gp")
    rule("font-family=\"DejaVu Sans\"", "")
    for quote in ["'", "\""] {
      rule("=\(quote)black\(quote)", "=\(quote)currentColor\(quote)")
    }
    for (colour, theme) in themed + [(FigureColour.ink, "")] {
      let parts = components(colour)
      let value = theme.isEmpty ? "currentColor" : "var(--figure-\(theme), \(colour))"
      rule("rgb(" + parts.map(padded).joined(separator: ", ") + ")", value)
      rule("rgb(" + parts.map(padded).joined(separator: ",") + ")", value)
    }
    let body = replace(withoutTitles(bytes[(rootEnd + 1)..<end]), rules)
    return "<svg viewBox=\"\(view)\" role=\"img\" aria-label=\"\(HTMLText.escaped(label))\" "
      + "xmlns=\"http://www.w3.org/2000/svg\">"
      + String(decoding: body, as: UTF8.self) + "</svg>"
  }

  private static func components(_ colour: String) -> [Int] {
    let digits = colour.dropFirst()
    return (0..<3).map { index in
      Int(digits.dropFirst(2 * index).prefix(2), radix: 16) ?? 0
    }
  }

  /// A colour component as gnuplot's `%3d` prints it.
  private static func padded(_ value: Int) -> String {
    let text = String(value)
    return String(repeating: " ", count: 3 - text.count) + text
  }

  private static func viewBox(_ root: ArraySlice<UInt8>) -> String? {
    let mark = Array("viewBox=\"".utf8)
    guard let start = find(mark, in: Array(root), from: 0) else { return nil }
    let value = Array(root)[(start + mark.count)...].prefix { $0 != UInt8(ascii: "\"") }
    let text = String(decoding: value, as: UTF8.self)
    return text.allSatisfy { $0.isNumber || $0 == " " || $0 == "." } ? text : nil
  }

  private static func find(_ pattern: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
    guard bytes.count >= pattern.count, from <= bytes.count - pattern.count else { return nil }
    return (from...(bytes.count - pattern.count)).first { start in
      bytes[start] == pattern[0] && bytes[start..<(start + pattern.count)].elementsEqual(pattern)
    }
  }

  /// Leaves out `title` and `desc` elements; gnuplot escapes `<` inside them.
  private static func withoutTitles(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var rest = Array(bytes)
    for tag in ["title", "desc"] {
      let open = Array("<\(tag)>".utf8)
      let close = Array("</\(tag)>".utf8)
      var kept: [UInt8] = []
      var position = 0
      while let start = find(open, in: rest, from: position) {
        kept += rest[position..<start]
        guard let end = find(close, in: rest, from: start) else { break }
        position = end + close.count
      }
      rest = kept + rest[position...]
    }
    return rest
  }

  /// Replaces in one pass; rules are tried in order at each byte.
  private static func replace(
    _ bytes: [UInt8], _ rules: [(from: [UInt8], to: [UInt8])]
  ) -> [UInt8] {
    var byFirst = [[(from: [UInt8], to: [UInt8])]](repeating: [], count: 256)
    for rule in rules { byFirst[Int(rule.from[0])].append(rule) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 8)
    var position = 0
    while position < bytes.count {
      let match = byFirst[Int(bytes[position])].first { rule in
        position + rule.from.count <= bytes.count
          && bytes[position..<(position + rule.from.count)].elementsEqual(rule.from)
      }
      if let match {
        result += match.to
        position += match.from.count
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return result
  }
}
