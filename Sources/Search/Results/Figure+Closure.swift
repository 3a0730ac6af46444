extension Figure {
  /// Draws mean and width of the pulls against the injected strength: a line a hypothesis, and their
  /// mean.
  static func closurePulls(_ results: SearchResults, _ index: Int) -> Figure? {
    guard let closure = results.scans[index].closure,
      let first = closure.strengths.first, let last = closure.strengths.last
    else { return nil }
    let points = closure.points.filter { !$0.strengths.isEmpty }
    let panels: [(name: String, centre: Double, allowed: Double, rows: [[ClosureNumber]])] = [
      ("Mean pull", 0, closure.bias, points.map { $0.strengths.map(\.pullMean) }),
      ("Width of the pulls", 1, closure.width, points.map { $0.strengths.map(\.pullWidth) }),
    ]
    guard points.contains(where: { $0.strengths.contains { $0.pullMean.value.isFinite } }) else {
      return nil
    }
    var frame = FigureFrame(width: 960, height: 620)
    let single = points.count == 1
    let shown = single ? "Toys" : "Mean of the hypotheses"
    frame.legend = (single ? [] : ["A hypothesis"]) + [shown, "Not flagged"]
    var script = GnuplotText()
    script.add(frame.heading(results.title, origin(results, scan: index)))
    script.add(frame.key)
    script.add("set multiplot\nset mytics 2")
    let pad = max(0.04 * (last - first), 0.1)
    script.add("set xrange [\(GnuplotText.number(first - pad)):\(GnuplotText.number(last + pad))]")
    for (number, panel) in panels.enumerated() {
      let isLast = number == panels.count - 1
      let (bottom, top) = isLast ? (0.0, 0.48) : (0.52, 1.0)
      script.add(frame.margins(low: bottom, high: top))
      script.add(
        isLast
          ? "unset key\nset format x '%g'\nset xlabel 'Injected strength [expected errors without a signal]'"
          : "set format x ''")
      script.add(frame.verticalTitle(panel.name, low: bottom, high: top))
      let plots = closureLines(panel.rows, closure.strengths, number, single: single, in: &script)
      let reach =
        panel.rows.joined().filter { $0.value.isFinite }
        .map { abs($0.value - panel.centre) + $0.error }.max() ?? 0
      let half = 1.12 * max(min(reach, 5), panel.allowed)
      script.add(
        "set yrange [\(GnuplotText.number(panel.centre - half)):"
          + "\(GnuplotText.number(panel.centre + half))]")
      script.add(
        "set object 1 rectangle from graph 0, first \(GnuplotText.number(panel.centre - panel.allowed)) "
          + "to graph 1, first \(GnuplotText.number(panel.centre + panel.allowed)) fillcolor rgb "
          + "'\(FigureColour.wideBand)' fillstyle solid 0.55 noborder behind")
      script.add(
        "set arrow 1 from graph 0, first \(GnuplotText.number(panel.centre)) to graph 1, first "
          + "\(GnuplotText.number(panel.centre)) nohead linewidth 1 dashtype '- ' linecolor rgb "
          + "'\(FigureColour.grid)' back")
      script.add(
        plotCommand(
          plots + [
            (
              "NaN with boxes fillcolor rgb '\(FigureColour.wideBand)' fillstyle solid 0.55 noborder",
              "Not flagged"
            )
          ]))
      script.add("unset label 901\nunset label 902")
    }
    script.add("unset multiplot")
    return Figure(
      name: name("closure-pulls", of: index, in: results), subject: .closure(index),
      caption: "Mean and standard deviation of (fitted − injected) / error of toys against the "
        + "injected strength; error bars are those of the toys' number.",
      frame: (frame.width, frame.height), body: script.text)
  }

  /// The lines of a panel: hypotheses thin, their mean with its error on top.
  private static func closureLines(
    _ rows: [[ClosureNumber]], _ strengths: [Double], _ panel: Int, single: Bool,
    in script: inout GnuplotText
  ) -> [(plot: String, title: String)] {
    var plots: [(plot: String, title: String)] = []
    if !single {
      script.block(
        "hypotheses\(panel)",
        rows.flatMap { row -> [[Double]?] in
          zip(strengths, row).map { $1.value.isFinite ? [$0, $1.value] : nil } + [nil]
        })
      plots.append(
        (
          "$hypotheses\(panel) using 1:2 with linespoints pointtype 7 pointsize 0.35 linewidth 0.9 "
            + "linecolor rgb '\(FigureColour.pull)'", "A hypothesis"
        ))
    }
    script.block(
      "mean\(panel)",
      strengths.indices.map { place in
        let own = rows.compactMap { $0.indices.contains(place) ? $0[place] : nil }
          .filter { $0.value.isFinite && $0.error.isFinite }
        guard !own.isEmpty else { return nil }
        let n = Double(own.count)
        return [
          strengths[place], own.reduce(0) { $0 + $1.value } / n,
          own.reduce(0) { $0 + $1.error * $1.error }.squareRoot() / n,
        ]
      })
    plots.append(
      (
        "$mean\(panel) using 1:2:3 with yerrorbars pointtype 7 pointsize 0.9 linewidth 1.8 "
          + "linecolor rgb '\(FigureColour.fit)'", single ? "Toys" : "Mean of the hypotheses"
      ))
    return plots
  }

  /// Draws how often limits cover the injected parameter, against the mass.
  static func closureCoverage(_ results: SearchResults, _ index: Int) -> Figure? {
    let scan = results.scans[index]
    guard let closure = scan.closure, let limit = scan.limit else { return nil }
    let level = limit.level
    let points = closure.points.filter { !$0.strengths.isEmpty }
    let places = closure.strengths.indices.filter { place in
      points.contains { ($0.coverage(place, by: limit)?.toys ?? 0) > 0 }
    }
    guard let low = points.first?.mass, let high = points.last?.mass, !places.isEmpty else {
      return nil
    }
    let pad = high > low ? 0.03 * (high - low) : max(0.05 * abs(high), 1e-9)
    // Side by side, but never as far as the next mass.
    let gaps = zip(points, points.dropFirst()).map { $1.mass - $0.mass }
    let step = min(
      0.006 * (high - low + 2 * pad), 0.8 * (gaps.min() ?? .infinity) / Double(places.count))
    var script = GnuplotText()
    var plots: [(plot: String, title: String)] = []
    var least = level
    for (number, place) in places.enumerated() {
      let shift = step * (Double(number) - 0.5 * Double(places.count - 1))
      script.block(
        "strength\(number)",
        points.compactMap { point -> [Double]? in
          guard let coverage = point.coverage(place, by: limit), coverage.toys > 0 else {
            return nil
          }
          least = min(least, coverage.low)
          return [point.mass + shift, coverage.value, coverage.low, coverage.high]
        })
      plots.append(
        (
          "$strength\(number) using 1:2:3:4 with yerrorbars pointtype "
            + "\(SignalColour.mark(number)) pointsize 0.8 linewidth 1.2 linecolor rgb "
            + "'\(SignalColour.of(number))'",
          "Strength \(NumberText.short(closure.strengths[place]))"
        ))
    }
    plots.append(
      (
        "\(GnuplotText.number(level)) with lines linewidth 1.6 dashtype '--' linecolor rgb "
          + "'\(FigureColour.ink)'", "Confidence level"
      ))
    var frame = FigureFrame(width: 960, height: 440)
    frame.legend = plots.map(\.title)
    let margin = 0.12 * (1 - least)
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results, scan: index)))
    script.add(
      "set xrange [\(GnuplotText.number(low - pad)):\(GnuplotText.number(high + pad))]\nset mxtics 5"
    )
    script.add(
      "set yrange [\(GnuplotText.number(least - margin)):\(GnuplotText.number(1 + 0.5 * margin))]")
    script.add("set format y '%g'\nset mytics 2")
    script.add("set xlabel \(GnuplotText.quoted(scan.mass.axisTitle))")
    script.add(frame.verticalTitle("Coverage of limits"))
    script.add(plotCommand(plots))
    let confidence = NumberText.percent(closure.confidence)
    return Figure(
      name: name("closure-coverage", of: index, in: results), subject: .closure(index),
      caption:
        "Part of the toys whose upper limit is not below the injected parameter, against the "
        + "mass; strengths stand side by side. Bars are binomial intervals of \(confidence) "
        + "confidence.", frame: (frame.width, frame.height), body: script.text)
  }

  /// Draws the distribution of the local p-values of toys without a signal.
  static func closureUniformity(_ results: SearchResults, _ index: Int) -> Figure? {
    guard let closure = results.scans[index].closure else { return nil }
    let found = closure.points.compactMap { point in
      point.uniformity.map { (mass: point.mass, uniformity: $0) }
    }
    let edges = closure.pValueEdges
    guard let worst = found.min(by: { $0.uniformity.signedRoot < $1.uniformity.signedRoot })
    else { return nil }
    let bins = edges.count - 1
    func relative(_ counts: [Int]) -> [(value: Double, error: Double)] {
      let mean = Double(counts.reduce(0, +)) / Double(bins)
      return counts.map { (Double($0) / mean, Double(max($0, 1)).squareRoot() / mean) }
    }
    let all = relative(
      (0..<bins).map { bin in found.reduce(0) { $0 + $1.uniformity.counts[bin] } })
    let one = relative(worst.uniformity.counts)
    var script = GnuplotText()
    script.block("worst", steps(one.map(\.value), edges: edges, least: 0))
    script.block(
      "all",
      all.enumerated().map { [0.5 * (edges[$0] + edges[$0 + 1]), $1.value, $1.error] })
    let mass = NumberText.significant(worst.mass, 4)
    let unit = results.scans[index].mass.unit
    let worstTitle = "\(mass) \(unit), least uniform"
    var plots: [(plot: String, title: String)] = []
    if found.count > 1 {
      plots += [
        ("$worst using 1:2 with filledcurves y1=0 linecolor rgb '\(FigureColour.wideBand)'", ""),
        (
          "$worst using 1:2 with lines linewidth 1.2 linecolor rgb '\(FigureColour.pull)'",
          worstTitle
        ),
      ]
    }
    plots += [
      (
        "1 with lines linewidth 1.4 dashtype '--' linecolor rgb '\(FigureColour.ink)'", "Uniform"
      ),
      (
        "$all using 1:2:3 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.4 linecolor rgb "
          + "'\(FigureColour.fit)'", found.count > 1 ? "All hypotheses" : "Toys"
      ),
    ]
    var frame = FigureFrame(width: 960, height: 420)
    frame.legend = plots.map(\.title).filter { !$0.isEmpty }
    let top = 1.12 * max((all + one).map { $0.value + $0.error }.max() ?? 1, 1.2)
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, ""))
    script.add("set xrange [0:1]\nset yrange [0:\(GnuplotText.number(top))]")
    script.add("set format x '%g'\nset format y '%g'\nset xtics 0.2\nset mxtics 4\nset mytics 2")
    script.add("set xlabel 'Local p-value of toys without a signal'")
    script.add(frame.verticalTitle("Toys / uniform"))
    script.add(plotCommand(plots))
    return Figure(
      name: name("closure-p-values", of: index, in: results), subject: .closure(index),
      caption: "Local p-values of toys without a signal, relative to a uniform distribution.",
      frame: (frame.width, frame.height), body: script.text)
  }
}
