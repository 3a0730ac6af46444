extension ReportWriter {
  /// What toys with injected signals say about the fits and limits of a scan.
  func closure() -> String {
    guard let scan, let closure = scan.closure else { return "" }
    let done = closure.points.filter { point in point.strengths.contains { $0.toys > 0 } }
    guard !done.isEmpty else {
      return HTMLText.paragraph(
        closure.points.isEmpty
          ? "No hypothesis is fitted, so there are no toys."
          : "No toys could be made: \(closure.points.first?.message ?? "")", "warning")
    }
    var html = HTMLText.paragraph(closureSentence(closure, done), "headline")
    html += flagged(closure)
    html += show(.closure(index))
    html += HTMLText.paragraph(Self.closureMethod(scan.limit != nil))
    html += closureTables(closure)
    return html + closureUniformity(closure)
  }

  /// The closure in a few sentences.
  private func closureSentence(_ closure: ClosureResults, _ done: [ClosurePoint]) -> String {
    let cells = done.flatMap(\.strengths).filter { $0.toys > 0 }
    func range(_ values: [Double], _ text: (Double) -> String) -> String? {
      let known = values.filter(\.isFinite)
      guard let low = known.min(), let high = known.max() else { return nil }
      return text(low) == text(high)
        ? "is \(text(low))" : "lies between \(text(low)) and \(text(high))"
    }
    let fixed: (Double) -> String = { NumberText.fixed($0, 2) }
    var sentences = [
      "\(NumberText.count(Int64(cells.reduce(0) { $0 + $1.toys }))) toys at \(done.count) "
        + (done.count == 1 ? "hypothesis" : "hypotheses")
        + " with \(closure.strengths.count) "
        + (closure.strengths.count == 1 ? "strength" : "strengths") + " each."
    ]
    if let mean = range(cells.map(\.pullMean.value), fixed),
      let width = range(cells.map(\.pullWidth.value), fixed)
    {
      sentences.append("The mean pull \(mean), the width of the pulls \(width).")
    }
    if let limit = scan?.limit {
      let own = done.flatMap { point in
        point.strengths.indices.compactMap { point.coverage($0, by: limit)?.value }
      }
      let coverage = range(own) { NumberText.percent($0, 3) }
      if let coverage {
        sentences.append(
          "The coverage of limits at \(NumberText.percent(limit.level)) confidence level \(coverage)."
        )
      }
    }
    return sentences.joined(separator: " ")
  }

  /// What is beyond the tolerances.
  private func flagged(_ closure: ClosureResults) -> String {
    var items: [String] = []
    var counts: [ClosureFlag: Int] = [:]
    for point in closure.points {
      if !point.message.isEmpty { items.append("\(closureMass(point)): \(point.message)") }
      for place in point.strengths.indices {
        for flag in closure.flags(point, place, limit: scan?.limit) {
          counts[flag, default: 0] += 1
          items.append(
            "\(closureMass(point)), strength \(NumberText.short(closure.strengths[place])): "
              + "\(flag.text) (\(found(flag, point, place)))")
        }
      }
    }
    let confidence = NumberText.percent(closure.confidence)
    guard !items.isEmpty else {
      return HTMLText.paragraph(
        "Nothing is flagged: with \(confidence) confidence no mean pull is beyond "
          + "±\(NumberText.short(closure.bias)), no width beyond 1 ± \(NumberText.short(closure.width))"
          + (scan?.limit == nil ? "." : ", no coverage below the confidence level."))
    }
    let words = ClosureFlag.allCases.compactMap { flag in
      counts[flag].map { "\($0) \($0 == 1 ? flag.heading : flag.headings)" }
    }
    let shown = items.prefix(Self.mostFlags).map { "<li>\(HTMLText.escaped($0))</li>" }
    let more =
      items.count > Self.mostFlags
      ? HTMLText.paragraph(
        "\(items.count - Self.mostFlags) more are in the summary file.", "note") : ""
    return "<div class=\"warning\"><p>"
      + HTMLText.escaped(
        words.isEmpty
          ? "Hypotheses without toys:"
          : "Flagged with \(confidence) confidence, which among many numbers some are by chance: "
            + words.joined(separator: ", ") + ".")
      + "</p><ul>\(shown.joined(separator: "\n"))</ul></div>\n" + more
  }

  /// Flags that the page lists.
  private static let mostFlags = 12

  private func found(_ flag: ClosureFlag, _ point: ClosurePoint, _ place: Int) -> String {
    let strength = point.strengths[place]
    switch flag {
    case .bias: return measured(strength.pullMean)
    case .width: return measured(strength.pullWidth)
    case .coverage:
      return scan?.limit.flatMap { point.coverage(place, by: $0) }.map { interval($0) + " %" } ?? ""
    case .pValues:
      return "p = \(pValue(point.uniformity?.signedRoot ?? .nan)) for p-values, "
        + "\(pValue(point.uniformity?.q0 ?? .nan)) for q₀"
    case .failures: return "\(strength.failed) of \(strength.toys)"
    }
  }

  private func measured(_ number: ClosureNumber) -> String {
    NumberText.measured(number.value, number.error)
  }

  private func interval(_ fraction: ClosureFraction) -> String {
    guard fraction.toys > 0 else { return NumberText.absent }
    return "\(NumberText.fixed(100 * fraction.value, 1)) "
      + "[\(NumberText.fixed(100 * fraction.low, 1)), \(NumberText.fixed(100 * fraction.high, 1))]"
  }

  private func closureMass(_ point: ClosurePoint) -> String {
    points.indices.contains(point.hypothesis)
      ? mass(points[point.hypothesis])
      : NumberText.significant(point.mass, 5) + unit(scan?.mass)
  }

  private static func closureMethod(_ hasLimit: Bool) -> String {
    "Toys are drawn with background and nuisance parameters fitted to the data for the injected "
      + "signal, global observables fluctuated and whole events together, and fitted as the data are. "
      + "Strengths are in units of the parameter's expected error without a signal. A pull is "
      + "(fitted − injected) / error; toys whose parameter has no error have none."
      + (hasLimit
        ? " A limit covers the injected parameter if that is not excluded, CLs > 1 − level there; "
          + "CLs never excludes zero, so strength zero has no coverage. CLs by toys takes its tails "
          + "from these toys, with and without the signal, and never covers less than it should."
        : "")
  }

  private func closureTables(_ closure: ClosureResults) -> String {
    let head: [(title: String, kind: HTMLText.Column)] = [
      (scan?.mass.axisTitle ?? "", .number), ("Background within ±2σ", .number),
    ]
    func table(
      _ caption: String, _ places: [Int], _ cell: (ClosureStrength) -> String
    ) -> String {
      guard !places.isEmpty else { return "" }
      return HTMLText.table(
        head + places.map { ("Strength " + NumberText.short(closure.strengths[$0]), .number) },
        closure.points.map { point in
          [
            points.indices.contains(point.hypothesis)
              ? number(point.mass, points[point.hypothesis].resolution)
              : NumberText.significant(point.mass, 5),
            NumberText.significant(point.backgroundUnderPeak, 3),
          ]
            + places.map { place in
              point.strengths.indices.contains(place) && point.strengths[place].toys > 0
                ? cell(point.strengths[place]) : NumberText.absent
            }
        }, caption: caption)
    }
    let all = Array(closure.strengths.indices)
    var html = table("Mean pull", all) { measured($0.pullMean) }
    html += table("Width of the pulls", all) { measured($0.pullWidth) }
    guard let level = scan?.limit?.level else { return html }
    let signals = all.filter { closure.strengths[$0] > 0 }
    let words =
      "at \(NumberText.percent(level)) confidence level, in per cent, with its "
      + "\(NumberText.percent(closure.confidence)) interval"
    html += table("Coverage of asymptotic CLs limits \(words)", signals) { strength in
      strength.coverage.map(interval) ?? NumberText.absent
    }
    guard closure.points.contains(where: { $0.strengths.contains { $0.coverageToys != nil } })
    else { return html }
    return html
      + table("Coverage of CLs by toys \(words)", signals) { strength in
        strength.coverageToys.map(interval) ?? NumberText.absent
      }
  }

  private func closureUniformity(_ closure: ClosureResults) -> String {
    let rows = closure.points.compactMap { point -> [String]? in
      guard let found = point.uniformity else { return nil }
      return [
        closureMass(point), interval(found.positive), pValue(found.signedRoot), pValue(found.q0),
      ]
    }
    guard !rows.isEmpty else { return "" }
    return HTMLText.table(
      [
        ("Hypothesis", .number), ("Positive signals [%]", .number),
        ("p-values uniform: Kolmogorov's p", .number), ("q₀ against χ²: Kolmogorov's p", .number),
      ], rows, caption: "Toys without a signal")
  }
}

extension ClosureFlag {
  /// Words for one.
  fileprivate var heading: String {
    switch self {
    case .bias: "mean pull"
    case .width: "width of pulls"
    case .coverage: "coverage"
    case .pValues: "distribution of p-values"
    case .failures: "set with failed fits"
    }
  }

  /// Words for several.
  fileprivate var headings: String {
    switch self {
    case .bias: "mean pulls"
    case .width: "widths of pulls"
    case .coverage: "coverages"
    case .pValues: "distributions of p-values"
    case .failures: "sets with failed fits"
    }
  }
}
