extension Figure {
  /// Draws the whole spectrum: simulation stacked, data as points, vetoed ranges hatched.
  static func spectrum(_ results: SearchResults, _ index: Int) -> Figure? {
    let spectrum = readable(results.spectra[index])
    let channels = results.spectra.map { $0.channel ?? "" }
    guard let first = spectrum.edges.first,
      let last = spectrum.edges.last, spectrum.edges.count >= 2, last > first
    else { return nil }
    let bins = spectrum.edges.count - 1
    let layers = spectrum.layers.filter { $0.sums.count == bins && $0.variances.count == bins }
    let data = layers.filter { $0.role == .data }
    let backgrounds = layers.filter { $0.role == .background }
    let signals = layers.filter { $0.role == .signal }
    func total(_ layers: [Spectrum.Layer], _ path: KeyPath<Spectrum.Layer, [Double]>) -> [Double] {
      layers.reduce(into: [Double](repeating: 0, count: bins)) { sums, layer in
        for bin in 0..<bins { sums[bin] += layer[keyPath: path][bin] }
      }
    }
    let dataSums = total(data, \.sums)
    let dataVariances = total(data, \.variances)
    let simulation = total(backgrounds, \.sums)
    let simulationVariances = total(backgrounds, \.variances)
    let positive = (dataSums + simulation + signals.flatMap(\.sums)).filter { $0 > 0 }
    guard let most = positive.max(), let least = positive.min() else { return nil }
    let unweighted = dataSums == dataVariances
    let low = max(min(unweighted && !data.isEmpty ? 0.5 : least * 0.5, most / 10), most / 1e8)
    let vertical = LogAxis(low: low, high: most * 2.5)

    var script = GnuplotText()
    var plots: [(plot: String, title: String)] = []
    var stacked = simulation
    for (index, layer) in backgrounds.enumerated() {
      script.block("stack\(index)", steps(stacked, edges: spectrum.edges, least: low))
      let colour = FigureColour.stack[index % FigureColour.stack.count]
      plots.append(
        (
          "$stack\(index) using 1:2 with filledcurves y1=ymin linecolor rgb '\(colour)'",
          layer.sample
        ))
      plots.append(
        (
          "$stack\(index) using 1:2 with lines linewidth 0.6 linecolor rgb '\(FigureColour.ink)'",
          ""
        ))
      for bin in 0..<bins { stacked[bin] -= layer.sums[bin] }
    }
    for (index, layer) in signals.enumerated() {
      script.block(
        "signal\(index)", steps(layer.sums, edges: spectrum.edges, least: low, broken: true))
      let colour = FigureColour.lines[index % FigureColour.lines.count]
      let dash = FigureColour.dashes[index % FigureColour.dashes.count]
      plots.append(
        (
          "$signal\(index) using 1:2 with lines linewidth 1.8 dashtype \(dash) "
            + "linecolor rgb '\(colour)'", layer.sample
        ))
    }
    if !data.isEmpty {
      let title = data.map(\.sample).joined(separator: " + ")
      if bins > 400 {
        script.block("data", steps(dataSums, edges: spectrum.edges, least: low))
        plots.append(
          ("$data using 1:2 with lines linewidth 1.1 linecolor rgb '\(FigureColour.ink)'", title))
      } else {
        script.block("data", points(dataSums, dataVariances, edges: spectrum.edges, least: low))
        plots += pointPlots("data", bins > 160 ? 0.35 : 0.5, title)
      }
    }
    let excluded = spectrum.excluded.filter { $0.high > first && $0.low < last }
    if !excluded.isEmpty {
      plots.append(
        (
          "NaN with boxes fillcolor rgb '\(FigureColour.hatch)' fillstyle pattern 4 noborder",
          "Vetoed"
        ))
    }
    let hasRatio = !data.isEmpty && !backgrounds.isEmpty
    var frame = FigureFrame(width: 960, height: hasRatio ? 690 : 560)
    frame.legend = plots.map(\.title).filter { !$0.isEmpty }
    let observable = GnuplotText.quoted(spectrum.observable.axisTitle)
    script.add("ymin = \(GnuplotText.number(low)) * 1.0")
    script.add(frame.heading(results.title, origin(results)))
    script.add(frame.key)
    script.add("set xrange [\(GnuplotText.number(first)):\(GnuplotText.number(last))]")
    script.add("set mxtics 5")
    script.add(shading(excluded, first, last))
    if hasRatio { script.add("set multiplot\nset format x ''") }
    script.add(frame.margins(low: hasRatio ? RatioPanel.upper : 0))
    script.add(vertical.commands("y"))
    let unit = binText(spectrum.edges, spectrum.observable.unit)
    script.add(frame.verticalTitle("Candidates / " + unit, low: hasRatio ? RatioPanel.upper : 0))
    if !hasRatio { script.add("set xlabel \(observable)") }
    script.add(plotCommand(plots))
    if hasRatio {
      RatioPanel(
        edges: spectrum.edges, data: (dataSums, dataVariances),
        simulation: (simulation, simulationVariances)
      ).add(to: &script, frame: frame, horizontal: observable)
      script.add("unset multiplot")
    }
    return Figure(
      name: "spectrum" + (spectrum.channel.map { _ in "-" + ending(channels, index) } ?? ""),
      subject: .spectrum,
      caption: "All selected candidates" + (spectrum.channel.map { " of \($0)" } ?? "")
        + (hasRatio
          ? "; simulation is scaled to the data's luminosity, its statistical uncertainty is the "
            + "band around 1 in the lower panel." : ".")
        + (excluded.isEmpty ? "" : " Hatched ranges are vetoed."),
      frame: (frame.width, frame.height), body: script.text)
  }

