import Inference
import NumericalMethods

extension Figure {
  /// One line or area of a panel.
  private struct Curve {
    /// What is drawn (`$toys using 1:2`).
    var data: String
    /// How (`with lines …`).
    var style: String
    /// Words in the legend; empty for none.
    var title = ""

    var plot: (plot: String, title: String) { ("\(data) \(style)", title) }
  }

  /// Draws the largest significance of toys with that of the data, and below the probability to
  /// reach a significance anywhere: toys, bound and local p-value.
  static func lookElsewhere(_ results: SearchResults, _ index: Int) -> Figure? {
    guard let found = results.scans[index].lookElsewhere, !found.largest.isNaN,
      found.bound != nil || found.exceeding != nil
    else { return nil }
    let values = found.toys.map(\.largest).filter(\.isFinite).sorted()
    let high = found.thresholds.last ?? 5
    let low = max(0, ((min(values.first ?? high, found.largest, 2) - 0.2) * 5).rounded(.down) / 5)
    let hasToys = !values.isEmpty
    let height = hasToys ? (split: 0.5, gap: 0.035) : (split: 1, gap: 0)
    var frame = FigureFrame(width: 640, height: hasToys ? 700 : 440)
    var script = GnuplotText()
    let least = leastProbability(found, toys: values.count)
    let lower = survival(found, least: least, sorted: values, script: &script)
    let histogram = histogram(values, low: low, high: high, script: &script)
    let line = "linewidth 2 linecolor rgb '\(FigureColour.background)'"
    let data = Curve(
      data: "NaN", style: "with lines \(line)",
      title: "Data, \(NumberText.fixed(found.largest, 2))σ")
    // All titles stand in the legend of the first panel.
    let legend = lower.filter { !$0.title.isEmpty } + [data]
    frame.legend = ((hasToys ? histogram.curves : []) + legend).map(\.title).filter { !$0.isEmpty }
    script.add(frame.heading(results.title, origin(results, scan: index)))
    script.add(frame.key)
    script.add("set xrange [\(GnuplotText.number(low)):\(GnuplotText.number(high))]")
    script.add("set mxtics 5")
    script.add(
      "set arrow 1 from first \(GnuplotText.number(found.largest)), graph 0 to first "
        + "\(GnuplotText.number(found.largest)), graph 1 nohead \(line) front")
    if hasToys {
      script.add("set multiplot\nset format x ''")
      script.add(frame.margins(low: height.split))
      script.add("set yrange [0:\(GnuplotText.number(1.15 * max(histogram.most, 1)))]")
      script.add(
        frame.verticalTitle("Toys / \(NumberText.short(histogram.width, 2))σ", low: height.split))
      let titles = legend.map { Curve(data: "NaN", style: $0.style, title: $0.title) }
      script.add(plotCommand((histogram.curves + titles).map(\.plot)))
      script.add("unset key\nunset label\nset format x")
    }
    script.add(frame.margins(high: height.split - height.gap))
    script.add(LogAxis(low: least, high: 1.6).commands("y"))
    script.add(frame.verticalTitle("Probability", high: height.split - height.gap, number: 904))
    script.add("set xlabel 'Largest local significance in the scan [σ]'")
    script.add(
      plotCommand(
        hasToys ? lower.map { ("\($0.data) \($0.style)", "") } : (lower + [data]).map(\.plot)))
    if hasToys { script.add("unset multiplot") }
    return Figure(
      name: name("look-elsewhere", of: index, in: results), subject: .lookElsewhere(index),
      caption: caption(found), frame: (frame.width, frame.height), body: script.text)
  }

