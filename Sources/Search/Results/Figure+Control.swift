extension Figure {
  /// Draws data over simulation in the bins of a control sample; nil where it has one bin.
  static func control(_ results: SearchResults, _ index: Int) -> Figure? {
    let control = results.controls[index]
    guard let quantity = control.quantity, let first = control.bins.first,
      let last = control.bins.last
    else { return nil }
    let isLogarithmic = first.low > 0 && last.high > 20 * first.low
    func middle(_ bin: ControlMeasurement.Bin) -> Double {
      isLogarithmic ? (bin.low * bin.high).squareRoot() : 0.5 * (bin.low + bin.high)
    }
    let rows: [[Double]] = control.bins.map { bin in
      let ratio = bin.ratio
      return [
        middle(bin), ratio.value, bin.low, bin.high, ratio.value - ratio.error,
        ratio.value + ratio.error,
      ]
    }
    let whole = control.whole.ratio
    let ends = rows.map { $0[4] } + rows.map { $0[5] } + [1, whole.value]
    guard let least = ends.min(), let most = ends.max(), least.isFinite, most.isFinite else {
      return nil
    }
    let room = 0.15 * (most - least)
    var script = GnuplotText()
    script.block("ratio", rows)
    let plots: [(plot: String, title: String)] = [
      (
        "$ratio using 1:2:3:4:5:6 with xyerrorbars linewidth 1.6 pointtype 7 pointsize 0.8 "
          + "linecolor rgb '\(FigureColour.ink)'", "Data / simulation"
      ),
      (
        "\(GnuplotText.number(whole.value)) with lines linewidth 1.4 dashtype '--' linecolor rgb "
          + "'\(FigureColour.fit)'",
        "All bins: \(NumberText.measured(whole.value, whole.error))"
      ),
    ]
    var frame = FigureFrame(width: 960, height: 440)
    frame.legend = plots.map(\.title)
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results)))
    if isLogarithmic {
      script.add(LogAxis(low: first.low, high: last.high).commands("x"))
    } else {
      script.add(
        "set xrange [\(GnuplotText.number(first.low)):\(GnuplotText.number(last.high))]\nset mxtics 5"
      )
    }
    script.add(
      "set yrange [\(GnuplotText.number(least - room)):\(GnuplotText.number(most + room))]\n"
        + "set mytics 5")
    script.add("set xlabel \(GnuplotText.quoted(GnuplotText.cut(quantity.axisTitle, to: 70)))")
    script.add(frame.verticalTitle("Data / simulation"))
    script.add(
      "set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead linewidth 1 linecolor rgb "
        + "'\(FigureColour.grid)' back")
    script.add(plotCommand(plots))
    let name = ending(results.controls.map(\.name), index)
    return Figure(
      name: "control-\(name)", subject: .control(index),
      caption:
        "\(control.fits.isEmpty ? "Counted" : "Fitted") candidates of the control sample \(control.name) in data over those in "
        + "simulation at the same luminosity, in bins of \(quantity.label).",
      frame: (frame.width, frame.height), body: script.text)
  }
}
