extension Figure {
  /// Draws the signed root of q0 over the mass, deficits included.
  static func significance(_ results: SearchResults, _ index: Int) -> Figure? {
    let scan = results.scans[index]
    guard let axis = ScanAxis(scan.points) else { return nil }
    func value(_ point: ScanPoint) -> Double? {
      point.status.isValid && point.signedRoot.isFinite ? point.signedRoot : nil
    }
    let values = scan.points.compactMap(value)
    guard let least = values.min(), let most = values.max() else { return nil }
    let reach = 6.0
    let low = max(-reach, min(-3.5, least - 0.3))
    let high = min(reach, max(3.5, most + 0.3))

    var script = GnuplotText()
    script.block("signed", axis.rows { point in value(point).map { [min(max($0, low), high)] } })
    var plots: [(plot: String, title: String)] = [
      (
        "$signed using 1:2 with lines linewidth \(values.count > 600 ? 1.1 : 1.8) "
          + "linecolor rgb '\(FigureColour.fit)'", "Signed significance"
      )
    ]
    if values.count <= 60 {
      script.block(
        "marks",
        scan.points.map { point in value(point).map { [point.mass, min(max($0, low), high)] } })
      plots.append(
        (
          "$marks using 1:2 with points pointtype 7 pointsize 0.6 "
            + "linecolor rgb '\(FigureColour.fit)'", ""
        ))
    }
    let above = axis.beyond { point in value(point).map { $0 > reach } ?? false }
    let below = axis.beyond { point in value(point).map { $0 < -reach } ?? false }
    let marks: [[Double]?] =
      above.peaks.map { [$0.mass, high, 1] } + below.peaks.map { [$0.mass, low, -1] }
    if !marks.isEmpty {
      script.block("beyond", marks)
      plots.append(
        (
          "$beyond using 1:($3 > 0 ? $2 : NaN) with points pointtype 9 pointsize 1.3 "
            + "linecolor rgb '\(FigureColour.background)'", "Beyond the axis"
        ))
      plots.append(
        (
          "$beyond using 1:($3 < 0 ? $2 : NaN) with points pointtype 11 pointsize 1.3 "
            + "linecolor rgb '\(FigureColour.background)'", ""
        ))
      for label in above.labels(atGraph: 0.93, firstNumber: 200)
        + below.labels(atGraph: 0.07, firstNumber: 300)
      {
        script.add(label)
      }
    }
    let shading = axis.shading()
    plots += shading.legend
    let failures = axis.failures()
    if failures.exist {
      script.block("failed", failures.rows)
      plots.append(("$failed \(ScanAxis.failureMark)", "Fit failed"))
    }
    var frame = FigureFrame(width: 960, height: 380)
    frame.legend = plots.map(\.title).filter { !$0.isEmpty }
    script.add("ymark = \(GnuplotText.number(low + 0.03 * (high - low)))")
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results, scan: index)))
    script.add(axis.range)
    script.add("set yrange [\(GnuplotText.number(low)):\(GnuplotText.number(high))]")
    script.add("set mxtics 5\nset mytics 2")
    for (number, level) in [-3, -2, -1, 0, 1, 2, 3].enumerated() {
      script.add(
        "set arrow \(number + 1) from graph 0, first \(level) to graph 1, first \(level) nohead "
          + "linewidth \(level == 0 ? 1.2 : 0.7) dashtype \(level == 0 ? "1" : "'- '") "
          + "linecolor rgb '\(level == 0 ? FigureColour.ink : FigureColour.grid)' back")
    }
    script.add("set xlabel \(GnuplotText.quoted(scan.mass.axisTitle))")
    script.add(frame.verticalTitle("Signed √q₀ [σ]"))
    script.add(shading.commands)
    script.add(plotCommand(plots))
    return Figure(
      name: name("significance", of: index, in: results), subject: .significance(index),
      caption: "Signed root of the discovery test statistic: positive for excesses, negative for "
        + "deficits. Dashed lines mark ±1, ±2 and ±3 standard deviations; "
        + "hypotheses beyond ±6 are marked at the edge.",
      frame: (frame.width, frame.height), body: script.text)
  }

  /// Draws the distribution of the signed roots against a unit Gaussian, for 20 values or more.
  static func significanceDistribution(_ results: SearchResults, _ index: Int) -> Figure? {
    let scan = results.scans[index]
    let values = scan.points.filter { $0.status.isValid && $0.signedRoot.isFinite }
      .map(\.signedRoot)
    guard values.count >= 20, values.contains(where: { abs($0) < 5 }) else { return nil }
    let half = 5.0
    let bins = values.count >= 400 ? 50 : 25
    let width = 2 * half / Double(bins)
    var counts = [Double](repeating: 0, count: bins)
    var beyond = 0
    for value in values {
      let bin = ((value + half) / width).rounded(.down)
      if bin >= 0 && bin < Double(bins) { counts[Int(bin)] += 1 } else { beyond += 1 }
    }
    let norm = Double(values.count - beyond) * width
    var script = GnuplotText()
    script.block("steps", steps(counts, from: -half, width: width))
    var frame = FigureFrame(width: 620, height: 400)
    let gaussian = "Unit Gaussian of that area"
    let histogram = beyond == 0 ? "Hypotheses" : "Hypotheses (\(beyond) outside ±5)"
    frame.legend = [histogram, gaussian]
    // The largest ordinate of the Gaussian is norm / √(2π).
    let top = 1.18 * max(counts.max() ?? 1, norm * 0.398_942_28)
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, ""))
    script.add("set xrange [-5:5]\nset yrange [0:\(GnuplotText.number(top))]")
    script.add("set xtics 1\nset mxtics 2\nset samples 400")
    script.add("set xlabel 'Signed √q₀ [σ]'")
    script.add(frame.verticalTitle("Hypotheses / \(NumberText.short(width))σ"))
    script.add(
      plotCommand([
        ("$steps using 1:2 with filledcurves y1=0 linecolor rgb '\(FigureColour.wideBand)'", ""),
        (
          "$steps using 1:2 with lines linewidth 1.2 linecolor rgb '\(FigureColour.fit)'", histogram
        ),
        (
          "\(GnuplotText.number(norm * 0.398_942_280_401_432_7)) * exp(-0.5 * x * x) with lines "
            + "linewidth 2 dashtype '--' linecolor rgb '\(FigureColour.ink)'", gaussian
        ),
      ]))
    return Figure(
      name: name("significance-distribution", of: index, in: results),
      subject: .significanceDistribution(index),
      caption: "Distribution of the signed significances; neighbouring hypotheses share data, so "
        + "they are correlated.", frame: (frame.width, frame.height), body: script.text)
  }

  /// Corners of a histogram's outline for bins of one width.
  static func steps(_ counts: [Double], from low: Double, width: Double) -> [[Double]?] {
    steps(counts, edges: (0...counts.count).map { low + Double($0) * width }, least: 0)
  }

  /// Corners of a histogram's outline, from the axis up and back, values raised to `least`.
  ///
  /// With `broken` there is no outline where values are not above `least`.
  static func steps(
    _ counts: [Double], edges: [Double], least: Double, broken: Bool = false
  ) -> [[Double]?] {
    guard let first = edges.first, let last = edges.last, edges.count == counts.count + 1 else {
      return []
    }
    var rows: [[Double]?] = broken ? [] : [[first, least]]
    for (bin, count) in counts.enumerated() {
      if broken {
        if count <= least { continue }
        if bin == 0 || counts[bin - 1] <= least { rows += [nil, [edges[bin], least]] }
      }
      let value = count > least ? count : least
      rows.append([edges[bin], value])
      rows.append([edges[bin + 1], value])
      if broken && (bin + 1 == counts.count || counts[bin + 1] <= least) {
        rows.append([edges[bin + 1], least])
      }
    }
    if !broken { rows.append([last, least]) }
    return rows
  }
}
