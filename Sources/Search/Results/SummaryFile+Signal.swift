import HDF5Files

extension SummaryWriter {
  func signals(_ signals: [SignalResults]) throws(HDF5Error) {
    let names = signals.map(\.name)
    for (index, entry) in signals.enumerated() {
      let group = "/signal/\(Self.link(entry.name, index, among: names))"
      let signal = entry.signal, unit = entry.observable.unit
      try set(
        group,
        [
          ("signal", .string(entry.name)), ("observable", .string(entry.observable.name)),
          ("shape", .string(signal.settings.shape.rawValue)),
          ("interval", .double(signal.settings.interval)),
          ("halfWindow", .double(signal.settings.halfWindow)),
          ("coordinate", .string(signal.interpolation.coordinate.rawValue)),
          ("method", .string(signal.interpolation.method.rawValue)),
          ("cutsChangeAt", .doubles(signal.parts.dropLast().map(\.masses.upperBound))),
        ])
      let list = signal.measurements
      let axis = try axis(
        "\(group)/mass", list.map(\.mass), units: entry.mass.unit, "generated mass")
      let columns: [(String, KeyPath<SignalMeasurement, Double>, String, String)] = [
        ("mean", \.mean, unit, "expected position in the observable"),
        ("generated", \.generated, "", "generated events"),
        ("fraction", \.fraction, "", "part of the events that is used"),
        ("effectiveEntries", \.effectiveEntries, "", "effective number of selected candidates"),
        ("efficiency", \.efficiency, "", "efficiency per generated event"),
        ("efficiencyError", \.efficiencyError, "", "standard error of the efficiency"),
        ("resolution", \.resolution, unit, "half width of the smallest interval"),
        ("resolutionError", \.resolutionError, unit, "standard error of the resolution"),
        ("windowFraction", \.windowFraction, "", "part of the candidates in the window of the fit"),
        (
          "coreFraction", \.coreFraction, "",
          "part of the candidates in the window within two resolutions"
        ),
      ]
      for (name, path, units, longName) in columns {
        try write(
          "\(group)/\(name)", list.map { $0[keyPath: path] }, [axis], units: units, longName)
      }
      try write("\(group)/message", list.map(\.message), [axis], "why a mass gives no shape")
      try fits(group, signal, axis)
      try curve(group, entry)
      try checks(group, entry)
    }
  }

  private func fits(_ group: String, _ signal: SignalByCuts, _ masses: Scale) throws(HDF5Error) {
    let list = signal.measurements, names = signal.settings.shape.parameters
    let axis = try axis("\(group)/parameter", names, "name of the shape's parameter")
    func numbers(_ value: (FittedParameter) -> Double) -> [Double] {
      list.flatMap { m in names.map { m.fit?[$0].map(value) ?? .nan } }
    }
    let shape = [list.count, names.count]
    try write(
      "\(group)/value", numbers(\.value), [masses, axis], shape: shape,
      "fitted parameter; mean and widths in the observable's unit")
    try write(
      "\(group)/error", numbers { $0.isFixed ? 0 : $0.error ?? .nan }, [masses, axis], shape: shape,
      "standard error, 0 where fixed, not a number where undefined")
    try write(
      "\(group)/status", statuses: list.map { ($0.fit?.status ?? .notRun).rawValue }, [masses],
      meanings: Self.statusMeanings, "outcome of the fit of the shape")
    try write(
      "\(group)/largestDistance", list.map { $0.fit?.largestDistance ?? .nan }, [masses],
      "largest difference of the cumulative distributions of candidates and shape")
  }

