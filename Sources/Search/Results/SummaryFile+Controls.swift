import HDF5Files

extension SummaryWriter {
  /// Control samples: `/control/NAME`.
  func controls(_ controls: [ControlMeasurement]) throws(HDF5Error) {
    let names = controls.map(\.name)
    for (index, control) in controls.enumerated() {
      let group = "/control/" + Self.link(control.name, index, among: names)
      try set(
        group,
        [
          ("name", .string(control.name)),
          ("quantity", .string(control.quantity?.name ?? "")),
          ("correctsEfficiency", .int(control.correctsEfficiency ? 1 : 0)),
          ("correctsWidth", .int(control.correctsWidth ? 1 : 0)),
          ("relativeToAllBins", .int(control.isShape ? 1 : 0)),
          ("ratio", .double(control.whole.ratio.value)),
          ("ratioError", .double(control.whole.ratio.error)),
        ])
      if !control.fits.isEmpty {
        try set(
          group,
          [
            ("widthRatio", .double(control.width.value)),
            ("widthRatioError", .double(control.width.error)),
          ])
      }
      let bin = try axis(
        "\(group)/bin", control.bins.indices.map { Int32($0) }, "number of the bin")
      let unit = control.quantity?.unit ?? ""
      func column(
        _ name: String, _ values: [Double], units: String = "", _ longName: String
      ) throws(HDF5Error) {
        try write("\(group)/\(name)", values, [bin], units: units, longName)
      }
      try column("low", control.bins.map(\.low), units: unit, "lower edge of the bin")
      try column("high", control.bins.map(\.high), units: unit, "upper edge of the bin")
      for (name, value, what) in [
        ("data", \ControlMeasurement.Bin.data, "candidates fitted or counted in data"),
        (
          "simulation", \ControlMeasurement.Bin.simulation,
          "candidates fitted or counted in simulation, at the luminosity of the data"
        ), ("ratio", \ControlMeasurement.Bin.ratio, "data over simulation"),
      ] {
        try column(name, control.bins.map { $0[keyPath: value].value }, what)
        try column(
          "\(name)Error", control.bins.map { $0[keyPath: value].error }, "error of: \(what)")
      }
      let corrections = control.bins.indices.map { control.correction($0) }
      try column("correction", corrections.map(\.value), "what weights signal candidates")
      try column("correctionError", corrections.map(\.error), "its error")
    }
  }
}
