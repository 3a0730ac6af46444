import HDF5Files

extension SummaryWriter {
  static let statusMeanings = PointStatus.allCases.map { (value: $0.rawValue, name: $0.name) }
  /// Outcomes of limits; that of too few toys only where there are toys.
  static func limitMeanings(of limit: LimitSettings) -> [(value: Int32, name: String)] {
    LimitStatus.allCases.filter { status in
      switch status {
      case .found, .notFound, .absent: true
      case .mostToys: limit.toys != nil
      case .unreliable: limit.posterior != nil || !limit.isAsymptotic && limit.toys == nil
      }
    }.map { ($0.rawValue, $0.name) }
  }

  /// Writes a scan; one that combines others has no windows of its own, and no numbers of them.
  func scan(
    _ scan: ScanResults, _ group: String, isCombination: Bool = false
  ) throws(HDF5Error) {
    let points = scan.points
    try set(
      group,
      [
        ("observable", .string(scan.observable.name)),
        ("observableLabel", .string(scan.observable.label)),
        ("parameter", .string(scan.parameter.name)),
        ("parameterLabel", .string(scan.parameter.label)),
        ("parameterUnits", .string(scan.parameter.unit.isEmpty ? "1" : scan.parameter.unit)),
        ("likelihood", .string(scan.likelihood)), ("signalShape", .string(scan.signalShape)),
      ])
    if let signal = scan.signal { try set(group, [("signal", .string(signal))]) }
    if !scan.backgroundShapes.isEmpty {
      try set(group, [("backgroundShapes", .strings(scan.backgroundShapes.map(Self.text)))])
    }
    let axis = try axis(
      "\(group)/mass", points.map(\.mass), units: scan.mass.unit, scan.mass.label)
    try numbers(scan, group, axis, isCombination: isCombination)
    try write(
      "\(group)/events", points.map(\.events), [axis],
      "events in the window, excluded ranges left out")
    try write(
      "\(group)/status", statuses: points.map(\.status.rawValue), [axis],
      meanings: Self.statusMeanings, "outcome of the hypothesis")
    try write("\(group)/message", points.map(\.message), [axis], "what went wrong")
    try coefficients(scan, group, axis)
    try limits(scan, group, axis)
    try ranges("\(group)/excluded", scan.excluded, scan.observable)
    try shapes(scan, group, axis)
    try profiles(scan, group, axis)
    try lifetimes(scan, group, axis)
    try counts(scan, "\(group)/count", axis)
    guard !scan.systematics.isEmpty else { return }
    let systematics = "\(group)/systematics"
    let names = try self.axis(
      "\(systematics)/name", scan.systematics.map(\.name), "name of the systematic uncertainty")
    try write("\(systematics)/target", scan.systematics.map(\.target), [names], "what it acts on")
    try write("\(systematics)/size", scan.systematics.map(\.size), [names], "relative size")
    try write(
      "\(systematics)/constraint", scan.systematics.map(\.constraint), [names], "constraint")
    guard scan.systematics.contains(where: { !$0.sizes.isEmpty }) else { return }
    let sizes = scan.points.indices.flatMap { point in
      scan.systematics.map { $0.sizes.indices.contains(point) ? $0.sizes[point] : $0.size }
    }
    try write(
      "\(systematics)/sizes", sizes, [axis, names],
      shape: [scan.points.count, scan.systematics.count], "relative size at each hypothesis")
  }

  private func numbers(
    _ scan: ScanResults, _ group: String, _ axis: Scale, isCombination: Bool
  ) throws(HDF5Error) {
    let observable = scan.observable.unit
    let parameter = scan.parameter.unit
    let columns: [(String, KeyPath<ScanPoint, Double>, String, String)] = [
      (
        "observable", \.observable, observable, "\(scan.observable.label) at which the signal peaks"
      ),
      ("resolution", \.resolution, observable, "resolution of the observable"),
      ("windowLow", \.windowLow, observable, "lower edge of the window"),
      ("windowHigh", \.windowHigh, observable, "upper edge of the window"),
      ("reducedMass", \.reducedMass, scan.mass.unit, "reduced mass of the hypothesis"),
      ("efficiency", \.efficiency, "", "selection efficiency"),
      ("entriesPerEvent", \.entriesPerEvent, "", "candidates for each event in the window"),
      ("scoreCut", \.scoreCut, "", "smallest score that was kept"),
      ("acceptance", \.acceptance, "", "fraction of the signal inside the window"),
      ("signalYield", \.signalYield, "", "fitted signal events"),
      ("signalYieldError", \.signalYieldError, "", "standard error of the fitted signal events"),
      ("parameter", \.parameter, parameter, "fitted \(scan.parameter.label)"),
      (
        "parameterError", \.parameterError, parameter,
        "standard error of the fitted \(scan.parameter.label)"
      ),
      ("backgroundYield", \.backgroundYield, "", "fitted background events in the window"),
      (
        "backgroundYieldError", \.backgroundYieldError, "",
        "standard error of the fitted background events"
      ),
      (
        "backgroundUnderPeak", \.backgroundUnderPeak, "",
        "background events expected within two resolutions of the peak"
      ),
      (
        "negativeLogLikelihood", \.negativeLogLikelihood, "",
        "negative logarithm of the likelihood at its minimum"
      ),
      ("q0", \.q0, "", "test statistic for discovery, eq. (12) of arXiv:1007.1727"),
      ("signedRoot", \.signedRoot, "", "signed root of q0, the local significance"),
      ("pValue", \.pValue, "", "local p-value of the background-only hypothesis"),
    ]
    let optional = ["reducedMass", "entriesPerEvent", "scoreCut"]
    for (name, path, units, longName) in columns {
      let isOptional = optional.contains(name) || isCombination
      if isOptional, !scan.points.contains(where: { $0[keyPath: path].isFinite }) {
        continue
      }
      try write(
        "\(group)/\(name)", scan.points.map { $0[keyPath: path] }, [axis], units: units, longName)
    }
  }

