/// What the figures over the mass axis share.
package struct ScanAxis {
  let low: Double
  let high: Double
  let points: [ScanPoint]
  /// Hypotheses that are shaded under a title of their own.
  var flagged: Flagged?

  /// Masses with what is to be said of them.
  struct Flagged {
    var title: String
    var masses: Set<Double>
  }

  package init?(_ points: [ScanPoint]) {
    guard let first = points.first, let last = points.last else { return nil }
    self.points = points
    let span = last.mass - first.mass
    let pad =
      span > 0
      ? 0.01 * span : max(0.05 * abs(first.mass), first.resolution.isFinite ? first.resolution : 0)
    low = first.mass - max(pad, 1e-9)
    high = last.mass + max(pad, 1e-9)
  }

  var range: String { "set xrange [\(GnuplotText.number(low)):\(GnuplotText.number(high))]" }

  /// Edge between a hypothesis and the one before it.
  func edge(before index: Int) -> Double {
    if index <= 0 { return low }
    if index >= points.count { return high }
    return 0.5 * (points[index - 1].mass + points[index].mass)
  }

  /// Runs of hypotheses for which something holds.
  func runs(_ holds: (ScanPoint) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for index in points.indices {
      if holds(points[index]) {
        if start == nil { start = index }
      } else if let first = start {
        runs.append(first..<index)
        start = nil
      }
    }
    if let first = start { runs.append(first..<points.count) }
    return runs
  }

  /// Rows (mass, values…) with a blank row between runs; a lone hypothesis gets its bin's width.
  package func rows(_ values: (ScanPoint) -> [Double]?) -> [[Double]?] {
    var rows: [[Double]?] = []
    for run in runs({ values($0) != nil }) {
      if run.count == 1, let value = values(points[run.lowerBound]) {
        let mass = points[run.lowerBound].mass
        let half = min(
          mass - edge(before: run.lowerBound), edge(before: run.upperBound) - mass,
          0.01 * (high - low))
        rows.append([mass - half] + value)
        rows.append([mass + half] + value)
      } else {
        for index in run {
          if let value = values(points[index]) { rows.append([points[index].mass] + value) }
        }
      }
      rows.append(nil)
    }
    return rows
  }

  /// Rectangles over skipped hypotheses: vetoes hatched, all others plain.
  func shading() -> (commands: String, legend: [(plot: String, title: String)]) {
    var commands: [String] = []
    var legend: [(plot: String, title: String)] = []
    var number = 1
    func shade(_ title: String, _ fill: String, _ colour: String, _ holds: (ScanPoint) -> Bool) {
      let runs = runs(holds)
      for run in runs {
        let from = GnuplotText.number(edge(before: run.lowerBound))
        let to = GnuplotText.number(edge(before: run.upperBound))
        commands.append(
          "set object \(number) rectangle from \(from), graph 0 to \(to), graph 1 "
            + "fillcolor rgb '\(colour)' fillstyle \(fill) noborder behind")
        number += 1
      }
      guard !runs.isEmpty else { return }
      legend.append(
        ("NaN with boxes fillcolor rgb '\(colour)' fillstyle \(fill) noborder", title))
    }
    if let flagged {
      shade(flagged.title, "solid 1", FigureColour.flagged) { flagged.masses.contains($0.mass) }
    }
    shade("Vetoed", "pattern 4", FigureColour.hatch) { $0.status == .skippedVeto }
    shade("Skipped", "solid 1", FigureColour.skipped) {
      $0.status.isSkipped && $0.status != .skippedVeto
    }
    return (commands.joined(separator: "\n"), legend)
  }

  /// Failed hypotheses: crosses on the lower axis.
  func failures() -> (rows: [[Double]?], exist: Bool) {
    let failed = points.filter { $0.status.isFailure }
    return (failed.map { [$0.mass] }, !failed.isEmpty)
  }

  /// Runs of hypotheses that lie beyond an axis, with the most significant one of each.
  func beyond(_ holds: (ScanPoint) -> Bool) -> Beyond {
    let runs = runs(holds)
    return Beyond(
      axis: self, runs: runs,
      peaks: runs.compactMap { run in
        points[run].max { abs($0.signedRoot) < abs($1.signedRoot) }
      })
  }

  struct Beyond {
    let axis: ScanAxis
    let runs: [Range<Int>]
    let peaks: [ScanPoint]

    /// Significances beside the marks, where there are few enough to read.
    func labels(atGraph y: Double, firstNumber: Int) -> [String] {
      guard runs.count <= 10 else { return [] }
      let span = axis.high - axis.low
      return zip(runs, peaks).enumerated().map { index, pair in
        let (run, peak) = pair
        let from = axis.edge(before: run.lowerBound)
        let to = axis.edge(before: run.upperBound)
        let root = abs(peak.signedRoot)
        let text =
          (peak.signedRoot < 0 ? "−" : "") + NumberText.fixed(root, root < 9.95 ? 1 : 0) + "σ"
        let place =
          run.count == 1
          ? "\(GnuplotText.number(peak.mass + 0.012 * span)), graph \(y > 0.5 ? 0.97 : 0.03) left"
          : to - from > 0.12 * span
            ? "\(GnuplotText.number(0.5 * (from + to))), graph \(y) center"
            : to > axis.high - 0.1 * span
              ? "\(GnuplotText.number(from - 0.006 * span)), graph \(y) right"
              : "\(GnuplotText.number(to + 0.006 * span)), graph \(y) left"
        return "set label \(firstNumber + index) '\(text)' at first \(place) front"
      }
    }
  }

  static let failureMark =
    "using 1:(ymark) with points pointtype 2 pointsize 1 linewidth 2 "
    + "linecolor rgb '\(FigureColour.background)'"
}
