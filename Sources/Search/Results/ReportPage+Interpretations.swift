extension ReportWriter {
  /// What the limits mean for models.
  func interpretations() -> String {
    results.interpretations.indices.map { index in
      let interpretation = results.interpretations[index]
      guard results.scans.indices.contains(interpretation.scan) else { return "" }
      let writer = ReportWriter(results: results, figures: figures, index: interpretation.scan)
      return writer.interpretation(interpretation, index)
    }.joined()
  }

  private func interpretation(_ interpretation: Interpretation, _ index: Int) -> String {
    let label = interpretation.coupling.label
    var html = "<h3>\(HTMLText.escaped(interpretation.name))</h3>\n" + show(.coupling(index))
    var entries = [
      ("Model", interpretation.model),
      (
        "Beams",
        "√s = \(NumberText.short(interpretation.sqrtS, 6)) GeV, α = 1/"
          + NumberText.short(1 / interpretation.alpha, 6)
      ),
      ("Initial-state radiation", interpretation.radiation),
      ("Limit", "\(label) = √(limit on σ × B / (σ B k)), σ at \(label) = 1"),
    ]
    if let signal = scan?.signal { entries.insert(("Signal", signal), at: 1) }
    html += HTMLText.definitions(entries)
    html += HTMLText.paragraph(widths(interpretation))
    let limited = zip(points, interpretation.points).filter { $1.observedLimit.isFinite }
    guard !limited.isEmpty else { return html }
    let median = scan?.limit?.expected.firstIndex(of: 0)
    let shown = Self.evenly(limited, count: 12)
    return html
      + HTMLText.table(
        [
          (scan?.mass.axisTitle ?? "", .number), ("σ(\(label) = 1) [fb]", .number),
          ("B", .number), ("k", .number), ("\(label) observed", .number),
          ("\(label) expected median", .number), ("Natural width [GeV]", .number),
        ],
        shown.map { point, own in
          let expected = median.flatMap { index in
            index < own.expectedLimits.count ? own.expectedLimits[index] : nil
          }
          return [
            number(point.mass, point.resolution), NumberText.significant(own.crossSection, 4),
            NumberText.fixed(own.branchingFraction, 4), NumberText.fixed(own.radiationFactor, 4),
            NumberText.significant(own.observedLimit, 3),
            expected.map { NumberText.significant($0, 3) } ?? NumberText.absent,
            NumberText.significant(own.width, 2) + (own.isWide ? " (wide)" : ""),
          ]
        }, caption: "Every hypothesis is in the summary file; these are evenly spread")
  }

  /// What the natural widths mean for the search.
  private func widths(_ interpretation: Interpretation) -> String {
    let part = NumberText.short(interpretation.flagWidth)
    let wide = interpretation.points.filter(\.isWide)
    guard let first = wide.first else {
      return "At every limit the natural width is below \(part) of the resolution."
    }
    let unit = unit(scan?.mass)
    return "At \(wide.count) of \(interpretation.points.count) hypotheses, the first at "
      + "\(NumberText.short(first.mass, 5))\(unit), the natural width at the limit exceeds \(part) of "
      + "the resolution: the search assumes a narrow signal, and the limit does not hold there."
  }

  /// Elements spread over a list, first and last included.
  static func evenly<Element>(_ elements: [Element], count: Int) -> [Element] {
    guard elements.count > count else { return elements }
    return (0..<count).map { elements[$0 * (elements.count - 1) / (count - 1)] }
  }
}
