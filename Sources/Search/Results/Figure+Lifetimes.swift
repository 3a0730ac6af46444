extension Figure {
  /// Lifetimes that are drawn at most.
  private static let mostLifetimes = 5

  /// Draws observed limits over the mass for some of the tested lifetimes, a figure for each slice.
  static func lifetimes(_ results: SearchResults, _ index: Int) -> [Figure] {
    let scan = results.scans[index]
    guard let lifetimes = scan.lifetimes, let settings = scan.limit,
      let axis = ScanAxis(scan.points)
    else { return [] }
    return lifetimes.slices.compactMap { slice -> Figure? in
      let count = slice.places.count
      let shown = (0..<min(count, mostLifetimes)).map { number in
        count <= mostLifetimes ? number : number * (count - 1) / (mostLifetimes - 1)
      }
      var script = GnuplotText()
      var plots: [(plot: String, title: String)] = []
      var all: [Double] = []
      for (number, place) in shown.enumerated() {
        let limits = zip(scan.points, lifetimes.values).map { point, own in
          (point.mass, own[slice.places[place]].limitFactor * point.observedLimit)
        }
        let known = Dictionary(limits) { first, _ in first }
        let rows = axis.rows { point in
          known[point.mass].flatMap { $0.isFinite && $0 > 0 ? [$0] : nil }
        }
        all += rows.compactMap { $0 }.flatMap { $0.dropFirst() }
        guard rows.contains(where: { $0 != nil }) else { continue }
        script.block("lifetime\(number)", rows)
        let colour = number == 0 ? FigureColour.ink : FigureColour.lines[number - 1]
        let lifetime = lifetimes.grid.lifetimes[0].values[place]
        plots.append(
          (
            "$lifetime\(number) using 1:2 with lines linewidth 1.4 linecolor rgb '\(colour)'",
            "\(lifetimes.symbol) = \(NumberText.short(lifetime)) cm"
          ))
      }
      guard let vertical = LogAxis(all) else { return nil }
      let level = NumberText.short(settings.level * 100, 4)
      return finish(
        results, index, axis, script, plots,
        name: name("lifetimes", of: index, in: results) + slice.ending,
        subject: .lifetimes(index), vertical: vertical,
        title:
          "Upper limit on \(GnuplotText.cut(lifetimes.quantity.label, to: 28)) at \(level) % CL",
        caption:
          "Observed upper limits on \(lifetimes.quantity.label) at \(level) % confidence level for "
          + "some of \(lifetimes.countText)\(slice.title.isEmpty ? "" : ", \(slice.title)") "
          + "(\(settings.method)). One \(scan.isCounted ? "count" : "fit") a mass; the efficiency follows the "
          + "lifetime. There is no limit where few simulated events are left.",
        note: slice.title)
    }
  }
}
