import PipelineSpec

extension ReportWriter {
  /// Where parameters of models are excluded.
  func planes() -> String {
    results.planes.map { plane in
      var html = "<h3>\(HTMLText.escaped(plane.name))</h3>\n" + show(.region(plane.name))
      html += HTMLText.definitions([
        ("Model", plane.model), ("Channels", plane.tables.joined(separator: ", ")),
        ("Joined by", Self.words(plane.combination)),
      ])
      let excluded = plane.points.filter { !$0.islands.isEmpty }
      let unknown = plane.points.count { !$0.isKnown }
      html += HTMLText.paragraph(
        "\(excluded.count) of \(plane.points.count) places have an excluded region."
          + (unknown > 0 ? " The model's tables do not reach \(unknown)." : ""))
      guard !excluded.isEmpty else { return html }
      let rows = Self.evenly(excluded, count: 12).map { point in
        [
          NumberText.short(point.mass, 5),
          point.islands.map { Self.text($0.interval) }.joined(separator: ", "),
          point.expected.isEmpty
            ? NumberText.absent : point.expected.map(Self.text).joined(separator: ", "),
          point.islands.map(\.table).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
          }.joined(separator: ", "),
        ]
      }
      return html
        + HTMLText.table(
          [
            (plane.horizontal.axisTitle, .number), ("\(plane.label) excluded", .text),
            ("expected", .text), ("Most by", .text),
          ], rows, caption: "Every place is in the summary file; these are evenly spread")
    }.joined()
  }

  private static func words(_ combination: String) -> String {
    switch combination {
    case PlaneSettings.Combination.likelihoods.rawValue:
      "one fit of all channels with a common strength; excluded where its upper limit is below 1"
    case ExcludedRegion.counts:
      "the product of all counts with a common strength, exactly summed, nuisances averaged over; excluded "
        + "where CLs is below one less the confidence level"
    case ExcludedRegion.bayesianCounts:
      "the product of all counts with a common strength and a flat prior on it, nuisances averaged over; excluded "
        + "where the posterior probability of a larger strength is below one less the credibility level"
    case PlaneSettings.Combination.best.rawValue: "the channel with the largest rate over limit"
    default: "the sum of rate over limit, exact without background"
    }
  }

  /// An interval; an edge that is no crossing of rate and limit is open.
  private static func text(_ interval: ExcludedInterval) -> String {
    let low = NumberText.significant(interval.low, 3)
    let high = NumberText.significant(interval.high, 3)
    return (interval.lowEdge == .crossing ? low : "…" + low) + " to "
      + (interval.highEdge == .crossing ? high : high + "…")
  }
}
