extension ReportWriter {
  func limits() -> String {
    guard let scan, let settings = scan.limit, !points.isEmpty else { return "" }
    var html = counts() + show(.lifetimes(index)) + show(.lifetimeMap(index))
    html += show(.lifetimeEfficiency(index)) + show(.limit(index))
    html += HTMLText.paragraph(coverage(settings))
    if let toys = settings.toys { html += HTMLText.paragraph(toyNote(toys), "note") }
    if let posterior = settings.posterior {
      html += HTMLText.paragraph(posteriorNote(posterior), "note")
    }
    html += correlated() + beside()
    let median = settings.expected.firstIndex(of: 0)
    let ranked = limited.sorted { $0.observedLimit < $1.observedLimit }
    let strongest = spread(ranked, count: 5)
    let weakest = spread(ranked.reversed(), count: 5)
    guard !strongest.isEmpty else { return html }
    let units = unit(scan.parameter).isEmpty ? "" : " [\(scan.parameter.unit)]"
    func rows(_ points: [ScanPoint]) -> [[String]] {
      points.map { point in
        let expected = median.flatMap { index in
          index < point.expectedLimits.count ? point.expectedLimits[index] : nil
        }
        return [
          number(point.mass, point.resolution), NumberText.significant(point.observedLimit, 3),
          expected.map { NumberText.significant($0, 3) } ?? NumberText.absent,
          NumberText.fixed(point.signedRoot, 2),
        ]
      }
    }
    let columns: [(title: String, kind: HTMLText.Column)] = [
      (scan.mass.axisTitle, .number), ("Observed" + units, .number),
      ("Expected median" + units, .number), ("Significance [σ]", .number),
    ]
    html += "<div class=\"pair\">"
    html += HTMLText.table(columns, rows(strongest), caption: "Strongest limits")
    if limited.count > strongest.count {
      html += HTMLText.table(columns, rows(weakest), caption: "Weakest limits")
    }
    return html + "</div>\n"
      + HTMLText.paragraph(
        "Entries lie at least three resolutions apart; every hypothesis is in the summary file.",
        "note")
  }

  /// What the asymptotic formulae are worth here.
  private func coverage(_ settings: LimitSettings) -> String {
    let known = limited.filter { $0.backgroundUnderPeak.isFinite }
    guard settings.isAsymptotic,
      let least = known.min(by: {
        $0.backgroundUnderPeak < $1.backgroundUnderPeak
      })
    else { return "Limits: \(settings.method)." }
    let few = known.count { $0.backgroundUnderPeak < 30 }
    let fewest = NumberText.significant(least.backgroundUnderPeak, 2)
    if few == 0 {
      return "Limits: \(settings.method). At least \(fewest) background events are expected "
        + "within two resolutions of every hypothesis, enough for asymptotic formulae."
    }
    return "Limits: \(settings.method). At \(few) of \(known.count) hypotheses fewer than 30 "
      + "background events are expected within two resolutions of the mass (the fewest, \(fewest), "
      + "at \(mass(least))). Asymptotic limits under-cover there: with no event at all they read "
      + "1.92 signal events at 95\u{202F}% confidence level where the exact limit is 3.00."
  }

  /// Candidates of counted windows, and the hypotheses with most of them.
  private func counts() -> String {
    guard let scan, scan.isCounted else { return "" }
    let counted = fitted.filter { $0.count != nil }
    let ranked = counted.filter { $0.events > 0 }.sorted {
      ($1.events, $0.backgroundYield, $0.mass) < ($0.events, $1.backgroundYield, $1.mass)
    }
    let rows = spread(ranked, count: 10).map { point in
      [
        number(point.mass, point.resolution), NumberText.count(point.events),
        NumberText.significant(point.backgroundYield, 2),
        (point.count.map { [$0.backgroundLow, $0.backgroundHigh] } ?? []).map {
          NumberText.significant($0, 2)
        }.joined(separator: " to "), pValue(point.pValue),
        NumberText.significant(point.observedLimit, 3),
      ]
    }
    let units = unit(scan.parameter).isEmpty ? "" : " [\(scan.parameter.unit)]"
    let empty = counted.count { $0.events == 0 }
    var html =
      show(.counts(index))
      + HTMLText.paragraph("\(empty) of \(counted.count) windows hold no candidate.")
    if !rows.isEmpty {
      html += HTMLText.table(
        [
          (scan.mass.axisTitle, .number), ("Candidates", .number), ("Background", .number),
          ("68 %", .number), ("Local p-value", .number), ("Limit" + units, .number),
        ], rows, caption: "Windows with most candidates, at least three resolutions apart")
    }
    return html
  }

