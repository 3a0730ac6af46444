extension ReportWriter {
  /// Control samples: data over simulation, and what the signal gets from it.
  func controls() -> String {
    results.controls.enumerated().map { index, control in
      var html = "<h3>\(HTMLText.escaped(control.name))</h3>\n" + show(.control(index))
      let label = control.quantity?.axisTitle ?? "Bin"
      func row(_ title: String, _ bin: ControlMeasurement.Bin, _ correction: String) -> [String] {
        [
          title, NumberText.measured(bin.data.value, bin.data.error),
          NumberText.measured(bin.simulation.value, bin.simulation.error),
          NumberText.measured(bin.ratio.value, bin.ratio.error), correction,
        ]
      }
      var rows: [[String]] = []
      if control.quantity != nil {
        rows = control.bins.enumerated().map { place, bin in
          let own = control.correction(place)
          return row(
            "\(NumberText.short(bin.low)) to \(NumberText.short(bin.high))", bin,
            control.correctsEfficiency
              ? NumberText.measured(own.value, own.error) : NumberText.absent)
        }
      }
      rows.append(row("All", control.whole, NumberText.absent))
      html += HTMLText.table(
        [
          (label, .text), ("Data", .number), ("Simulation", .number),
          ("Data / simulation", .number), ("Signal weighted by", .number),
        ], rows,
        caption:
          "\(control.fits.isEmpty ? "Counted" : "Fitted") candidates of \(control.name); simulation at the luminosity of the data"
      )
      if control.fits.isEmpty { return html }
      html += HTMLText.paragraph(
        "Width in data over that in simulation: "
          + NumberText.measured(control.width.value, control.width.error)
          + (control.correctsWidth
            ? "; the simulated signal is as much wider about its expected position." : "."))
      return html
    }.joined()
  }
}