  private static func caption(_ found: LookElsewhereResults) -> String {
    let bound = found.bound == nil ? "" : "the Gross–Vitells bound with its error, and "
    guard let toys = found.exceeding else {
      return "Probability that background alone reaches a local significance anywhere in the scan: "
        + "\(bound)the local p-value, which holds for one hypothesis."
    }
    return "Above, the largest local significance of \(NumberText.count(Int64(toys.trials))) scans "
      + "of background-only pseudo-data; below, the probability to reach a significance anywhere: "
      + "toys with their 68 % interval, \(bound)the local p-value, which holds for one hypothesis."
  }

  /// Where the axis of probabilities starts.
  private static func leastProbability(_ found: LookElsewhereResults, toys: Int) -> Double {
    let bound = found.bound?.pValue(at: found.largest).value ?? 1
    let resolved = toys > 0 ? 1 / Double(toys) : 1e-3
    return max(1e-12, min(bound, resolved, 0.01) / 4)
  }

  /// The curves of the lower panel.
  private static func survival(
    _ found: LookElsewhereResults, least: Double, sorted: [Double], script: inout GnuplotText
  ) -> [Curve] {
    var curves: [Curve] = []
    let thresholds = found.thresholds
    func area(_ name: String, _ colour: String) -> Curve {
      Curve(
        data: "$\(name) using 1:3:4", style: "with filledcurves linecolor rgb '\(colour)'")
    }
    if let bound = found.bound {
      script.block(
        "bound",
        thresholds.map { z in
          let p = bound.pValue(at: z)
          guard p.value >= least else { return nil }
          return [z, p.value, max(p.value - p.error, least), min(p.value + p.error, 1)]
        })
      curves.append(area("bound", FigureColour.stack[1]))
      curves.append(
        Curve(
          data: "$bound using 1:2",
          style: "with lines linewidth 1.8 dashtype '--' linecolor rgb '\(FigureColour.ink)'",
          title: "Gross–Vitells bound"))
    }
    if !sorted.isEmpty {
      script.block(
        "interval",
        thresholds.map { z in
          guard let part = found.exceeding(z), part.successes > 0 else { return nil }
          let interval = part.interval()
          return [z, part.value, max(interval.lowerBound, least), interval.upperBound]
        })
      let count = Double(sorted.count)
      script.block(
        "survival",
        sorted.enumerated().flatMap { index, value -> [[Double]?] in
          let left = count - Double(index)
          return [[value, left / count], [value, max((left - 1) / count, least)]]
        })
      curves.insert(area("interval", FigureColour.narrowBand), at: 0)
      curves.append(
        Curve(
          data: "$survival using 1:2",
          style: "with lines linewidth 1.6 linecolor rgb '\(FigureColour.fit)'",
          title: "Toys, with 68 % interval"))
    }
    script.block(
      "local",
      thresholds.map { z in
        let p = NormalDistribution.upperTail(z)
        return p < least ? nil : [z, p]
      })
    curves.append(
      Curve(
        data: "$local using 1:2",
        style: "with lines linewidth 1.2 dashtype '- ' linecolor rgb '\(FigureColour.grid)'",
        title: "Local p-value"))
    return curves
  }

  /// The distribution of the toys' largest significances.
  private static func histogram(
    _ values: [Double], low: Double, high: Double, script: inout GnuplotText
  ) -> (curves: [Curve], most: Double, width: Double) {
    let width = values.count >= 500 ? 0.1 : 0.2
    var counts = [Double](repeating: 0, count: max(1, Int(((high - low) / width).rounded(.up))))
    for value in values {
      let bin = Int((value - low) / width)
      if value >= low, counts.indices.contains(bin) { counts[bin] += 1 }
    }
    script.block("toys", steps(counts, from: low, width: width))
    let curves = [
      Curve(
        data: "$toys using 1:2",
        style: "with filledcurves y1=0 linecolor rgb '\(FigureColour.wideBand)'"),
      Curve(
        data: "$toys using 1:2",
        style: "with lines linewidth 1.2 linecolor rgb '\(FigureColour.fit)'",
        title: "Toys of background alone"),
    ]
    return (curves, counts.max() ?? 0, width)
  }
}
