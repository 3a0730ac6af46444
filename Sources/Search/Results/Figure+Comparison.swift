extension Figure {
  /// Draws a distribution of data as points over stacked simulation, with their ratio below.
  static func comparison(_ results: SearchResults, _ index: Int) -> Figure? {
    let comparison = results.comparisons[index]
    let edges = comparison.edges
    func legend(_ sample: String) -> String { GnuplotText.cut(sample, to: 24) }
    guard let first = edges.first, let last = edges.last, edges.count >= 2, last > first else {
      return nil
    }
    let bins = edges.count - 1
    let layers = comparison.layers.filter { $0.sums.count == bins && $0.variances.count == bins }
    func named(_ role: SampleRole) -> [Comparison.Layer] { layers.filter { $0.role == role } }
    let backgrounds = named(.background)
    let data = comparison.total(.data)
    let simulation = comparison.total(.background)
    let area = simulation.sums.reduce(0, +)
    let signals = named(.signal).map { signal in
      let own = signal.sums.reduce(0, +)
      let scale = area > 0 && own > 0 ? area / own : 1
      return (sample: signal.sample, sums: signal.sums.map { $0 * scale })
    }
    guard let vertical = Vertical(data.sums + simulation.sums + signals.flatMap(\.sums)) else {
      return nil
    }
    var script = GnuplotText()
    var plots: [(plot: String, title: String)] = []
    var stacked = simulation.sums
    for (index, layer) in backgrounds.enumerated() {
      script.block("stack\(index)", steps(stacked, edges: edges, least: vertical.low))
      let colour = FigureColour.stack[index % FigureColour.stack.count]
      let outline = "with lines linewidth 0.6 linecolor rgb '\(FigureColour.ink)'"
      plots.append(
        (
          "$stack\(index) using 1:2 with filledcurves y1=ymin linecolor rgb '\(colour)'",
          legend(layer.sample)
        ))
      plots.append(("$stack\(index) using 1:2 \(outline)", ""))
      for bin in 0..<bins { stacked[bin] -= layer.sums[bin] }
    }
    for (index, signal) in signals.enumerated() {
      script.block(
        "signal\(index)", steps(signal.sums, edges: edges, least: vertical.low, broken: true))
      let colour = FigureColour.lines[index % FigureColour.lines.count]
      let dash = FigureColour.dashes[index % FigureColour.dashes.count]
      plots.append(
        (
          "$signal\(index) using 1:2 with lines linewidth 1.8 dashtype \(dash) "
            + "linecolor rgb '\(colour)'",
          legend(signal.sample) + (area > 0 ? " (same area)" : "")
        ))
    }
    let hasData = !named(.data).isEmpty
    if hasData {
      script.block(
        "data", points(data.sums, data.variances, edges: edges, least: vertical.low))
      plots += pointPlots(
        "data", bins > 160 ? 0.35 : 0.5, legend(named(.data).map(\.sample).joined(separator: " + "))
      )
    }
    let hasRatio = hasData && area > 0
    var frame = FigureFrame(width: 640, height: hasRatio ? 560 : 440)
    // The frame has room for one entry of 40 characters.
    plots = plots.map { ($0.plot, GnuplotText.cut($0.title, to: 40)) }
    frame.legend = plots.map(\.title).filter { !$0.isEmpty }
    let horizontal = GnuplotText.quoted(comparison.quantity.axisTitle)
    let low = hasRatio ? RatioPanel.upper : 0
    script.add("ymin = \(GnuplotText.number(vertical.low)) * 1.0")
    script.add(frame.heading(comparison.name, origin(results)))
    script.add(frame.key)
    script.add("set xrange [\(GnuplotText.number(first)):\(GnuplotText.number(last))]")
    script.add("set mxtics 5")
    if hasRatio { script.add("set multiplot\nset format x ''") }
    script.add(frame.margins(low: low))
    script.add(vertical.commands)
    let unit = binText(edges, comparison.quantity.unit)
    script.add(frame.verticalTitle("Candidates / " + unit, low: low))
    if !hasRatio { script.add("set xlabel \(horizontal)") }
    script.add(plotCommand(plots))
    if hasRatio {
      RatioPanel(edges: edges, data: data, simulation: simulation)
        .add(to: &script, frame: frame, horizontal: horizontal)
      script.add("unset multiplot")
    }
    let step = comparison.after.isEmpty ? "before any cut" : "after '\(comparison.after)'"
    return Figure(
      name: "comparison-\(index + 1)", subject: .comparison(index),
      caption: "\(comparison.name) \(step)"
        + (area > 0
          ? "; simulation is scaled to the data's luminosity"
            + (hasRatio ? ", its statistical uncertainty is the band in the lower panel" : "")
            + (signals.isEmpty ? "." : "; signals are scaled to the area of the stack.") : "."),
      frame: (frame.width, frame.height), body: script.text)
  }

  /// The vertical axis of a distribution: linear from zero, logarithmic where few bins tower.
  private struct Vertical {
    let low: Double
    let commands: String

    init?(_ values: [Double]) {
      let positive = values.filter { $0 > 0 && $0.isFinite }.sorted()
      guard let most = positive.last, let least = positive.first else { return nil }
      guard most > 100 * positive[positive.count / 2] else {
        low = 0
        commands =
          "set yrange [0:\(GnuplotText.number(1.25 * most))]\nset ytics auto\nset mytics 2"
        return
      }
      low = max(least * 0.5, most / 1e8)
      commands = LogAxis(low: low, high: most * 2.5).commands("y")
    }
  }
}