  /// Where windows hold several candidates of an event.
  private func correlated() -> String {
    let known = fitted.filter { $0.entriesPerEvent.isFinite }
    guard let most = known.max(by: { $0.entriesPerEvent < $1.entriesPerEvent }),
      most.entriesPerEvent > Self.mostEntriesPerEvent
    else { return "" }
    let many = known.count { $0.entriesPerEvent > Self.mostEntriesPerEvent }
    return HTMLText.paragraph(
      "At \(many) of \(known.count) hypotheses the window holds more than "
        + "\(NumberText.short(Self.mostEntriesPerEvent)) candidates for each event (the most, "
        + "\(NumberText.significant(most.entriesPerEvent, 3)), at \(mass(most))). Candidates of one "
        + "event are not independent, as the likelihood takes them to be: errors are a little too small "
        + "there.", "note")
  }

  /// Candidates for each event above which a window is flagged.
  private static let mostEntriesPerEvent = 1.05

  func significance() -> String {
    guard let scan, !fitted.isEmpty else { return "" }
    var html = show(.pValues(index)) + show(.significance(index))
    html += HTMLText.paragraph(
      "The p-values are local: they do not account for the number of hypotheses tested"
        + (scan.lookElsewhere == nil ? "." : "; the global one is below."))
    let ranked = fitted.filter { $0.signedRoot > 0 }.sorted { $0.signedRoot > $1.signedRoot }
    let top = spread(ranked, count: 10)
    html += "<div class=\"pair\">"
    if !top.isEmpty {
      html += HTMLText.table(
        [
          (scan.mass.axisTitle, .number), ("Significance [σ]", .number),
          ("Local p-value", .number), ("Signal events", .number),
        ],
        top.map { point in
          [
            number(point.mass, point.resolution), NumberText.fixed(point.signedRoot, 2),
            pValue(point.pValue), NumberText.measured(point.signalYield, point.signalYieldError),
          ]
        }, caption: "Largest local excesses, at least three resolutions apart")
    }
    return html + show(.significanceDistribution(index)) + "</div>\n"
  }

  /// The first points of a ranking that lie three resolutions apart.
  func spread(_ ranked: [ScanPoint], count: Int) -> [ScanPoint] {
    var chosen: [ScanPoint] = []
    for point in ranked where chosen.count < count {
      let isApart = chosen.allSatisfy { other in
        let resolution = max(point.resolution, other.resolution)
        return !resolution.isFinite || abs(point.mass - other.mass) >= 3 * resolution
      }
      if isApart { chosen.append(point) }
    }
    return chosen
  }

  func windows() -> String {
    guard let scan else { return "" }
    let shown = scan.windows.filter { points.indices.contains($0.point) }
    guard !shown.isEmpty else { return "" }
    let pictures = show { if case .window(index, _) = $0 { true } else { false } }
    let units = unit(scan.parameter).isEmpty ? "" : " [\(scan.parameter.unit)]"
    let rows = shown.map { window in
      let point = points[window.point]
      let why =
        switch window.reason {
        case .mostSignificant(let rank): "rank \(rank)"
        case .named: "named"
        }
      return [
        number(point.mass, point.resolution), why,
        number(point.windowLow, point.resolution) + " to "
          + number(point.windowHigh, point.resolution),
        NumberText.count(point.events),
        NumberText.measured(point.signalYield, point.signalYieldError),
        NumberText.measured(point.backgroundYield, point.backgroundYieldError),
        NumberText.fixed(point.signedRoot, 2),
        NumberText.measured(point.parameter, point.parameterError),
        NumberText.significant(point.observedLimit, 3), point.status.text,
      ]
    }
    return "<div class=\"grid\">\(pictures)</div>\n"
      + HTMLText.table(
        [
          (scan.mass.axisTitle, .number), ("Shown as", .text), ("Window", .number),
          ("Events", .number), ("Signal events", .number), ("Background events", .number),
          ("Significance [σ]", .number), (scan.parameter.label + units, .number),
          ("Limit" + units, .number), ("Fit", .text),
        ], rows)
  }

