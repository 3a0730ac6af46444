extension Figure {
  /// Draws upper limits with expected bands over the mass, on a logarithmic axis.
  static func limit(_ results: SearchResults, _ index: Int) -> Figure? {
    limit(
      results, index, scan: results.scans[index], name: name("limit", of: index, in: results),
      subject: .limit(index))
  }

  /// Draws the limits of a scan or of what stands in for it; `flagged` hypotheses are shaded.
  static func limit(
    _ results: SearchResults, _ index: Int, scan: ScanResults, name: String, subject: Subject,
    flagged: ScanAxis.Flagged? = nil, remark: String = ""
  ) -> Figure? {
    guard let settings = scan.limit, var axis = ScanAxis(scan.points) else { return nil }
    axis.flagged = flagged
    func expected(_ point: ScanPoint, _ sigma: Double) -> Double? {
      guard point.limitStatus.hasLimit, let index = settings.expected.firstIndex(of: sigma),
        index < point.expectedLimits.count, point.expectedLimits[index] > 0
      else { return nil }
      return point.expectedLimits[index]
    }
    func band(_ sigma: Double) -> [[Double]?] {
      axis.rows { point in
        guard let low = expected(point, -sigma), let high = expected(point, sigma) else {
          return nil
        }
        return [low, high]
      }
    }
    func observed(_ point: ScanPoint) -> [Double]? {
      point.limitStatus.hasLimit && point.observedLimit > 0 ? [point.observedLimit] : nil
    }
    let wide = band(2)
    let narrow = band(1)
    let median = axis.rows { point in expected(point, 0).map { [$0] } }
    let line = axis.rows(observed)
    let overlays = scan.overlays.map { overlay in
      zip(overlay.masses, overlay.values).map { [$0, $1] as [Double]? }
    }
    let shown = [wide, narrow, median, line].flatMap { $0 }.compactMap { $0 }
      .flatMap { $0.dropFirst() }
    guard let log = LogAxis(shown) else { return nil }

    let count = scan.points.count { observed($0) != nil }
    var script = GnuplotText()
    var plots: [(plot: String, title: String)] = []
    func add(_ block: String, _ rows: [[Double]?], _ style: String, _ title: String) {
      guard !rows.isEmpty else { return }
      script.block(block, rows)
      plots.append(("$\(block) " + style, title))
    }
    let fill = "using 1:2:3 with filledcurves linecolor rgb"
    add("wide", wide, "\(fill) '\(FigureColour.wideBand)'", "Expected ±2σ")
    add("narrow", narrow, "\(fill) '\(FigureColour.narrowBand)'", "Expected ±1σ")
    add(
      "median", median,
      "using 1:2 with lines linewidth 2 dashtype '--' linecolor rgb '\(FigureColour.fit)'",
      "Expected median")
    let marks = count <= 60
    let thickness = count > 600 ? 1.2 : 1.8
    add(
      "observed", line,
      "using 1:2 with lines linewidth \(thickness) linecolor rgb '\(FigureColour.ink)'",
      marks ? "" : "Observed")
    if marks {
      let points = scan.points.compactMap { point in
        observed(point).map { [point.mass] + $0 as [Double]? }
      }
      add(
        "marks", points,
        "using 1:2 with linespoints linewidth \(thickness) pointtype 7 pointsize 0.6 "
          + "linecolor rgb '\(FigureColour.ink)'", "Observed")
      // The points carry the legend; their joining lines would bridge gaps, so only they are drawn.
      plots[plots.count - 1].plot =
        "$marks using 1:2 with points pointtype 7 pointsize 0.6 "
        + "linecolor rgb '\(FigureColour.ink)'"
    }
    for (number, rows) in overlays.enumerated() {
      let colour = FigureColour.lines[number % FigureColour.lines.count]
      let dash = FigureColour.dashes[number % FigureColour.dashes.count]
      add(
        "overlay\(number)", rows,
        "using 1:2 with lines linewidth 2 dashtype \(dash) linecolor rgb '\(colour)'",
        scan.overlays[number].label)
    }
    let parameter = scan.parameter
    let level = NumberText.short(settings.level * 100, 4)
    let heading = "Upper limit on \(GnuplotText.cut(parameter.label, to: 28)) at \(level) % CL"
    let title = parameter.unit.isEmpty ? heading : "\(heading) [\(parameter.unit)]"
    return finish(
      results, index, axis, script, plots, name: name, subject: subject, vertical: log,
      title: title,
      caption: "Observed and expected upper limits on \(parameter.label) at \(level) % "
        + "confidence level (\(settings.method))." + remark)
  }

  /// Puts a figure over the mass axis together: shading, failures, legend, axes.
  static func finish(
    _ results: SearchResults, _ index: Int, _ axis: ScanAxis, _ data: GnuplotText,
    _ plots: [(plot: String, title: String)], name: String, subject: Subject, vertical: LogAxis,
    title: String, caption: String, extra: String = "", right: Double = 26, note: String = ""
  ) -> Figure {
    var script = data
    var plots = plots
    let shading = axis.shading()
    plots += shading.legend
    let failures = axis.failures()
    if failures.exist {
      script.block("failed", failures.rows)
      plots.append(("$failed \(ScanAxis.failureMark)", "Fit failed"))
    }
    var frame = FigureFrame(width: 960, height: 560)
    frame.right = right
    frame.legend = plots.map(\.title).filter { !$0.isEmpty }
    let ratio = GnuplotText.number(vertical.high / vertical.low)
    script.add("ymark = \(GnuplotText.number(vertical.low)) * (\(ratio) ** 0.022)")
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results, scan: index, note: note)))
    script.add(vertical.commands("y"))
    script.add(axis.range)
    script.add("set mxtics 5")
    script.add("set xlabel \(GnuplotText.quoted(results.scans[index].mass.axisTitle))")
    script.add(frame.verticalTitle(title))
    script.add(shading.commands)
    script.add(extra)
    script.add(plotCommand(plots))
    return Figure(
      name: name, subject: subject, caption: caption,
      frame: (frame.width, frame.height),
      body: script.text)
  }

  /// One plot command from its parts; user text in titles is escaped here.
  static func plotCommand(_ plots: [(plot: String, title: String)]) -> String {
    "plot "
      + plots.map { part in
        part.plot
          + (part.title.isEmpty
            ? " notitle"
            : " title "
              + GnuplotText.quoted(GnuplotText.cut(part.title, to: FigureFrame.legendWidth)))
      }.joined(separator: ", \\\n  ")
  }
}
