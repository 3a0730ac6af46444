extension Figure {
  /// Draws the candidates of counted windows with the background that is expected there.
  static func counts(_ results: SearchResults, _ index: Int) -> Figure? {
    let scan = results.scans[index]
    guard scan.isCounted, let axis = ScanAxis(scan.points) else { return nil }
    func rows(_ values: (ScanPoint, WindowCount) -> [Double]) -> [[Double]?] {
      axis.rows { point in
        point.count.flatMap { count in
          guard point.status.isValid else { return nil }
          let own = values(point, count)
          return own.allSatisfy(\.isFinite) ? own : nil
        }
      }
    }
    let band = rows { [$1.backgroundLow, $1.backgroundHigh] }
    let observed = rows { point, _ in [Double(point.events)] }
    let expected = rows { point, _ in [point.backgroundYield] }
    let most = (band + observed + expected).compactMap { $0 }.flatMap { $0.dropFirst() }.max()
    guard let most else { return nil }
    let high = 1.15 * max(most, 1)
    var script = GnuplotText()
    script.block("band", band)
    script.block("expected", expected)
    script.block("observed", observed)
    var plots: [(plot: String, title: String)] = [
      (
        "$band using 1:2:3 with filledcurves linecolor rgb '\(FigureColour.wideBand)'",
        "Background, central 68 %"
      ),
      (
        "$expected using 1:2 with lines linewidth 1.4 dashtype '--' linecolor rgb "
          + "'\(FigureColour.fit)'", "Background, estimate"
      ),
      (
        "$observed using 1:2 with lines linewidth 1.6 linecolor rgb '\(FigureColour.ink)'",
        "Candidates"
      ),
    ]
    let shading = axis.shading()
    plots += shading.legend
    var frame = FigureFrame(width: 960, height: 380)
    frame.legend = plots.map(\.title)
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results, scan: index)))
    script.add(axis.range)
    script.add("set yrange [0:\(GnuplotText.number(high))]")
    script.add("set mxtics 5\nset mytics 2")
    script.add("set xlabel \(GnuplotText.quoted(scan.mass.axisTitle))")
    script.add(frame.verticalTitle("Candidates in the window"))
    script.add(shading.commands)
    script.add(plotCommand(plots))
    return Figure(
      name: name("counts", of: index, in: results), subject: .counts(index),
      caption:
        "Candidates in the window of each hypothesis, and the background that is expected there "
        + "from \(scan.backgroundShapes.first ?? "its estimate"). Neighbouring windows share candidates.",
      frame: (frame.width, frame.height), body: script.text)
  }
}
