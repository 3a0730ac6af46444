/// Upper tail probabilities of a unit Gaussian at whole numbers of standard deviations.
///
/// One-sided, 1 − Φ(n), as in arXiv:1007.1727 eq. (1); the values are erfc(n/√2)/2.
package enum SigmaLine {
  package static let tails: [(sigma: Int, pValue: Double)] = [
    (1, 1.586_552_539_314_570_5e-1), (2, 2.275_013_194_817_920_7e-2),
    (3, 1.349_898_031_630_094_5e-3), (4, 3.167_124_183_311_992_1e-5),
    (5, 2.866_515_718_791_939e-7), (6, 9.865_876_450_376_981e-10),
  ]
}

extension Figure {
  /// Smallest p-value the axis shows; a scan over a known peak would else squeeze everything else.
  static let smallestPValue = 1e-10

  /// Draws local p-values on a logarithmic axis with lines at whole standard deviations.
  static func pValues(_ results: SearchResults, _ index: Int) -> Figure? {
    let scan = results.scans[index]
    guard let axis = ScanAxis(scan.points) else { return nil }
    func value(_ point: ScanPoint) -> Double? {
      point.status.isValid && point.pValue >= 0 && point.pValue <= 1 ? point.pValue : nil
    }
    let values = scan.points.compactMap(value)
    guard let least = values.min() else { return nil }
    let isCut = least < smallestPValue / 2
    let low = isCut ? smallestPValue : min(least / 4, 2e-4)
    let vertical = LogAxis(low: low, high: 1.4)

    var script = GnuplotText()
    var plots: [(plot: String, title: String)] = []
    var extra: [String] = []
    for (number, line) in SigmaLine.tails.enumerated() where line.pValue > low {
      extra.append(
        "set arrow \(number + 1) from graph 0, first \(line.pValue) to graph 1, first "
          + "\(line.pValue) nohead linewidth 1 dashtype '- ' linecolor rgb '\(FigureColour.grid)'"
          + " back")
      extra.append(
        "set label \(number + 100) '\(line.sigma)σ' at graph 1.012, first \(line.pValue) left front"
      )
    }
    let count = values.count
    let rows = axis.rows { point in value(point).map { [max($0, low)] } }
    script.block("local", rows)
    plots.append(
      (
        "$local using 1:2 with lines linewidth \(count > 600 ? 1.2 : 1.8) "
          + "linecolor rgb '\(FigureColour.ink)'", "Local p-value"
      ))
    if count <= 60 {
      script.block(
        "marks", scan.points.map { point in value(point).map { [point.mass, max($0, low)] } })
      plots.append(
        (
          "$marks using 1:2 with points pointtype 7 pointsize 0.6 "
            + "linecolor rgb '\(FigureColour.ink)'", ""
        ))
    }
    if isCut {
      let beyond = axis.beyond { point in value(point).map { $0 < low } ?? false }
      script.block("beyond", beyond.peaks.map { [$0.mass, low] })
      extra += beyond.labels(atGraph: 0.05, firstNumber: 200)
      plots.append(
        (
          "$beyond using 1:2 with points pointtype 11 pointsize 1.3 "
            + "linecolor rgb '\(FigureColour.background)'", "Beyond the axis"
        ))
    }
    return finish(
      results, index, axis, script, plots, name: name("p-values", of: index, in: results),
      subject: .pValues(index),
      vertical: vertical,
      title: "Local p-value",
      caption: "Local p-values of the background-only hypothesis, one-sided; dashed lines mark "
        + "whole standard deviations.", extra: extra.joined(separator: "\n"), right: 52)
  }
}
