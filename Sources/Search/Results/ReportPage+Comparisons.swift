extension ReportWriter {
  /// Distributions of data beside simulation: pictures, then what lies outside of them.
  func comparisons() -> String {
    guard !results.comparisons.isEmpty else { return "" }
    var html = ""
    if results.comparisons.contains(where: \.isBlinded) {
      html += HTMLText.paragraph(
        "Blind: candidates that pass the whole selection are shown inside the declared regions "
          + "only, data and simulation alike.", "note")
    }
    let pictures = show { subject in
      if case .comparison = subject { true } else { false }
    }
    if !pictures.isEmpty { html += "<div class=\"grid\">\(pictures)</div>\n" }
    let rows = results.comparisons.map { comparison -> [String] in
      let data = comparison.total(.data)
      let simulation = comparison.total(.background)
      let counts = (
        data: data.sums.reduce(0, +), simulation: simulation.sums.reduce(0, +)
      )
      let error = (
        data: data.variances.reduce(0, +), simulation: simulation.variances.reduce(0, +)
      )
      func outside(_ role: SampleRole, _ path: KeyPath<Comparison.Layer, Double>) -> String {
        let own = comparison.layers.filter { $0.role == role }
        return own.isEmpty
          ? "" : NumberText.short(own.reduce(0) { $0 + $1[keyPath: path] }, 4)
      }
      func both(_ path: KeyPath<Comparison.Layer, Double>) -> String {
        [outside(.data, path), outside(.background, path)].filter { !$0.isEmpty }
          .joined(separator: " / ")
      }
      let ratio = counts.data / counts.simulation
      let relative =
        (error.data / (counts.data * counts.data)
        + error.simulation / (counts.simulation * counts.simulation)).squareRoot()
      return [
        comparison.name, comparison.expression,
        comparison.after.isEmpty ? "before any cut" : comparison.after,
        both(\.underflow), both(\.overflow), both(\.notANumber),
        counts.data > 0 && counts.simulation > 0
          ? NumberText.measured(ratio, ratio * relative) : NumberText.absent,
      ]
    }
    return html
      + HTMLText.table(
        [
          ("Quantity", .text), ("Expression", .code), ("After", .text), ("Below", .number),
          ("Above", .number), ("Not a number", .number), ("Data / simulation", .number),
        ], rows, caption: "Outside the bins: data / simulated background at the data's luminosity")
  }

  /// What moving binned tables by their errors does to each sample.
  func weightShifts() -> String {
    guard !results.weightShifts.isEmpty else { return "" }
    return HTMLText.table(
      [
        ("Sample", .text), ("Systematic", .text), ("Sum of weights", .number),
        ("Tables moved up", .number), ("Change", .number),
      ],
      results.weightShifts.map { shift in
        [
          shift.sample, shift.systematic, NumberText.significant(shift.nominal, 6),
          NumberText.significant(shift.shifted, 6), NumberText.percent(shift.relativeChange),
        ]
      }, caption: "Selected candidates with the tables of a systematic moved up by their errors")
  }
}
