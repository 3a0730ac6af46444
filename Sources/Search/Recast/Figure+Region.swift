extension Figure {
  /// Draws an excluded region over mass and parameter, both logarithmic, as islands of each mass.
  package static func region(
    _ region: ExcludedRegion, title: String, level: Double, name: String, origin: String = ""
  ) -> Figure? {
    let points = region.points
    guard let horizontal = LogAxis(points.map(\.mass), below: 1.05, above: 1.05) else { return nil }
    let vertical = LogAxis(low: region.range.lowerBound, high: region.range.upperBound)
    var script = GnuplotText()
    var plots: [(plot: String, title: String)] = []
    let shapes = RegionShapes(points)
    if !shapes.areas.isEmpty {
      script.block("region", shapes.areas)
      plots.append(
        (
          "$region using 1:2:3 with filledcurves linecolor rgb '\(FigureColour.narrowBand)'",
          "Excluded at \(NumberText.short(level * 100, 4)) % CL"
        ))
    }
    if !shapes.openEdges.isEmpty {
      script.block("open", shapes.openEdges)
      plots.append(
        (
          "$open using 1:2 with lines linewidth 2 dashtype '.' linecolor rgb "
            + "'\(FigureColour.ink)'", "End of the scan or of known limits"
        ))
    }
    let expected = RegionShapes.outlines(points)
    if !expected.isEmpty {
      script.block("expected", expected)
      plots.append(
        (
          "$expected using 1:2 with lines linewidth 1.4 dashtype '--' linecolor rgb "
            + "'\(FigureColour.fit)'", "Expected without a signal"
        ))
    }
    for (number, overlay) in region.overlays.enumerated() {
      let colour = FigureColour.lines[number % FigureColour.lines.count]
      let dash = FigureColour.dashes[number % FigureColour.dashes.count]
      script.block("overlay\(number)", zip(overlay.masses, overlay.values).map { [$0, $1] })
      plots.append(
        (
          "$overlay\(number) using 1:2 with lines linewidth 2 dashtype \(dash) linecolor rgb "
            + "'\(colour)'", overlay.label
        ))
    }
    if plots.isEmpty { plots = [("NaN", "Nothing is excluded")] }
    var frame = FigureFrame(width: 960, height: 600)
    frame.legend = plots.map(\.title)
    script.add(frame.margins())
    script.add(frame.key)
    let right = [region.model, origin].filter { !$0.isEmpty }
    script.add(frame.heading(title, right.joined(separator: ", ")))
    script.add(horizontal.commands("x"))
    script.add(vertical.commands("y"))
    script.add("set xlabel \(GnuplotText.quoted(region.horizontal.axisTitle))")
    script.add(frame.verticalTitle(region.label))
    script.add(plotCommand(plots))
    let tables = region.tables.joined(separator: ", ")
    return Figure(
      name: name, subject: .region(region.name),
      caption:
        "Values of \(region.label) excluded at \(NumberText.short(level * 100, 4)) % confidence "
        + "level for the model \(region.model), by \(tables)."
        + (region.isBand
          ? " Above the region the boson decays before it can be seen: it is no bound." : ""),
      frame: (frame.width, frame.height), body: script.text)
  }
}

/// Islands of neighbouring masses joined to areas.
private struct RegionShapes {
  /// Both edges of intervals that are expected to be excluded; a blank row ends a line.
  static func outlines(_ points: [ExcludedRegion.Point]) -> [[Double]?] {
    let bare = points.map { point in
      ExcludedRegion.Point(
        mass: point.mass, isKnown: point.isKnown,
        islands: point.expected.map { .init(interval: $0, table: "") })
    }
    let areas = RegionShapes(bare).areas
    var rows: [[Double]?] = []
    for run in areas.split(separator: nil, omittingEmptySubsequences: true) {
      let edges = run.compactMap { $0 }
      guard let first = edges.first else { continue }
      // Around the area: along the lower edges, back along the upper ones.
      rows += edges.map { [$0[0], $0[1]] } + edges.reversed().map { [$0[0], $0[2]] }
      rows += [[first[0], first[1]], nil]
    }
    return rows
  }

  /// Mass, low, high; a blank row ends an area.
  var areas: [[Double]?] = []
  /// Mass and value of edges that are no crossing of rate and limit; a blank row ends a line.
  var openEdges: [[Double]?] = []

  init(_ points: [ExcludedRegion.Point]) {
    // A mass stands for the range half-way to its neighbours, in which the nearest limit counts.
    func edge(_ place: Int, _ other: Int) -> Double {
      points.indices.contains(other)
        ? 0.5 * (points[place].mass + points[other].mass) : points[place].mass
    }
    let most = points.map(\.islands.count).max() ?? 0
    for number in 0..<most {
      var last: ExcludedInterval?
      for place in points.indices {
        let islands = points[place].islands
        let now = number < islands.count ? islands[number].interval : nil
        let isJoined =
          if let last, let now { now.low <= last.high && last.low <= now.high } else { false }
        if let last, !isJoined {
          areas += [[edge(place - 1, place), last.low, last.high], nil]
          openEdges.append(nil)
        }
        if let now {
          if !isJoined { areas.append([edge(place, place - 1), now.low, now.high]) }
          areas.append([points[place].mass, now.low, now.high])
          openEdges.append(
            now.highEdge == .crossing ? nil : [points[place].mass, now.high])
        }
        last = now
      }
      if let last {
        areas += [[points[points.count - 1].mass, last.low, last.high], nil]
        openEdges.append(nil)
      }
    }
    if !openEdges.contains(where: { $0 != nil }) { openEdges = [] }
  }
}