  func model() -> String {
    guard let scan, !points.isEmpty else { return "" }
    var html = show(.signal(index))
    var entries: [(String, String)] = []
    if !scan.signalShape.isEmpty { entries.append(("Signal shape", scan.signalShape)) }
    for (index, shape) in scan.backgroundShapes.enumerated() {
      entries.append((index == 0 ? "Background shape" : "", shape))
    }
    if !scan.likelihood.isEmpty { entries.append(("Likelihood", scan.likelihood)) }
    if let limit = scan.limit { entries.append(("Limits", limit.method)) }
    for range in scan.excluded {
      entries.append(
        (
          "Left out of every window",
          "\(range.name): \(NumberText.short(range.low, 6)) to "
            + "\(NumberText.short(range.high, 6))\(unit(scan.observable))"
        ))
    }
    if !entries.isEmpty { html += HTMLText.definitions(entries) }
    if !scan.systematics.isEmpty {
      html += HTMLText.table(
        [("Systematic", .text), ("Acts on", .text), ("Size", .number), ("Constraint", .text)],
        scan.systematics.map {
          [$0.name, $0.target, size($0), $0.constraint]
        })
    }
    return html
  }

  /// A relative size, or its range over the hypotheses.
  private func size(_ systematic: ScanResults.Systematic) -> String {
    guard let least = systematic.sizes.min(), let most = systematic.sizes.max() else {
      return NumberText.percent(systematic.size)
    }
    return NumberText.percent(least, 2) + " to " + NumberText.percent(most, 2)
  }

  /// Failed hypotheses one by one, skipped ones as runs.
  func leftOut() -> String {
    guard let scan, let axis = ScanAxis(points) else { return "" }
    let failed = points.filter(\.status.isFailure)
    var html = ""
    if !failed.isEmpty {
      let shown = failed.prefix(200)
      html += HTMLText.table(
        [
          (scan.mass.axisTitle, .number), ("Events", .number), ("Outcome", .text),
          ("Message", .text),
        ],
        shown.map {
          [
            number($0.mass, $0.resolution), NumberText.count($0.events), $0.status.text, $0.message,
          ]
        },
        caption: failed.count > shown.count
          ? "Failed: the first \(shown.count) of \(failed.count)" : "Failed")
    }
    var runs: [(range: Range<Int>, status: PointStatus)] = []
    for status in PointStatus.allCases where status.isSkipped {
      runs += axis.runs { $0.status == status }.map { ($0, status) }
    }
    runs.sort { $0.range.lowerBound < $1.range.lowerBound }
    if !runs.isEmpty {
      html += HTMLText.table(
        [
          ("From " + scan.mass.axisTitle, .number), ("To", .number), ("Hypotheses", .number),
          ("Reason", .text), ("Detail", .text),
        ],
        runs.prefix(200).map { run in
          let first = points[run.range.lowerBound]
          let last = points[run.range.upperBound - 1]
          return [
            number(first.mass, first.resolution), number(last.mass, last.resolution),
            NumberText.count(Int64(run.range.count)), run.status.text, detail(points[run.range]),
          ]
        }, caption: runs.count > 200 ? "Skipped: the first 200 of \(runs.count) ranges" : "Skipped")
    }
    return html.isEmpty
      ? HTMLText.paragraph("None: every hypothesis was fitted.") : html
  }

  private func detail(_ points: ArraySlice<ScanPoint>) -> String {
    guard let first = points.first else { return "" }
    if first.status == .skippedAcceptance {
      let least = points.map(\.acceptance).filter(\.isFinite).min()
      return least.map { "at least \(NumberText.percent($0, 2)) inside" } ?? first.message
    }
    return first.message
  }
}