  private func curve(_ group: String, _ entry: SignalResults) throws(HDF5Error) {
    guard !entry.curve.isEmpty else { return }
    let points = entry.curve, unit = entry.observable.unit, at = "\(group)/curve"
    let axis = try axis("\(at)/mass", points.map(\.mass), units: entry.mass.unit, "hypothesis")
    for (name, path, units) in [
      ("efficiency", \SignalResults.CurvePoint.efficiency, ""),
      ("resolution", \SignalResults.CurvePoint.resolution, unit),
    ] {
      let values = points.map { $0[keyPath: path] }
      try write("\(at)/\(name)", values.map(\.value), [axis], units: units, "interpolated \(name)")
      try write(
        "\(at)/\(name)Statistical", values.map(\.statistical), [axis], units: units,
        "its error from the errors of the samples")
      try write(
        "\(at)/\(name)Interpolation", values.map(\.interpolation), [axis], units: units,
        "its error from the curve between the samples")
    }
  }

  private func checks(_ group: String, _ entry: SignalResults) throws(HDF5Error) {
    guard !entry.checks.isEmpty else { return }
    let list = entry.checks, at = "\(group)/leaveOneOut"
    let axis = try axis("\(at)/mass", list.map(\.mass), units: entry.mass.unit, "mass left out")
    func ratio(_ name: String, _ what: String, _ ratios: [PredictedRatio?]) throws(HDF5Error) {
      try write(
        "\(at)/\(name)", ratios.map { $0?.ratio ?? .nan }, [axis], "predicted over measured \(what)"
      )
      try write(
        "\(at)/\(name)Error", ratios.map { $0?.error ?? .nan }, [axis], "error of the ratio")
    }
    try ratio("efficiency", "efficiency", list.map(\.efficiency))
    try ratio("resolution", "resolution", list.map(\.resolution))
    try ratio("core", "part within two resolutions", list.map(\.core))
    try write(
      "\(at)/shapeDistance", list.map { $0.shapeDistance ?? .nan }, [axis],
      "largest difference of the cumulative distributions of predicted and fitted shape")
  }

  func workingPoints(_ points: [WorkingPointResults]) throws(HDF5Error) {
    let names = points.map(\.name)
    for (index, entry) in points.enumerated() {
      let group = "/workingPoint/\(Self.link(entry.name, index, among: names))"
      let choice = entry.choice, settings = choice.settings
      try set(
        group,
        [
          ("score", .string(entry.name)), ("significance", .double(settings.significance)),
          ("window", .double(settings.window)), ("averaging", .double(settings.averaging)),
        ])
      let axis = try axis(
        "\(group)/mass", choice.masses.map(\.mass), units: entry.mass.unit, "generated mass")
      let columns: [(String, KeyPath<WorkingPoint.MassChoice, Double>, String)] = [
        ("threshold", \.threshold, "least score that passes"),
        ("efficiencyBefore", \.efficiencyBefore, "efficiency in the window before the cut"),
        ("efficiency", \.efficiency, "efficiency in the window after the cut"),
        ("efficiencyError", \.efficiencyError, "standard error of the efficiency after the cut"),
        ("backgroundBefore", \.backgroundBefore, "background in the window before the cut"),
        ("background", \.background, "background in the window after the cut"),
        (
          "backgroundEntries", \.backgroundEntries,
          "effective number of simulated candidates behind the background after the cut"
        ),
        ("figureOfMeritBefore", \.figureOfMeritBefore, "Punzi's figure of merit before the cut"),
        ("figureOfMerit", \.figureOfMerit, "Punzi's figure of merit after the cut"),
      ]
      for (name, path, longName) in columns {
        try write("\(group)/\(name)", choice.masses.map { $0[keyPath: path] }, [axis], longName)
      }
      let thresholds = try self.axis(
        "\(group)/curve/threshold", choice.curve.thresholds, "least score that passes")
      try write(
        "\(group)/curve/figureOfMerit", choice.curve.figureOfMerit, [thresholds],
        "geometric mean of Punzi's figure of merit over the masses")
      let bins = try bins1D(
        "\(group)/scores", choice.scores.edges, Quantity(name: entry.name, label: "score"))
      try write(
        "\(group)/scores/signal", choice.scores.signal, [bins],
        "signal candidates in the windows, sum of weights")
      try write(
        "\(group)/scores/background", choice.scores.background, [bins],
        "background candidates averaged over, sum of weights")
    }
  }
}
