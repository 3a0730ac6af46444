/// The report: one page without scripts or links to the outside, the same bytes for the same results.
public enum ReportPage {
  /// Writes the page; figures without an SVG are replaced by a note.
  public static func html(_ results: SearchResults, figures: RenderedFigures) -> String {
    let page = ReportWriter(results: results, figures: figures)
    let sections: [(anchor: String, title: String, contents: String)] = [
      ("limits", "Upper limits", page.eachScan { $0.limits() }),
      ("couplings", "Model parameters", page.interpretations() + page.planes()),
      ("significance", "Local significance", page.eachScan { $0.significance() }),
      ("look-elsewhere", "Global significance", page.eachScan { $0.lookElsewhere() }),
      ("spectrum", "Spectrum", page.spectrum()),
      ("comparisons", "Data and simulation", page.comparisons()),
      ("controls", "Control samples", page.controls()),
      ("windows", "Windows", page.eachScan { $0.windows() }),
      ("fits", "Named fits", page.namedFits()),
      ("selection", "Selection", page.selection()),
      ("working-points", "Working points", page.workingPoints()),
      ("signal-samples", "Signal samples", page.signalSamples()),
      ("signal", "Signal and model", page.eachScan { $0.model() }),
      ("closure", "Closure", page.eachScan { $0.closure() }),
      ("left-out", "Failed and skipped hypotheses", page.eachScan { $0.leftOut() }),
      ("provenance", "Provenance", page.provenance()),
    ].filter { !$0.contents.isEmpty }
    let links = sections.map { "<a href=\"#\($0.anchor)\">\(HTMLText.escaped($0.title))</a>" }
    let body = sections.map { HTMLText.section($0.anchor, $0.title, $0.contents) }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Nightjar">
      <title>\(HTMLText.escaped(results.title))</title>
      <style>
      \(ReportStyle.css)
      </style>
      </head>
      <body>
      \(page.banner())<main>
      <header>
      <p class="kicker">Nightjar search report</p>
      <h1>\(HTMLText.escaped(results.title))</h1>
      \(page.headline())\(page.tiles())</header>
      <nav aria-label="Contents">\(links.joined(separator: "\n"))</nav>
      \(page.problems())\(body.joined())</main>
      </body>
      </html>

      """
  }
}

/// What the parts of the page share.
struct ReportWriter {
  let results: SearchResults
  let figures: RenderedFigures
  /// Place of the scan that is written about.
  var index = 0

  var scan: ScanResults? { results.scans.indices.contains(index) ? results.scans[index] : nil }

  var points: [ScanPoint] { scan?.points ?? [] }

  /// The writers of all scans.
  var scans: [ReportWriter] {
    results.scans.indices.map { ReportWriter(results: results, figures: figures, index: $0) }
  }

  /// What a part of the page says about each scan, under the names of the signals.
  func eachScan(_ part: (ReportWriter) -> String) -> String {
    scans.map { writer in
      let text = part(writer)
      guard let signal = writer.scan?.signal, !text.isEmpty else { return text }
      return "<h3>\(HTMLText.escaped(signal))</h3>\n" + text
    }.joined()
  }

  /// Valid points with a limit.
  var limited: [ScanPoint] {
    points.filter { $0.limitStatus.hasLimit && $0.observedLimit.isFinite }
  }

  /// Valid points with a significance.
  var fitted: [ScanPoint] {
    points.filter { $0.status.isValid && $0.signedRoot.isFinite }
  }

  func unit(_ quantity: Quantity?) -> String {
    guard let unit = quantity?.unit, !unit.isEmpty else { return "" }
    return " " + unit
  }

  /// A hypothesis's mass to a tenth of the resolution, without its unit.
  func number(_ mass: Double, _ resolution: Double) -> String {
    let scale = resolution.isFinite && resolution > 0 ? resolution : abs(mass) * 1e-3
    guard scale > 0 else { return NumberText.short(mass, 6) }
    return NumberText.fixed(mass, min(9, max(0, 1 - NumberText.decade(scale))))
  }

  func mass(_ point: ScanPoint) -> String {
    number(point.mass, point.resolution) + unit(scan?.mass)
  }

  func pValue(_ value: Double) -> String {
    guard value.isFinite else { return NumberText.absent }
    return value == 0 ? "below 10⁻³⁰⁷" : NumberText.significant(value, 2)
  }

  /// The figures of a subject as pictures with captions.
  func show(_ matches: (Figure.Subject) -> Bool, style: String = "") -> String {
    var seen: Set<String> = []
    return figures.pictures.filter { $0.format == .svg && matches($0.figure.subject) }
      .compactMap { picture -> String? in
        let figure = picture.figure
        guard seen.insert(figure.name).inserted,
          let svg = SVGDocument.inlined(
            String(decoding: picture.bytes, as: UTF8.self), name: figure.name,
            label: figure.caption)
        else { return nil }
        return "<figure\(style.isEmpty ? "" : " class=\"\(style)\"")>\n\(svg)\n"
          + "<figcaption>\(HTMLText.escaped(figure.caption))</figcaption>\n</figure>\n"
      }.joined()
  }

  func show(_ subject: Figure.Subject, style: String = "") -> String {
    show({ $0 == subject }, style: style)
  }
}