  private func shapes(_ scan: ScanResults, _ group: String, _ axis: Scale) throws(HDF5Error) {
    guard scan.shapes.count == scan.points.count, !scan.shapeParameters.isEmpty else { return }
    let names = try self.axis(
      "\(group)/shapeParameter", scan.shapeParameters, "parameter of the signal's shape")
    try write(
      "\(group)/shape", scan.shapes.flatMap { $0 }, [axis, names],
      shape: [scan.points.count, scan.shapeParameters.count],
      "signal's shape; mean and widths in the observable's unit")
  }

  private func coefficients(_ scan: ScanResults, _ group: String, _ axis: Scale) throws(HDF5Error) {
    let most = scan.points.map(\.backgroundCoefficients.count).max() ?? 0
    guard most > 0 else { return }
    let order = try self.axis(
      "\(group)/coefficient", (1...most).map(Int64.init), "number of the background coefficient")
    let values = scan.points.flatMap { point in
      point.backgroundCoefficients
        + [Double](repeating: .nan, count: most - point.backgroundCoefficients.count)
    }
    try write(
      "\(group)/backgroundCoefficients", values, [axis, order], shape: [scan.points.count, most],
      "shape coefficients of the background, not a number beyond the last one")
  }

  private func limits(_ scan: ScanResults, _ group: String, _ axis: Scale) throws(HDF5Error) {
    guard let settings = scan.limit else { return }
    let points = scan.points
    try set(
      group,
      [
        ("limitLevel", .double(settings.level)), ("limitMethod", .string(settings.method)),
        ("limitIsAsymptotic", .int(settings.isAsymptotic ? 1 : 0)),
      ])
    try write(
      "\(group)/limitStatus", statuses: points.map(\.limitStatus.rawValue), [axis],
      meanings: Self.limitMeanings(of: settings), "outcome of the limit")
    let level = NumberText.short(settings.level * 100, 6)
    try write(
      "\(group)/observedLimit", points.map(\.observedLimit), [axis], units: scan.parameter.unit,
      "observed upper limit on \(scan.parameter.label) at \(level) % confidence level")
    let toys = settings.toys
    if let toys { try limitToys(scan, toys, group, axis) }
    try beside(scan, "\(group)/beside")
    let posterior = settings.posterior
    if let posterior { try limitPosterior(scan, posterior, group, axis) }
    guard !settings.expected.isEmpty else { return }
    let sigmas = try self.axis(
      "\(group)/expectedSigma", settings.expected, "standard deviations from the expected median")
    let count = settings.expected.count
    let values = points.flatMap { point in
      point.expectedLimits.count == count
        ? point.expectedLimits : [Double](repeating: .nan, count: count)
    }
    try write(
      "\(group)/expectedLimits", values, [axis, sigmas], shape: [points.count, count],
      units: scan.parameter.unit,
      "expected upper limits on \(scan.parameter.label) at \(level) % confidence level")
    guard toys != nil || posterior != nil else { return }
    let errors = points.flatMap { point in
      point.limitToys.flatMap { $0.expectedErrors.count == count ? $0.expectedErrors : nil }
        ?? [Double](repeating: .nan, count: count)
    }
    try write(
      "\(group)/expectedLimitErrors", errors, [axis, sigmas], shape: [points.count, count],
      units: scan.parameter.unit,
      toys != nil ? "Monte Carlo errors of the expected limits" : "errors of the expected limits")
  }

