extension Figure {
  /// Draws how many candidates each cut leaves, one bar a sample, on a logarithmic axis.
  static func cutFlow(_ results: SearchResults) -> Figure? {
    let flows = results.cutFlows.filter { !$0.steps.isEmpty }
    guard let longest = flows.max(by: { $0.steps.count < $1.steps.count }) else { return nil }
    let steps = longest.steps
    let counts = flows.flatMap { $0.steps.map(\.sumOfWeights) }
    guard let log = LogAxis(counts, below: 3, above: 14) else { return nil }
    let names = steps.map { GnuplotText.cut($0.name, to: 34) }
    var frame = FigureFrame(
      width: 960, height: 120 + Double(steps.count) * (14 + 20 * Double(flows.count)))
    frame.legend = flows.map(\.sample)
    frame.left = 40 + (names.map { FigureFrame.width(of: $0) }.max() ?? 0)

    var script = GnuplotText()
    script.add("xmin = \(GnuplotText.number(log.low))")
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results)))
    script.add(log.commands("x"))
    script.add("set yrange [\(Double(steps.count) - 0.4):-0.6]")
    let tics = names.enumerated().map { "\(GnuplotText.quotedTic($1)) \($0)" }
    script.add("set ytics (\(tics.joined(separator: ", "))) scale 0")
    let isWeighted = flows.contains { flow in
      flow.steps.contains { $0.sumOfWeights != Double($0.candidates) }
    }
    script.add("set xlabel 'Candidates\(isWeighted ? " (sum of weights)" : "") left'")
    var plots: [(plot: String, title: String)] = []
    let bar = 0.78 / Double(flows.count)
    for (index, flow) in flows.enumerated() {
      let colour = FigureColour.stack[index % FigureColour.stack.count]
      var rows: [[Double]?] = []
      for (step, numbers) in flow.steps.enumerated() where numbers.sumOfWeights > 0 {
        let low = Double(step) - 0.39 + bar * Double(index)
        rows.append([log.low, low + bar / 2, log.low, numbers.sumOfWeights, low, low + bar])
      }
      script.block("flow\(index)", rows)
      plots.append(
        (
          "$flow\(index) using 1:2:3:4:5:6 with boxxyerror fillcolor rgb '\(colour)' "
            + "fillstyle solid 1 border linecolor rgb '\(FigureColour.ink)' linewidth 0.6",
          flow.sample
        ))
      for (step, numbers) in flow.steps.enumerated() {
        let y = Double(step) - 0.39 + bar * (Double(index) + 0.5)
        let text =
          isWeighted
          ? NumberText.short(numbers.sumOfWeights, 5) : NumberText.count(numbers.candidates)
        let x = numbers.sumOfWeights > 0 ? GnuplotText.number(numbers.sumOfWeights) : "xmin"
        script.add(
          "set label '\(text)' at first \(x), first \(y) left front offset 0.6,0")
      }
    }
    script.add(plotCommand(plots))
    return Figure(
      name: "cut-flow", subject: .cutFlow,
      caption: "Candidates left after each step of the selection, in its order.",
      frame: (frame.width, frame.height), body: script.text)
  }

  /// Draws efficiency, acceptance and resolution over the mass.
  static func signal(_ results: SearchResults, _ index: Int) -> Figure? {
    let scan = results.scans[index]
    guard let axis = ScanAxis(scan.points) else { return nil }
    func rows(_ path: KeyPath<ScanPoint, Double>) -> [[Double]?] {
      axis.rows { $0[keyPath: path].isFinite ? [$0[keyPath: path]] : nil }
    }
    let efficiency = rows(\.efficiency)
    let acceptance = rows(\.acceptance)
    let inMeV = scan.observable.unit == "GeV"
    let resolution = axis.rows {
      $0.resolution.isFinite ? [$0.resolution * (inMeV ? 1000 : 1)] : nil
    }
    guard !(efficiency + acceptance + resolution).compactMap({ $0 }).isEmpty else { return nil }
    var script = GnuplotText()
    var plots: [(plot: String, title: String)] = []
    func add(_ block: String, _ rows: [[Double]?], _ style: String, _ title: String) {
      guard !rows.isEmpty else { return }
      script.block(block, rows)
      plots.append(("$\(block) using 1:2 with lines \(style)", title))
    }
    add("efficiency", efficiency, "linewidth 2.2 linecolor rgb '\(FigureColour.fit)'", "Efficiency")
    add(
      "acceptance", acceptance,
      "linewidth 1.8 dashtype '--' linecolor rgb '\(FigureColour.background)'",
      "Signal inside the window")
    var frame = FigureFrame(width: 960, height: 520)
    frame.legend = plots.map(\.title).filter { !$0.isEmpty }
    let hasUpper = !plots.isEmpty
    let hasLower = !resolution.isEmpty
    let mass = GnuplotText.quoted(scan.mass.axisTitle)
    script.add(frame.heading(results.title, origin(results, scan: index)))
    script.add(frame.key)
    script.add(axis.range)
    script.add("set mxtics 5\nset mytics 2")
    if hasUpper && hasLower { script.add("set multiplot") }
    if hasUpper {
      script.add(frame.margins(low: hasLower ? 0.47 : 0))
      script.add(hasLower ? "set format x ''" : "set xlabel \(mass)")
      script.add("set yrange [0:1.08]\nset ytics 0.2")
      script.add(frame.verticalTitle("Fraction", low: hasLower ? 0.47 : 0))
      script.add(plotCommand(plots))
    }
    if hasLower {
      script.block("resolution", resolution)
      if hasUpper {
        script.add("unset key\nunset label 901\nunset label 902\nset format x")
      }
      script.add(frame.margins(high: hasUpper ? 0.4 : 1))
      script.add("set autoscale y\nset yrange [0:*]\nset ytics auto\nset xlabel \(mass)")
      let unit = inMeV ? "MeV" : scan.observable.unit
      let title = unit.isEmpty ? "Resolution" : "Resolution [\(unit)]"
      script.add(frame.verticalTitle(title, high: hasUpper ? 0.4 : 1))
      script.add(
        plotCommand([
          (
            "$resolution using 1:2 with lines linewidth 2.2 linecolor rgb '\(FigureColour.ink)'", ""
          )
        ]))
      if hasUpper { script.add("unset multiplot") }
    }
    return Figure(
      name: name("signal", of: index, in: results), subject: .signal(index),
      caption: "Selection efficiency, fraction of the signal inside its window, and resolution of "
        + "the observable for each hypothesis.", frame: (frame.width, frame.height),
      body: script.text)
  }
}