  /// Merges neighbouring bins of one width until at most 200 are left, where their number divides.
  private static func readable(_ spectrum: Spectrum) -> Spectrum {
    let bins = spectrum.edges.count - 1
    guard bins > 200, binText(spectrum.edges, "") != "bin",
      let factor = (2...20).first(where: { bins % $0 == 0 && bins / $0 <= 200 })
    else { return spectrum }
    func merged(_ values: [Double]) -> [Double] {
      stride(from: 0, to: values.count, by: factor).map { start in
        values[start..<min(start + factor, values.count)].reduce(0, +)
      }
    }
    var result = spectrum
    result.edges = stride(from: 0, through: bins, by: factor).map { spectrum.edges[$0] }
    for index in result.layers.indices {
      result.layers[index].sums = merged(spectrum.layers[index].sums)
      result.layers[index].variances = merged(spectrum.layers[index].variances)
    }
    return result
  }

  /// Hatched rectangles over excluded ranges, cut to the axis.
  static func shading(
    _ excluded: [NamedRange], _ low: Double, _ high: Double, top: Double = 1
  ) -> String {
    excluded.enumerated().map { index, range in
      "set object \(index + 1) rectangle from \(GnuplotText.number(max(low, range.low))), graph 0 "
        + "to \(GnuplotText.number(min(high, range.high))), graph \(FigureFrame.screen(top)) "
        + "fillcolor rgb '\(FigureColour.hatch)' fillstyle pattern 4 noborder behind"
    }.joined(separator: "\n")
  }

  /// A bin's width with its unit, in MeV where that reads better than GeV.
  static func binText(_ edges: [Double], _ unit: String) -> String {
    guard edges.count >= 2 else { return "bin" }
    let width = (edges[edges.count - 1] - edges[0]) / Double(edges.count - 1)
    let isUniform = zip(edges, edges.dropFirst()).allSatisfy { pair in
      abs(pair.1 - pair.0 - width) < 1e-6 * width
    }
    guard isUniform else { return "bin" }
    if unit == "GeV" && width < 0.1 { return NumberText.short(width * 1000, 3) + " MeV" }
    return unit.isEmpty ? NumberText.short(width, 3) : NumberText.short(width, 3) + " " + unit
  }

  /// Rows (middle, value, low, high) of data with their errors.
  ///
  /// Unweighted counts carry central 68 % Poisson intervals in the approximation of N. Gehrels,
  /// Astrophys. J. 303 (1986) 336, eqs. (9) and (14) for one standard deviation, good to 2 %;
  /// weighted sums carry ±√Σw².
  static func points(
    _ sums: [Double], _ variances: [Double], edges: [Double], least: Double
  ) -> [[Double]?] {
    sums.indices.map { bin in
      let value = sums[bin]
      guard value > least else { return nil }
      let middle = 0.5 * (edges[bin] + edges[bin + 1])
      let interval = interval(value, variances[bin])
      return [middle, value, max(interval.low, least), interval.high]
    }
  }

  /// Central interval of one standard deviation around a sum of weights.
  package static func interval(_ value: Double, _ variance: Double) -> (low: Double, high: Double) {
    guard value == variance, value >= 0 else {
      let error = max(0, variance).squareRoot()
      return (value - error, value + error)
    }
    let up = value + 1
    let high = 1 - 1 / (9 * up) + 1 / (3 * up.squareRoot())
    guard value > 0 else { return (0, up * high * high * high) }
    let low = 1 - 1 / (9 * value) - 1 / (3 * value.squareRoot())
    return (max(0, value * low * low * low), up * high * high * high)
  }

  /// Points with error bars from rows (x, y, low, high).
  static func pointPlots(
    _ block: String, _ size: Double, _ title: String
  ) -> [(plot: String, title: String)] {
    let ink = "linecolor rgb '\(FigureColour.ink)'"
    return [
      ("$\(block) using 1:3:(0):($4-$3) with vectors nohead linewidth 1 \(ink)", ""),
      ("$\(block) using 1:2 with points pointtype 7 pointsize \(size) \(ink)", title),
    ]
  }
}