  func windows(_ scan: ScanResults, _ parent: String) throws(HDF5Error) {
    for (index, window) in scan.windows.enumerated()
    where scan.points.indices.contains(window.point) {
      let group = "\(parent)/\(index + 1)"
      var attributes: [(String, HDF5Attribute.Value)] = [
        ("mass", .double(scan.points[window.point].mass)),
        ("massUnits", .string(scan.mass.unit.isEmpty ? "1" : scan.mass.unit)),
        ("hypothesis", .int(Int64(window.point))),
      ]
      switch window.reason {
      case .mostSignificant(let rank):
        attributes += [("reason", .string("mostSignificant")), ("rank", .int(Int64(rank)))]
      case .named: attributes.append(("reason", .string("named")))
      }
      try set(group, attributes)
      try plot(group, window.plot, scan.observable)
    }
  }

  /// Writes binned data and curves.
  func plot(
    _ group: String, _ plot: FitPlot, _ observable: Quantity
  ) throws(HDF5Error) {
    let bins = plot.edges.count - 1
    if bins >= 1, plot.counts.count == bins, plot.variances.count == bins,
      plot.expected.count == bins
    {
      let axis = try bins1D(group, plot.edges, observable)
      try write("\(group)/data", plot.counts, [axis], "sum of weights per bin")
      try write("\(group)/dataVariance", plot.variances, [axis], "sum of squared weights per bin")
      try write("\(group)/expected", plot.expected, [axis], "events the fit expects per bin")
    }
    let count = plot.curveX.count
    guard count > 0, plot.total.count == count, plot.background.count == count else { return }
    let axis = try axis(
      "\(group)/x", plot.curveX, units: observable.unit, "\(observable.label) of the curves")
    try write("\(group)/fit", plot.total, [axis], "fit in events per bin")
    try write("\(group)/background", plot.background, [axis], "background in events per bin")
    let parts = plot.parts.filter { $0.values.count == count }
    if !parts.isEmpty {
      let names = try self.axis("\(group)/part", parts.map(\.name), "name of the part of the fit")
      try write(
        "\(group)/parts", parts.flatMap(\.values), [names, axis], shape: [parts.count, count],
        "further parts of the fit in events per bin, without background")
    }
    try ranges("\(group)/excluded", plot.excluded, observable)
  }

  func namedFits(_ fits: [NamedFit]) throws(HDF5Error) {
    let names = fits.map(\.name)
    for (index, fit) in fits.enumerated() {
      let group = "/fits/\(Self.link(fit.name, index, among: names))"
      try set(
        group,
        [
          ("fit", .string(fit.name)), ("sample", .string(fit.sample)),
          ("observable", .string(fit.observable.name)),
          ("observableUnits", .string(fit.observable.unit.isEmpty ? "1" : fit.observable.unit)),
          ("window", .doubles([fit.low, fit.high])), ("events", .int(fit.events)),
          ("status", .int(Int64(fit.status.rawValue))), ("statusName", .string(fit.status.name)),
          ("message", .string(fit.message)),
          ("negativeLogLikelihood", .double(fit.negativeLogLikelihood)),
        ])
      try parameters(group, fit)
      if let plot = fit.plot { try self.plot("\(group)/plot", plot, fit.observable) }
    }
  }

  private func parameters(_ group: String, _ fit: NamedFit) throws(HDF5Error) {
    let parameters = fit.parameters
    guard !parameters.isEmpty else { return }
    let axis = try axis(
      "\(group)/parameter", parameters.map(\.name), "name of the parameter")
    try write(
      "\(group)/value", parameters.map(\.value), [axis],
      "value of the parameter, in the units of the dataset unit")
    try write(
      "\(group)/error", parameters.map { $0.error ?? .nan }, [axis],
      "standard error, not a number where it is undefined")
    try write(
      "\(group)/unit", parameters.map { $0.unit.isEmpty ? "1" : $0.unit }, [axis],
      "unit of the parameter")
    try write(
      "\(group)/isFixed", parameters.map { UInt8($0.isFixed ? 1 : 0) }, [axis],
      "1 where the pipeline fixes the parameter")
    try write(
      "\(group)/isAtLimit", parameters.map { UInt8($0.isAtLimit ? 1 : 0) }, [axis],
      "1 where the parameter ended at a bound")
    let free = fit.freeParameters
    guard !free.isEmpty, fit.covariance.count == free.count * free.count else { return }
    let rows = try self.axis(
      "\(group)/freeParameter", free, "name of the free parameter, rows of the covariance")
    let columns = try self.axis(
      "\(group)/freeParameter2", free, "name of the free parameter, columns of the covariance")
    try write(
      "\(group)/covariance", fit.covariance, [rows, columns], shape: [free.count, free.count],
      "covariance of the free parameters, in products of their units")
  }
}
