extension ReportWriter {
  /// Limits by toys beside asymptotic ones, where a file asks for them.
  func beside() -> String {
    let own = points.filter { $0.beside != nil }
    guard !own.isEmpty, let limit = scan?.limit else { return "" }
    let median = limit.expected.firstIndex(of: 0)
    let rows = own.compactMap { point -> [String]? in
      guard let beside = point.beside else { return nil }
      let expected = median.flatMap {
        point.expectedLimits.indices.contains($0) ? point.expectedLimits[$0] : nil
      }
      return [
        number(point.mass, point.resolution), "\(point.events)",
        NumberText.significant(point.observedLimit, 3),
        NumberText.measured(beside.observed, beside.observedError),
        expected.map { NumberText.significant($0, 3) } ?? NumberText.absent,
        NumberText.measured(beside.median, beside.medianError),
        beside.toys > 0 ? NumberText.short(beside.toys, 6) : "none",
      ]
    }
    return HTMLText.table(
      [
        (scan?.mass.axisTitle ?? "", .number), ("Events", .number), ("Observed", .number),
        ("by toys", .number), ("Median", .number), ("by toys", .number), ("Toys", .number),
      ], rows,
      caption: "Limits by toys beside the asymptotic ones, which are too low where few events are "
        + "expected; every number is in the summary file")
  }
}
