extension ReportWriter {
  func spectrum() -> String { show(.spectrum) }

  func namedFits() -> String {
    results.namedFits.enumerated().map { index, fit in
      let what =
        "\(fit.observable.label) from \(NumberText.short(fit.low, 6)) to "
        + "\(NumberText.short(fit.high, 6))\(unit(fit.observable)) in \(fit.sample), "
        + "\(NumberText.count(fit.events)) events: \(fit.status.text)"
        + (fit.message.isEmpty ? "." : "; \(fit.message).")
        + (fit.negativeLogLikelihood.isFinite
          ? " −ln L = \(NumberText.fixed(fit.negativeLogLikelihood, 4))." : "")
      var html = "<h3>\(HTMLText.escaped(fit.name))</h3>\n"
      html += HTMLText.paragraph(what, fit.status.isValid ? "" : "warning")
      html += "<div class=\"pair\">" + show(.namedFit(index))
      html += "<div>"
      html += HTMLText.table(
        [("Parameter", .text), ("Value", .number), ("Unit", .text), ("", .text)],
        fit.parameters.map { parameter in
          [
            parameter.name, NumberText.measured(parameter.value, parameter.error), parameter.unit,
            parameter.isFixed ? "fixed" : parameter.isAtLimit ? "at a limit" : "",
          ]
        })
      return html + "</div></div>\n" + correlations(fit)
    }.joined()
  }

  private func correlations(_ fit: NamedFit) -> String {
    let count = fit.freeParameters.count
    guard count > 1, fit.covariance.count == count * count else { return "" }
    guard count <= 12 else {
      return HTMLText.paragraph("The covariance of \(count) parameters is in the summary file.")
    }
    let rows = (0..<count).map { row in
      [fit.freeParameters[row]]
        + (0...row).map { column in
          let scale =
            fit.covariance[row * count + row] * fit.covariance[column * count + column]
          guard scale > 0 else { return NumberText.absent }
          return NumberText.fixed(fit.covariance[row * count + column] / scale.squareRoot(), 2)
        } + [String](repeating: "", count: count - row - 1)
    }
    return HTMLText.table(
      [("", .text)] + (1...count).map { ("\($0)", HTMLText.Column.number) },
      rows.enumerated().map { index, row in ["\(index + 1)  \(row[0])"] + row.dropFirst() },
      caption: "Correlations")
  }

  func selection() -> String {
    var html = ""
    if !results.samples.isEmpty {
      html += HTMLText.table(
        [
          ("Sample", .text), ("Role", .text), ("Files", .number), ("Candidates", .number),
          ("Luminosity [fb⁻¹]", .number), ("Scale", .number), ("Weight", .code),
          ("Observable not a number", .number),
        ],
        results.samples.map { sample in
          [
            sample.name, sample.role.rawValue, "\(sample.files)", NumberText.count(sample.rows),
            sample.luminosity.map { NumberText.short($0, 6) } ?? NumberText.absent,
            NumberText.short(sample.scale, 4), sample.weight ?? "",
            NumberText.count(sample.notANumber),
          ]
        }, caption: "Samples")
    }
    html += weightShifts()
    html += show(.cutFlow)
    for flow in results.cutFlows where !flow.steps.isEmpty { html += table(flow) }
    return html
  }

  private func table(_ flow: CutFlow) -> String {
    let input = Double(flow.steps[0].candidates)
    let isWeighted = flow.steps.contains { $0.sumOfWeights != Double($0.candidates) }
    var columns: [(title: String, kind: HTMLText.Column)] = [
      ("Step", .text), ("Expression", .code), ("Candidates", .number), ("Events", .number),
    ]
    if isWeighted { columns.append(("Sum of weights", .number)) }
    columns += [("Kept", .number), ("Of all", .number), ("N − 1", .number)]
    var before = input
    let rows = flow.steps.enumerated().map { index, step in
      let candidates = Double(step.candidates)
      var row = [
        step.name + (step.kind == .veto ? " (veto)" : ""), step.expression,
        NumberText.count(step.candidates), NumberText.count(step.events),
      ]
      if isWeighted {
        row.append(NumberText.measured(step.sumOfWeights, max(0, step.sumOfSquares).squareRoot()))
      }
      row.append(index == 0 || before == 0 ? "" : NumberText.percent(candidates / before))
      row.append(index == 0 || input == 0 ? "" : NumberText.percent(candidates / input))
      row.append(step.passingOthers.map(NumberText.count) ?? "")
      before = candidates
      return row
    }
    return HTMLText.table(columns, rows, caption: "Cut flow of \(flow.sample)")
      + (flow.isCutShortByBlinding
        ? HTMLText.paragraph(
          "Blind: the steps after the last one shown are not counted for this sample.", "note")
        : "")
  }

  func provenance() -> String {
    let source = results.provenance
    var entries: [(String, String)] = [("Pipeline", source.pipelineName)]
    entries += source.overrides.map { ("Set on the command line", "\($0.name) = \($0.text)") }
    entries.append(("Seed", "\(source.seed)"))
    let blinding =
      switch source.blinding {
      case .none: "not blind"
      case .blind: "blind"
      case .unblinded: "opened with --unblind"
      case .fraction(let fraction): "\(NumberText.percent(fraction)) of the data opened"
      }
    entries.append(("Blinding", blinding))
    entries += source.versions.map { ($0.name, $0.text) }
    var html = HTMLText.definitions(entries.filter { !$0.1.isEmpty })
    html += source.remarks.map { HTMLText.paragraph($0) }.joined()
    if !source.inputs.isEmpty {
      html += HTMLText.table(
        [
          ("Sample", .text), ("File", .code), ("Bytes", .number), ("Candidates", .number),
          ("Digest", .code),
        ],
        source.inputs.map {
          [$0.sample, $0.path, NumberText.count($0.bytes), NumberText.count($0.rows), $0.digest]
        }, caption: "Inputs")
    }
    if !source.pipelineText.isEmpty {
      html += "<h3>Pipeline file</h3>\n<pre>\(HTMLText.escaped(source.pipelineText))</pre>\n"
    }
    return html
  }
}
