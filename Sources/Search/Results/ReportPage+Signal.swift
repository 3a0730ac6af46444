extension ReportWriter {
  /// Measured signals: curves, masses without a shape, the leave-one-out check.
  func signalSamples() -> String {
    guard !results.signals.isEmpty else { return "" }
    var html = show(.signalSamples)
    for (index, entry) in results.signals.enumerated() {
      let signal = entry.signal
      html += "<h3>\(HTMLText.escaped(entry.name))</h3>\n"
      html += HTMLText.paragraph(
        "Shape: \(signal.settings.shape.rawValue), fitted within "
          + "\(NumberText.short(signal.settings.halfWindow)) resolutions; resolution: half width of "
          + "the smallest interval with \(NumberText.percent(signal.settings.interval, 4)); joined in "
          + "\(signal.interpolation.coordinate.rawValue) by \(signal.interpolation.method.rawValue)."
      )
      let missing = signal.withoutShape
      if !missing.isEmpty {
        html += HTMLText.paragraph("No shape comes from these masses:", "warning")
        html += HTMLText.table(
          [(entry.mass.axisTitle, .number), ("Reason", .text)],
          missing.map { [NumberText.short($0.mass, 6), $0.reason] })
      }
      html += masses(entry) + show(.signalCheck(index)) + checks(entry.checks)
    }
    return html
  }

  private func masses(_ entry: SignalResults) -> String {
    let isGeV = entry.observable.unit == "GeV", unit = isGeV ? "MeV" : entry.observable.unit
    let scale = isGeV ? 1000.0 : 1
    let names = entry.signal.settings.shape.parameters.filter { $0 != "mean" }
    return HTMLText.table(
      [
        (entry.mass.axisTitle, .number), ("Candidates", .number), ("Efficiency", .number),
        ("Resolution" + (unit.isEmpty ? "" : " [\(unit)]"), .number), ("Fit", .text),
      ] + names.map { ($0, .number) } + [("Largest distance", .number)],
      entry.signal.measurements.map { m in
        [
          NumberText.short(m.mass, 6), NumberText.count(Int64(m.candidates)),
          NumberText.measured(m.efficiency, m.efficiencyError),
          NumberText.measured(scale * m.resolution, scale * m.resolutionError),
          m.fit?.status.text ?? "none",
        ]
          + names.map { name in
            guard let p = m.fit?[name] else { return NumberText.absent }
            let factor = name.hasPrefix("width") ? scale : 1
            return NumberText.measured(factor * p.value, p.error.map { factor * $0 })
          } + [m.fit.map { NumberText.significant($0.largestDistance, 2) } ?? NumberText.absent]
      }, caption: "Generated masses; widths in the unit of the resolution")
  }

  private func checks(_ checks: [LeaveOneOut]) -> String {
    guard !checks.isEmpty else { return "" }
    func row(_ name: String, _ ratios: [PredictedRatio]) -> [String] {
      guard !ratios.isEmpty else {
        return [name] + [String](repeating: NumberText.absent, count: 3)
      }
      let n = Double(ratios.count)
      let worst = ratios.map { abs($0.ratio - 1) }.max() ?? .nan
      let spread = (ratios.reduce(0) { $0 + ($1.ratio - 1) * ($1.ratio - 1) } / n).squareRoot()
      let pulls = (ratios.reduce(0) { $0 + $1.pull * $1.pull } / n).squareRoot()
      return [
        name, NumberText.percent(spread, 2), NumberText.percent(worst, 2),
        NumberText.fixed(pulls, 2),
      ]
    }
    let distance = checks.compactMap(\.shapeDistance).max()
    return HTMLText.table(
      [
        ("Leave one out", .text), ("Root mean square of ratio − 1", .number), ("Largest", .number),
        ("Root mean square of pulls", .number),
      ],
      [
        row("Efficiency", checks.map(\.efficiency)), row("Resolution", checks.map(\.resolution)),
        row("Within two resolutions", checks.compactMap(\.core)),
      ])
      + (distance.map {
        HTMLText.paragraph(
          "Predicted and fitted shapes: their cumulative distributions differ by at most "
            + "\(NumberText.significant($0, 2)).")
      } ?? "")
  }

  /// Cuts on scores: figures and what they do at each mass.
  func workingPoints() -> String {
    results.workingPoints.enumerated().map { index, entry in
      let settings = entry.choice.settings
      return "<h3>\(HTMLText.escaped(entry.name))</h3>\n"
        + HTMLText.paragraph(
          "Largest ε / (a/2 + √B) with a = \(NumberText.short(settings.significance)) within "
            + "\(NumberText.short(settings.window)) resolutions; background averaged over "
            + "\(NumberText.short(settings.averaging)).")
        + show(.workingPoint(index))
        + HTMLText.table(
          [
            (entry.mass.axisTitle, .number), ("Least score", .number), ("ε before", .number),
            ("ε after", .number), ("B before", .number), ("B after", .number),
            ("Simulated behind it", .number), ("Figure of merit gains", .number),
          ],
          entry.choice.masses.map { m in
            [
              NumberText.short(m.mass, 6), NumberText.significant(m.threshold, 4),
              NumberText.percent(m.efficiencyBefore), NumberText.percent(m.efficiency),
              NumberText.short(m.backgroundBefore), NumberText.short(m.background),
              NumberText.short(m.backgroundEntries, 3),
              m.figureOfMeritBefore > 0
                ? "×" + NumberText.short(m.figureOfMerit / m.figureOfMeritBefore, 3)
                : NumberText.absent,
            ]
          })
    }.joined()
  }
}
