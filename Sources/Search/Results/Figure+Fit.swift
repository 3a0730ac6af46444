extension Figure {
  /// Draws the window at an index with its fit and pulls.
  static func window(_ results: SearchResults, _ scanIndex: Int, _ index: Int) -> Figure? {
    let scan = results.scans[scanIndex]
    let window = scan.windows[index]
    guard scan.points.indices.contains(window.point) else { return nil }
    let point = scan.points[window.point]
    let unit = scan.mass.unit.isEmpty ? "" : " " + scan.mass.unit
    let resolution = point.resolution.isFinite ? point.resolution : point.mass * 1e-4
    let decimals = max(0, 1 - NumberText.decade(resolution == 0 ? 1 : resolution))
    let mass = NumberText.fixed(point.mass, min(6, decimals)) + unit
    var notes = ["m = " + GnuplotText.escaped(mass)]
    notes.append("significance " + NumberText.fixed(point.signedRoot, 2) + "σ")
    notes.append("N_{S} = " + NumberText.measured(point.signalYield, point.signalYieldError))
    if !point.status.isValid { notes.append("FIT NOT VALID: " + point.status.text) }
    let why =
      switch window.reason {
      case .mostSignificant(let rank): rank == 1 ? "The most significant window" : "Rank \(rank)"
      case .named: "Named in the pipeline"
      }
    return fit(
      results, scan: scanIndex, window.plot, observable: scan.observable, notes: notes,
      name: name("window", of: scanIndex, in: results) + "-\(padded(index + 1))",
      subject: .window(scan: scanIndex, index), marker: point.observable,
      caption: "\(why): hypothesis of \(mass) with fit and pulls.")
  }

  /// Draws the named fit at an index.
  static func namedFit(_ results: SearchResults, _ index: Int) -> Figure? {
    let fit = results.namedFits[index]
    guard let plot = fit.plot else { return nil }
    var notes: [String] = []
    if !fit.status.isValid { notes.append("FIT NOT VALID: " + fit.status.text) }
    return self.fit(
      results, plot, observable: fit.observable, notes: notes,
      name: "fit-\(padded(index + 1))", subject: .namedFit(index), marker: nil,
      caption: "Fit of \(fit.name) to \(fit.sample): \(fit.status.text).")
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Draws binned data with a fit's curves, and pulls (data − fit)/√fit under them.
  ///
  /// `notes` stand inside the frame and may hold mark-up: user text in them is escaped already.
  private static func fit(
    _ results: SearchResults, scan: Int? = nil, _ plot: FitPlot, observable: Quantity,
    notes: [String],
    name: String, subject: Subject, marker: Double?, caption: String
  ) -> Figure? {
    let bins = plot.edges.count - 1
    guard bins >= 1, plot.counts.count == bins, plot.variances.count == bins,
      plot.expected.count == bins, let low = plot.edges.first, let high = plot.edges.last
    else { return nil }
    // A bin that an excluded range cuts holds part of its events: it would look like a deficit.
    let isWhole = (0..<bins).map { bin in
      !plot.excluded.contains { $0.low < plot.edges[bin + 1] && plot.edges[bin] < $0.high }
    }
    let points = zip(
      points(plot.counts, plot.variances, edges: plot.edges, least: -.infinity), isWhole
    ).map { $1 ? $0 : nil }
    let most = max(
      1, points.compactMap { $0?[3] }.max() ?? 1, plot.total.filter(\.isFinite).max() ?? 0)
    let least = min(
      0, plot.total.filter(\.isFinite).min() ?? 0, plot.background.filter(\.isFinite).min() ?? 0,
      plot.parts.flatMap(\.values).filter(\.isFinite).min() ?? 0, plot.counts.min() ?? 0)
    let headroom = notes.isEmpty ? 1.08 : 1.12 + 0.075 * Double(notes.count)

    var script = GnuplotText()
    var plots: [(plot: String, title: String)] = []
    script.block(
      "data",
      zip(points, plot.expected).map { row, expected in
        guard let row, expected != 0 || row[1] != 0 else { return nil }
        return row
      })
    func curve(_ block: String, _ values: [Double], _ style: String, _ title: String) {
      guard values.count == plot.curveX.count, !values.isEmpty else { return }
      script.block(
        block,
        zip(plot.curveX, values).map { x, y in
          let isLeftOut = plot.excluded.contains { x > $0.low && x < $0.high }
          return isLeftOut || !y.isFinite ? nil : [x, y]
        })
      plots.append(("$\(block) using 1:2 with lines \(style)", title))
    }
    if plot.parts.count == 1, let part = plot.parts.first,
      part.values.count == plot.curveX.count, plot.background.count == plot.curveX.count
    {
      script.block(
        "area",
        plot.curveX.indices.map { index in
          let base = plot.background[index]
          let value = base + part.values[index]
          return base.isFinite && value.isFinite ? [plot.curveX[index], base, value] : nil
        })
      plots.append(
        (
          "$area using 1:2:3 with filledcurves linecolor rgb '\(FigureColour.wideBand)'",
          part.name == "signal" ? "Signal" : part.name
        ))
    }
    curve(
      "background", plot.background,
      "linewidth 2 dashtype '--' linecolor rgb '\(FigureColour.background)'", "Background")
    if plot.parts.count > 1 {
      for (index, part) in plot.parts.enumerated() {
        let colour = FigureColour.lines[index % FigureColour.lines.count]
        let dash = FigureColour.dashes[index % FigureColour.dashes.count]
        curve(
          "part\(index)", part.values, "linewidth 1.6 dashtype \(dash) linecolor rgb '\(colour)'",
          part.name)
      }
    }
    curve("total", plot.total, "linewidth 2.2 linecolor rgb '\(FigureColour.fit)'", "Fit")
    plots += pointPlots("data", bins > 80 ? 0.45 : 0.6, "Data")
    let excluded = plot.excluded.filter { $0.high > low && $0.low < high }
    if !excluded.isEmpty {
      plots.append(
        (
          "NaN with boxes fillcolor rgb '\(FigureColour.hatch)' fillstyle pattern 4 noborder",
          "Vetoed"
        ))
    }

    var frame = FigureFrame(width: 760, height: 590)
    frame.legend = plots.map(\.title).filter { !$0.isEmpty }
    let range = "[\(GnuplotText.number(low)):\(GnuplotText.number(high))]"
    script.add(frame.heading(results.title, origin(results, scan: scan)))
    script.add(frame.key)
    script.add("set multiplot\nset format x ''\nset xrange \(range)\nset mxtics 5\nset mytics 2")
    script.add(frame.margins(low: 0.3))
    script.add(
      "set yrange [\(GnuplotText.number(least < 0 ? 1.1 * least : 0)):"
        + "\(GnuplotText.number(most * headroom))]")
    for (index, note) in notes.enumerated() {
      let y = FigureFrame.screen(0.93 - 0.075 * Double(index))
      script.add("set label \(index + 1) '\(note)' at graph 0.03,\(y) left front")
    }
    let unit = binText(plot.edges, observable.unit)
    script.add(frame.verticalTitle("Candidates / " + unit, low: 0.3))
    let free = notes.isEmpty ? 1 : 0.95 - 0.075 * Double(notes.count)
    script.add(shading(excluded, low, high, top: free))
    if let marker, marker > low, marker < high {
      script.add(
        "set arrow 1 from first \(marker), graph 0 to first \(marker), graph \(FigureFrame.screen(free)) nohead linewidth 0.8 "
          + "dashtype '. ' linecolor rgb '\(FigureColour.grid)' back")
    }
    script.add(plotCommand(plots))
    pulls(plot, &script, frame)
    script.add("set xlabel \(GnuplotText.quoted(observable.axisTitle))")
    script.add(plotCommand([(pullStyle, "")]))
    script.add("unset multiplot")
    return Figure(
      name: name, subject: subject, caption: caption, frame: (frame.width, frame.height),
      body: script.text)
  }

  private static let pullStyle =
    "$pulls using 1:2:(width) with boxes fillcolor rgb '\(FigureColour.pull)' "
    + "fillstyle solid 1 border linecolor rgb '\(FigureColour.ink)' linewidth 0.5"

  /// Sets up the lower panel: pulls as boxes from zero, all of them inside the axis.
  private static func pulls(_ plot: FitPlot, _ script: inout GnuplotText, _ frame: FigureFrame) {
    let bins = plot.counts.count
    let width = (plot.edges[bins] - plot.edges[0]) / Double(bins)
    let pulls: [(x: Double, pull: Double)] = (0..<bins).compactMap { bin in
      let expected = plot.expected[bin]
      guard expected.isFinite, expected > 0 else { return nil }
      // With weights the variance of a bin is expected × Σw²/Σw.
      let isWeighted = plot.variances[bin] != plot.counts[bin] && plot.counts[bin] > 0
      let variance = isWeighted ? expected * plot.variances[bin] / plot.counts[bin] : expected
      guard variance > 0 else { return nil }
      return (
        0.5 * (plot.edges[bin] + plot.edges[bin + 1]),
        (plot.counts[bin] - expected) / variance.squareRoot()
      )
    }
    let reach = max(3.6, 1.12 * (pulls.map { abs($0.pull) }.max() ?? 0))
    let step = reach < 5 ? 2 : NumberText.decade(reach) == 0 ? 4 : Int(reach / 2)
    script.block("pulls", pulls.map { [$0.x, $0.pull] })
    script.add("width = \(GnuplotText.number(width))")
    for index in 1...9 { script.add("unset label \(index)") }
    script.add("unset label 901\nunset label 902\nunset key\nset format x\nunset arrow 1")
    script.add(shading(plot.excluded, plot.edges[0], plot.edges[bins]))
    script.add(frame.margins(high: 0.265))
    let bound = GnuplotText.number(reach)
    script.add("set yrange [-\(bound):\(bound)]\nset ytics \(step)\nset mytics 2")
    script.add(frame.verticalTitle("Pull", high: 0.265))
    for (index, level) in [-2, 0, 2].enumerated() {
      script.add(
        "set arrow \(index + 11) from graph 0, first \(level) to graph 1, first \(level) nohead "
          + "linewidth \(level == 0 ? 1 : 0.7) dashtype \(level == 0 ? "1" : "'- '") "
          + "linecolor rgb '\(level == 0 ? FigureColour.ink : FigureColour.grid)' back")
    }
  }
}
