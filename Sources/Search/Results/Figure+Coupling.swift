extension Figure {
  /// Draws the limits on a model's coupling, as those of a scan, with flagged hypotheses shaded.
  static func coupling(_ results: SearchResults, _ index: Int) -> Figure? {
    let interpretation = results.interpretations[index]
    guard results.scans.indices.contains(interpretation.scan) else { return nil }
    let scan = interpretation.scan(of: results.scans[interpretation.scan])
    let part = NumberText.short(interpretation.flagWidth)
    let wide = interpretation.points.filter(\.isWide).map(\.mass)
    let remark =
      wide.isEmpty
      ? "" : " Shaded: the natural width at the limit exceeds \(part) of the resolution."
    return limit(
      results, interpretation.scan, scan: scan,
      name: "coupling-" + ending(results.interpretations.map(\.name), index),
      subject: .coupling(index),
      flagged: .init(title: "Width > \(part) × resolution", masses: Set(wide)),
      remark: " Model: \(interpretation.model)." + remark)
  }
}

extension Interpretation {
  /// The scan with its limits replaced by those on the coupling.
  func scan(of scan: ScanResults) -> ScanResults {
    var scan = scan
    scan.parameter = coupling
    scan.overlays = overlays
    scan.points = zip(scan.points, points).map { point, own in
      var point = point
      point.observedLimit = own.observedLimit
      point.expectedLimits = own.expectedLimits
      if !own.observedLimit.isFinite, point.limitStatus.hasLimit { point.limitStatus = .absent }
      return point
    }
    return scan
  }
}
