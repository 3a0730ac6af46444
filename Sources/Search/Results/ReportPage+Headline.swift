extension ReportWriter {
  func banner() -> String {
    var lines: [String] = []
    if results.isSimulated {
      lines.append("Simulated data. Nothing on this page is a result of an experiment.")
    }
    switch results.provenance.blinding {
    case .none, .unblinded: break
    case .blind: lines.append("Blind: data in signal regions have not been looked at.")
    case .fraction(let fraction):
      lines.append("Partly blind: \(NumberText.percent(fraction)) of the data are shown.")
    }
    return lines.map { "<p class=\"banner\" role=\"note\">\(HTMLText.escaped($0))</p>\n" }
      .joined()
  }

  /// What a reader who reads one sentence should know.
  func headline() -> String {
    let told = scans.filter { !$0.points.isEmpty }
    guard !told.isEmpty else {
      return HTMLText.paragraph(
        results.namedFits.isEmpty
          ? "No mass hypothesis was scanned and nothing was fitted."
          : "No mass hypothesis was scanned; the named fits are below.", "headline")
    }
    return told.map { $0.conclusion() }.joined() + incomplete()
  }

  /// What one scan found.
  private func conclusion() -> String {
    guard let scan else { return "" }
    var sentences: [String] = []
    if let best = limited.min(by: { $0.observedLimit < $1.observedLimit }),
      let settings = scan.limit
    {
      sentences.append(
        (scan.signal.map { "\($0): the" } ?? "The")
          + " strongest upper limit on \(scan.parameter.label) is "
          + "\(NumberText.significant(best.observedLimit, 3))\(unit(scan.parameter)) at "
          + "\(NumberText.short(settings.level * 100, 4))\u{202F}% confidence level, at a mass of "
          + "\(mass(best)).")
    } else if scan.limit != nil {
      sentences.append("No upper limit could be set.")
    }
    if let top = fitted.max(by: { $0.signedRoot < $1.signedRoot }) {
      sentences.append(
        top.signedRoot > 0
          ? "The largest local excess has \(NumberText.fixed(top.signedRoot, 1))σ (local p-value "
            + "\(pValue(top.pValue))), at \(mass(top))." + globalSentence()
          : "No hypothesis shows an excess.")
    } else {
      sentences.append("No window could be fitted.")
    }
    return HTMLText.paragraph(sentences.joined(separator: " "), "headline")
  }

  /// Says loudly what is missing.
  private func incomplete() -> String {
    let points = results.scans.flatMap(\.points)
    let waiting = points.count { $0.status == .notRun }
    let failed = points.count { $0.status.isFailure }
    var sentences: [String] = []
    if waiting > 0 {
      sentences.append(
        "\(waiting) of \(points.count) hypotheses have not been run yet; run again to go on.")
    }
    if failed > 0 {
      sentences.append(
        failed == 1
          ? "The fit of one hypothesis failed; it is listed below."
          : "The fits of \(failed) hypotheses failed; they are listed below.")
    }
    let broken = results.namedFits.filter { !$0.status.isValid }.map(\.name)
    if !broken.isEmpty {
      sentences.append("Named fits that failed: \(broken.joined(separator: ", ")).")
    }
    return sentences.isEmpty ? "" : HTMLText.paragraph(sentences.joined(separator: " "), "warning")
  }

  func tiles() -> String {
    var tiles: [(value: String, label: String)] = []
    let data = results.samples.filter { $0.role == .data }
    if !data.isEmpty {
      let luminosity = results.dataLuminosity
      if luminosity > 0 {
        tiles.append((NumberText.short(luminosity) + " fb⁻¹", "integrated luminosity"))
      }
      tiles.append((NumberText.count(data.reduce(0) { $0 + $1.rows }), "candidates read"))
    }
    let names = Set(data.map(\.name))
    let selected = results.cutFlows.filter { names.contains($0.sample) }
      .compactMap { $0.steps.last?.candidates }
    if !selected.isEmpty { tiles.append((NumberText.count(selected.reduce(0, +)), "selected")) }
    let points = results.scans.flatMap(\.points)
    if !points.isEmpty {
      let valid = points.count { $0.status.isValid }
      tiles.append((NumberText.count(Int64(valid)), "hypotheses fitted"))
      tiles.append((NumberText.count(Int64(points.count { $0.status.isSkipped })), "skipped"))
      tiles.append((NumberText.count(Int64(points.count { $0.status.isFailure })), "failed"))
    }
    guard !tiles.isEmpty else { return "" }
    return "<ul class=\"tiles\">"
      + tiles.map {
        "<li><b>\(HTMLText.escaped($0.value))</b><span>\(HTMLText.escaped($0.label))</span></li>\n"
      }.joined() + "</ul>\n"
  }

  /// Why there are no pictures, if there are none.
  func problems() -> String {
    guard !figures.problems.isEmpty else { return "" }
    let items = figures.problems.map { "<li>\(HTMLText.escaped($0))</li>" }
    return "<div class=\"warning\"><p>Some figures are missing; the numbers are complete.</p>"
      + "<ul>\(items.joined())</ul></div>\n"
  }
}
