extension Figure {
  /// Draws the scores of signal and background, each with unit area, and the cut.
  static func scores(_ results: SearchResults, _ index: Int) -> Figure? {
    let point = results.workingPoints[index], scores = point.choice.scores
    func shape(_ values: [Double]) -> [Double] {
      let sum = values.reduce(0, +)
      return sum > 0 ? values.map { $0 / sum } : values
    }
    let signal = shape(scores.signal), background = shape(scores.background)
    guard let first = scores.edges.first, let last = scores.edges.last,
      let log = LogAxis(signal + background, below: 2, above: 3)
    else { return nil }
    var script = GnuplotText()
    func rows(_ values: [Double]) -> [[Double]] {
      zip(scores.edges, scores.edges.dropFirst()).enumerated().flatMap { bin, edges in
        let y = max(values[bin], log.low)
        return [[edges.0, y], [edges.1, y]]
      }
    }
    script.block("background", rows(background))
    script.block("signal", rows(signal))
    script.add("floor = \(GnuplotText.number(log.low))")
    let plots: [(plot: String, title: String)] = [
      (
        "$background using 1:(floor):2 with filledcurves fillcolor rgb "
          + "'\(FigureColour.narrowBand)' fillstyle solid 1 noborder", "Background"
      ),
      (
        "$signal using 1:2 with lines linewidth 2 linecolor rgb '\(FigureColour.background)'",
        "Signal"
      ),
      (cutKey, cutTitle(point.choice)),
    ]
    var frame = FigureFrame(width: 960, height: 440)
    frame.legend = plots.map(\.title)
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results)))
    script.add(log.commands("y"))
    script.add("set xrange [\(GnuplotText.number(first)):\(GnuplotText.number(last))]")
    script.add("set format x '%g'\nset mxtics 5\nset xlabel \(scoreTitle("Score", point.name))")
    script.add(frame.verticalTitle("Part of the candidates per bin"))
    script.add(cutLines(point.choice))
    script.add(plotCommand(plots))
    return Figure(
      name: "scores-\(index + 1)", subject: .workingPoint(index),
      caption: "Score \(point.name) of the signal candidates in the windows and of the background "
        + "around them, each with unit area; the line marks the cut.",
      frame: (frame.width, frame.height), body: script.text)
  }

  /// Draws the figure of merit over the threshold, relative to its largest value.
  static func figureOfMerit(_ results: SearchResults, _ index: Int) -> Figure? {
    let point = results.workingPoints[index], curve = point.choice.curve
    guard let most = curve.figureOfMerit.max(), most > 0, let first = curve.thresholds.first,
      let last = curve.thresholds.last, first < last
    else { return nil }
    var script = GnuplotText()
    script.block("merit", zip(curve.thresholds, curve.figureOfMerit).map { [$0, $1 / most] })
    let plots: [(plot: String, title: String)] = [
      (
        "$merit using 1:2 with lines linewidth 2 linecolor rgb '\(FigureColour.fit)'",
        "Geometric mean over the masses"
      ),
      (cutKey, cutTitle(point.choice)),
    ]
    var frame = FigureFrame(width: 960, height: 400)
    frame.legend = plots.map(\.title)
    script.add(frame.margins())
    script.add(frame.key)
    script.add(frame.heading(results.title, origin(results)))
    script.add("set xrange [\(GnuplotText.number(first)):\(GnuplotText.number(last))]")
    script.add("set yrange [0:1.08]\nset mxtics 5\nset mytics 2")
    script.add("set format x '%g'\nset xlabel \(scoreTitle("Least score", point.name))")
    script.add(frame.verticalTitle("Figure of merit / largest"))
    script.add(cutLines(point.choice))
    script.add(plotCommand(plots))
    return Figure(
      name: "figure-of-merit-\(index + 1)", subject: .workingPoint(index),
      caption:
        "Punzi's figure of merit for the cut on \(point.name), relative to its largest value; "
        + "the line marks the cut.", frame: (frame.width, frame.height), body: script.text)
  }

  private static func scoreTitle(_ what: String, _ name: String) -> String {
    GnuplotText.quoted("\(what) \(GnuplotText.cut(name, to: 60))")
  }

  private static let cutKey =
    "NaN with lines linewidth 1.6 dashtype '--' linecolor rgb '\(FigureColour.ink)'"

  private static func cutTitle(_ point: WorkingPoint) -> String {
    Set(point.masses.map(\.threshold)).count > 1 ? "Cuts of the masses" : "Cut"
  }

  /// One line a cut, the same one once.
  private static func cutLines(_ point: WorkingPoint) -> String {
    Set(point.masses.map(\.threshold)).sorted().filter(\.isFinite).map { threshold in
      let x = GnuplotText.number(threshold)
      return "set arrow from first \(x), graph 0 to first \(x), graph 1 nohead linewidth 1.6 "
        + "dashtype '--' linecolor rgb '\(FigureColour.ink)' front"
    }.joined(separator: "\n")
  }
}
