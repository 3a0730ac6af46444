extension Figure {
  /// Draws the efficiency of every measured signal: points with errors, and the curve with its band.
  static func signalEfficiency(_ results: SearchResults) -> Figure? {
    signalCurves(
      results, name: "samples-efficiency", title: "Efficiency",
      caption: "Efficiency per generated event at the masses of the simulated signals, and joined "
        + "between them; the band is the error of the curve.",
      point: { ($0.efficiency, $0.efficiencyError) }, curve: \.efficiency, scale: 1)
  }

  /// Draws the resolution of every measured signal.
  static func signalResolution(_ results: SearchResults) -> Figure? {
    let unit = results.signals.first?.observable.unit ?? ""
    let isGeV = unit == "GeV"
    let shown = isGeV ? "MeV" : unit
    return signalCurves(
      results, name: "samples-resolution",
      title: shown.isEmpty ? "Resolution" : "Resolution [\(shown)]",
      caption: "Resolution (half width of the smallest interval) at the masses of the simulated "
        + "signals, and joined between them; the band is the error of the curve.",
      point: { ($0.resolution, $0.resolutionError) }, curve: \.resolution,
      scale: isGeV ? 1000 : 1)
  }

  private static func signalCurves(
    _ results: SearchResults, name: String, title: String, caption: String,
    point: (SignalMeasurement) -> (Double, Double),
    curve: KeyPath<SignalResults.CurvePoint, InterpolatedValue>, scale: Double
  ) -> Figure? {
    let masses = results.signals.flatMap { $0.signal.measurements.map(\.mass) }
    guard let low = masses.min(), let high = masses.max(), low < high else { return nil }
    var script = GnuplotText(), bands: [(plot: String, title: String)] = []
    var lines: [(plot: String, title: String)] = [], most = 0.0
    for (index, signal) in results.signals.enumerated() {
      let colour = SignalColour.of(index)
      let rows = signal.curve.map { at -> [Double]? in
        let value = at[keyPath: curve]
        return [
          at.mass, scale * max(value.value - value.error, 0), scale * (value.value + value.error),
          scale * value.value,
        ]
      }
      if rows.count > 1 {
        script.block("curve\(index)", rows)
        bands.append(
          (
            "$curve\(index) using 1:2:3 with filledcurves fillcolor rgb '\(colour)' "
              + "fillstyle solid 0.22 noborder", ""
          ))
        lines.append(
          ("$curve\(index) using 1:4 with lines linewidth 1.6 linecolor rgb '\(colour)'", ""))
      }
      let points = signal.signal.measurements.map { m -> [Double]? in
        let (value, error) = point(m)
        most = max(most, scale * (value + error))
        return [m.mass, scale * value, scale * error]
      }
      script.block("points\(index)", points)
      lines.append(
        (
          "$points\(index) using 1:2:3 with yerrorbars pointtype \(SignalColour.mark(index)) "
            + "pointsize 0.7 linewidth 1.2 linecolor rgb '\(colour)'", signal.name
        ))
    }
    var frame = FigureFrame(width: 960, height: 460)
    frame.legend = lines.map(\.title).filter { !$0.isEmpty }
    let pad = 0.01 * (high - low)
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results)))
    script.add(
      "set xrange [\(GnuplotText.number(low - pad)):\(GnuplotText.number(high + pad))]")
    script.add("set yrange [0:\(GnuplotText.number(1.12 * most))]\nset mxtics 5\nset mytics 2")
    script.add("set xlabel \(GnuplotText.quoted(results.signals.first?.mass.axisTitle ?? ""))")
    script.add(frame.verticalTitle(title))
    script.add(plotCommand(bands + lines))
    return Figure(
      name: name, subject: .signalSamples, caption: caption, frame: (frame.width, frame.height),
      body: script.text)
  }

  /// Draws predicted over measured efficiency, resolution and core of a signal's inner masses.
  static func leaveOneOut(_ results: SearchResults, _ index: Int) -> Figure? {
    let signal = results.signals[index]
    let panels: [(name: String, rows: [[Double]])] = [
      ("Efficiency", signal.checks.map { [$0.mass, $0.efficiency.ratio, $0.efficiency.error] }),
      ("Resolution", signal.checks.map { [$0.mass, $0.resolution.ratio, $0.resolution.error] }),
      (
        "Within 2σ",
        signal.checks.compactMap { check in
          check.core.map { [check.mass, $0.ratio, $0.error] }
        }
      ),
    ].filter { !$0.rows.isEmpty }
    let masses = signal.signal.measurements.map(\.mass)
    guard !panels.isEmpty, let low = masses.first, let high = masses.last else { return nil }
    var frame = FigureFrame(width: 960, height: 180 + 150 * Double(panels.count))
    frame.legend = []
    var script = GnuplotText()
    script.add(frame.heading(results.title, origin(results)))
    script.add("unset key\nset multiplot\nset mxtics 5")
    let pad = 0.01 * (high - low)
    script.add("set xrange [\(GnuplotText.number(low - pad)):\(GnuplotText.number(high + pad))]")
    let step = 1 / Double(panels.count)
    for (number, panel) in panels.enumerated() {
      let top = 1 - step * Double(number), bottom = top - step + 0.04
      let isLast = number == panels.count - 1
      script.block("panel\(number)", panel.rows)
      script.add(frame.margins(low: isLast ? 0 : bottom, high: top))
      script.add(
        isLast
          ? "set format x\nset xlabel \(GnuplotText.quoted(signal.mass.axisTitle))"
          : "set format x ''")
      let reach = panel.rows.map { abs($0[1] - 1) + $0[2] }.max() ?? 0.1
      let half = GnuplotText.number(max(1.15 * reach, 1e-3))
      script.add("set yrange [1-\(half):1+\(half)]\nset ytics autofreq")
      script.add(frame.verticalTitle(panel.name, low: isLast ? 0 : bottom, high: top))
      script.add(
        "plot 1 with lines linewidth 1 dashtype '- ' linecolor rgb '\(FigureColour.grid)' notitle, "
          + "\\\n  $panel\(number) using 1:2:3 with yerrorbars pointtype 7 pointsize 0.6 "
          + "linewidth 1.2 linecolor rgb '\(SignalColour.of(index))' notitle")
      script.add("unset label 901\nunset label 902")
    }
    script.add("unset multiplot")
    return Figure(
      name: "samples-check-\(index + 1)", subject: .signalCheck(index),
      caption: "Signal \(signal.name): prediction of each inner mass from all others over what is "
        + "measured there; errors of both.", frame: (frame.width, frame.height), body: script.text)
  }
}

/// Colours and marks of signals: the first ones of the palette that differ in greyscale.
enum SignalColour {
  static let colours = [FigureColour.fit, FigureColour.background] + FigureColour.lines

  static func of(_ index: Int) -> String { colours[index % colours.count] }

  static func mark(_ index: Int) -> Int { [7, 5, 9, 13, 11, 4, 6][index % 7] }
}
