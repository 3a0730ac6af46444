extension Figure {
  /// Most masses of a map, and most curves of efficiencies.
  private static let (mostColumns, mostMasses) = (160, 5)

  /// Draws observed limits over mass and lifetime as colours, a figure for each slice.
  static func lifetimeMaps(_ results: SearchResults, _ index: Int) -> [Figure] {
    let scan = results.scans[index]
    guard let lifetimes = scan.lifetimes, let settings = scan.limit else { return [] }
    let level = NumberText.short(settings.level * 100, 4)
    return lifetimes.slices.compactMap { slice in
      map(
        results, index, slice, name: "lifetime-map", subject: .lifetimeMap(index),
        caption:
          "Observed upper limits on \(lifetimes.quantity.label) at \(level) % confidence level "
          + "over mass and lifetime (\(settings.method))"
      ) { $0.limitFactor * $1.observedLimit }
    }
  }

  /// Draws efficiencies over mass and lifetime as colours, a figure for each slice, where several
  /// particles have lifetimes.
  static func efficiencyMaps(_ results: SearchResults, _ index: Int) -> [Figure] {
    guard let lifetimes = results.scans[index].lifetimes, lifetimes.grid.lifetimes.count > 1 else {
      return []
    }
    return lifetimes.slices.compactMap { slice in
      map(
        results, index, slice, name: "efficiency-map", subject: .lifetimeEfficiency(index),
        caption:
          "Selection efficiencies over mass and lifetime, where enough effective events are left"
      ) { value, _ in value.status == .fewEvents ? .nan : value.efficiency }
    }
  }

  /// Draws a value over mass and the first lifetime as colours.
  private static func map(
    _ results: SearchResults, _ index: Int, _ slice: LifetimeResults.Slice, name: String,
    subject: Subject, caption: String, value: (LifetimeResults.Value, ScanPoint) -> Double
  ) -> Figure? {
    let scan = results.scans[index]
    guard let lifetimes = scan.lifetimes, let axis = ScanAxis(scan.points),
      let centimetres = lifetimes.grid.lifetimes.first?.values, centimetres.count > 1
    else { return nil }
    let edges = Self.edges(centimetres)
    let count = scan.points.count
    let columns = min(count, mostColumns)
    var rows: [[Double]?] = []
    for column in 0..<columns {
      // A column stands for its middle mass.
      let run = (column * count / columns)..<((column + 1) * count / columns)
      let middle = (run.lowerBound + run.upperBound) / 2
      let (low, high) = (axis.edge(before: run.lowerBound), axis.edge(before: run.upperBound))
      for (place, combination) in slice.places.enumerated() {
        let found = value(lifetimes.values[middle][combination], scan.points[middle])
        guard found.isFinite, found > 0 else { continue }
        rows.append([
          0.5 * (low + high), centimetres[place], low, high, edges[place], edges[place + 1], found,
        ])
      }
    }
    let found = rows.compactMap { $0?[6] }
    guard let vertical = LogAxis(edges, below: 1, above: 1), let least = found.min(),
      let most = found.max(), most > least
    else { return nil }
    var script = GnuplotText()
    script.block("map", rows)
    script.add("set logscale cb")
    // The best limits are what is looked at; what is 10⁴ times as high is all one colour.
    let isEfficiency = subject == .lifetimeEfficiency(index)
    let lowest = isEfficiency ? max(least, 1e-4 * most) : least
    let highest = isEfficiency ? most : min(most, 1e4 * least)
    script.add("set cbrange [\(GnuplotText.number(lowest)):\(GnuplotText.number(highest))]")
    script.add("set format cb '10^{%T}'")
    // Light to dark: readable in greyscale.
    script.add(
      "set palette defined (0 '#fdf3d8', 0.35 '#e3b566', 0.7 '#b0592c', 1 '#3d1029')")
    return finish(
      results, index, axis, script,
      [
        (
          "$map using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid 1 noborder linecolor palette",
          ""
        )
      ], name: Self.name(name, of: index, in: results) + slice.ending, subject: subject,
      vertical: vertical, title: "\(lifetimes.symbol) [cm]",
      caption: caption + (slice.title.isEmpty ? "" : ", \(slice.title)")
        + "; no colour: \(isEfficiency ? "too few events" : "no limit").", right: 120,
      note: slice.title)
  }

  /// Draws efficiencies against the lifetime for some masses.
  static func lifetimeEfficiency(_ results: SearchResults, _ index: Int) -> Figure? {
    let scan = results.scans[index]
    guard let lifetimes = scan.lifetimes, scan.points.count > 1,
      lifetimes.grid.lifetimes.count == 1,
      let centimetres = lifetimes.grid.lifetimes.first?.values,
      let horizontal = LogAxis(centimetres)
    else { return nil }
    var script = GnuplotText()
    var plots: [(plot: String, title: String)] = []
    var all: [Double] = []
    for number in 0..<mostMasses {
      let point = number * (scan.points.count - 1) / (mostMasses - 1)
      let rows = zip(centimetres, lifetimes.values[point]).compactMap {
        lifetime, value -> [Double]? in
        guard value.status != .fewEvents, value.efficiency > 0 else { return nil }
        return [
          lifetime, value.efficiency, max(value.efficiency - value.efficiencyError, 1e-9),
          value.efficiency + value.efficiencyError,
        ]
      }
      guard !rows.isEmpty else { continue }
      all += rows.map { $0[1] }
      script.block("mass\(number)", rows)
      let colour = number == 0 ? FigureColour.ink : FigureColour.lines[number - 1]
      plots.append(
        (
          "$mass\(number) using 1:2:3:4 with yerrorlines linewidth 1.4 pointtype 7 pointsize 0.4 "
            + "linecolor rgb '\(colour)'",
          "\(NumberText.short(scan.points[point].mass)) GeV"
        ))
    }
    guard let vertical = LogAxis(all) else { return nil }
    var frame = FigureFrame(width: 960, height: 480)
    frame.legend = plots.map(\.title)
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results, scan: index)))
    script.add(horizontal.commands("x"))
    script.add(vertical.commands("y"))
    script.add("set xlabel 'cτ [cm]'")
    script.add(frame.verticalTitle("Efficiency"))
    script.add(plotCommand(plots))
    return Figure(
      name: name("lifetime-efficiency", of: index, in: results),
      subject: .lifetimeEfficiency(index),
      caption: "Selection efficiencies against the lifetime at some masses, with their errors from "
        + "simulation, where enough effective events are left.",
      frame: (frame.width, frame.height), body: script.text)
  }

  /// Edges between values, half-way in the logarithm, and as far beyond the ends.
  private static func edges(_ values: [Double]) -> [Double] {
    let inner = zip(values, values.dropFirst()).map { ($0 * $1).squareRoot() }
    guard let first = inner.first, let last = inner.last else { return [] }
    let (low, high) = (values[0], values[values.count - 1])
    return [low * low / first] + inner + [high * high / last]
  }
}
