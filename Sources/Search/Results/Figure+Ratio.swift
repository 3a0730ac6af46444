/// The lower panel of a figure: data divided by simulation, with the simulation's own uncertainty.
struct RatioPanel {
  /// Bin edges, ascending, shape [bins + 1].
  let edges: [Double]
  /// Sums and variances of data, shape [bins].
  let data: (sums: [Double], variances: [Double])
  /// Sums and variances of simulation, shape [bins].
  let simulation: (sums: [Double], variances: [Double])

  /// Fraction of a figure's inner height where the upper panel starts.
  static let upper = 0.29
  /// Fraction where this panel ends.
  static let lower = 0.25

  /// Appends the panel to the script of a multiplot whose upper panel is drawn.
  func add(to script: inout GnuplotText, frame: FigureFrame, horizontal: String) {
    let bins = edges.count - 1
    func middle(_ bin: Int) -> Double { 0.5 * (edges[bin] + edges[bin + 1]) }
    script.block(
      "ratio",
      (0..<bins).map { bin in
        guard simulation.sums[bin] > 0, data.sums[bin] > 0,
          data.sums[bin] <= 2 * simulation.sums[bin]
        else { return nil }
        let value = data.sums[bin] / simulation.sums[bin]
        let error = data.variances[bin].squareRoot() / simulation.sums[bin]
        return [middle(bin), value, value - error, value + error]
      })
    let beyond: [[Double]?] = (0..<bins).compactMap { bin in
      guard simulation.sums[bin] >= 0, data.sums[bin] > 2 * simulation.sums[bin] else {
        return nil
      }
      return [middle(bin), 1.93]
    }
    if !beyond.isEmpty { script.block("beyond", beyond) }
    script.block(
      "uncertainty",
      (0..<bins).flatMap { bin -> [[Double]?] in
        guard simulation.sums[bin] > 0 else { return [nil] }
        let error = simulation.variances[bin].squareRoot() / simulation.sums[bin]
        return [[edges[bin], 1 - error, 1 + error], [edges[bin + 1], 1 - error, 1 + error]]
      })
    script.add(
      """
      unset key
      unset label
      unset logscale y
      set format x
      \(frame.margins(high: Self.lower))
      set yrange [0:2]
      set ytics 0.5
      set mytics 2
      set xlabel \(horizontal)
      \(frame.verticalTitle("Data / sim.", high: Self.lower))
      set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead linewidth 0.8 \
      linecolor rgb '\(FigureColour.ink)'
      set clip points
      """)
    let band =
      "$uncertainty using 1:2:3 with filledcurves linecolor rgb '\(FigureColour.stack[2])'"
    let above =
      "$beyond using 1:2 with points pointtype 9 pointsize 0.7 "
      + "linecolor rgb '\(FigureColour.background)'"
    script.add(
      Figure.plotCommand(
        [(band, "")] + Figure.pointPlots("ratio", bins > 160 ? 0.3 : 0.4, "")
          + (beyond.isEmpty ? [] : [(above, "")])))
  }
}
