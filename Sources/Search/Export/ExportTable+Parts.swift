extension ExportTable {
  private static func column(
    _ name: String, _ label: String, _ unit: String = "", _ values: [Double],
    errors: [Double]? = nil
  ) -> Column {
    Column(
      name: name, label: label, unit: unit == "1" ? "" : unit,
      values: .numbers(values, errors: errors))
  }

  /// Limits on a coupling.
  init(_ limits: SummaryCoupling) {
    let points = limits.points
    var columns = [
      Self.column(
        "observedLimit", "Observed upper limit on \(limits.coupling.label)", "",
        points.map(\.observedLimit))
    ]
    if !limits.expectedSigmas.isEmpty {
      columns.append(
        Column(
          name: "expectedLimit", label: "Expected upper limit on \(limits.coupling.label)",
          unit: "",
          values: .bands(
            deviations: limits.expectedSigmas,
            values: limits.expectedSigmas.indices.map { k in
              points.map { $0.expectedLimits.indices.contains(k) ? $0.expectedLimits[k] : .nan }
            })))
    }
    columns += [
      Self.column(
        "crossSection", "Born cross section at unit coupling", "fb",
        points.map(\.crossSection)),
      Self.column("branchingFraction", "Branching fraction", "", points.map(\.branchingFraction)),
      Self.column(
        "radiationFactor", "Factor for initial-state radiation", "",
        points.map(\.radiationFactor)),
    ]
    if points.contains(where: \.isWide) {
      columns.append(
        Column(
          name: "flag", label: "Flag", unit: "",
          values: .texts(
            points.map { $0.isWide ? "natural width is not small beside the resolution" : "" })))
    }
    let what =
      limits.limitName.isEmpty
      ? "upper limit on \(limits.coupling.label)"
      : limits.limitName.hasPrefix("observed ")
        ? String(limits.limitName.dropFirst("observed ".count)) : limits.limitName
    self.init(
      "Limits on \(limits.coupling.label), \(limits.name)", file: "coupling-\(limits.name)",
      text: "Observed and expected \(what) in the model '\(limits.model)' as functions of the "
        + "mass. Expected limits are for background alone: their median, and the quantiles of "
        + "background fluctuations as its errors.", observables: ["COUPLING"],
      axes: [Self.column("mass", "Mass hypothesis", "GeV", points.map(\.mass))], columns: columns,
      isPublished: points.map { $0.observedLimit.isFinite })
    qualifiers = [("Model", limits.model, "")]
  }

  /// Measured efficiencies and resolutions.
  init(_ signal: SummarySignal) {
    self.init(
      "Measured signal \(signal.name)", file: "measured-\(signal.name)",
      text: "Selection efficiency for each generated event, and resolution, of simulated signals "
        + "at their generated masses.", observables: ["EFFICIENCY"],
      axes: [Self.column("mass", "Generated mass", "GeV", signal.masses)],
      columns: [
        Self.column(
          "efficiency", "Selection efficiency", "", signal.efficiency,
          errors: signal.efficiencyError),
        Self.column(
          "resolution", "Resolution", signal.observableUnits, signal.resolution,
          errors: signal.resolutionError),
      ], isPublished: signal.masses.map { _ in true })
  }

  private static func words(_ parameter: FittedParameter) -> String {
    parameter.unit.isEmpty ? parameter.name : "\(parameter.name) [\(parameter.unit)]"
  }

  /// Parameters of a named fit.
  init(_ fit: NamedFit) {
    let isValid = fit.status.isValid
    self.init(
      "Fit \(fit.name)", file: "fit-\(fit.name)",
      text: "Parameters of the fit '\(fit.name)' to the sample '\(fit.sample)' in the "
        + "\(fit.observable.name) from \(NumberText.short(fit.low)) to "
        + "\(NumberText.short(fit.high)) \(fit.observable.unit) (\(fit.status.text)); fixed "
        + "parameters have no error.", observables: ["FIT PARAMETERS"],
      axes: [
        Column(
          name: "parameter", label: "Parameter", unit: "",
          values: .texts(fit.parameters.map(Self.words)))
      ],
      columns: [
        Self.column(
          "value", "Value", "", fit.parameters.map { isValid ? $0.value : .nan },
          errors: fit.parameters.map { isValid && !$0.isFixed ? $0.error ?? .nan : .nan })
      ], isPublished: fit.parameters.map { _ in true })
  }

  /// Covariance of a named fit; nil where it has none.
  init?(covarianceOf fit: NamedFit) {
    let free = fit.freeParameters, n = free.count
    guard n > 0, fit.covariance.count == n * n, fit.status.isValid else { return nil }
    func axis(_ name: String, _ label: String, _ texts: [String]) -> Column {
      Column(name: name, label: label, unit: "", values: .texts(texts))
    }
    self.init(
      "Covariance of fit \(fit.name)", file: "covariance-\(fit.name)",
      text: "Covariance of the free parameters of the fit '\(fit.name)', in products of their "
        + "units.", observables: ["COVARIANCE"],
      axes: [
        axis("row", "Parameter", free.flatMap { [String](repeating: $0, count: n) }),
        axis("column", "Second parameter", (0..<n).flatMap { _ in free }),
      ], columns: [Self.column("covariance", "Covariance", "", fit.covariance)],
      isPublished: [Bool](repeating: true, count: n * n))
  }

  /// A cut flow.
  init(_ flow: CutFlow) {
    let steps = flow.steps
    self.init(
      "Cut flow of \(flow.sample)", file: "cutflow-\(flow.sample)",
      text: "Candidates and events of the sample '\(flow.sample)' left after each step of the "
        + "selection"
        + (flow.isCutShortByBlinding ? "; later steps are hidden by blinding." : "."),
      observables: ["N"],
      axes: [
        Column(name: "step", label: "Step", unit: "", values: .texts(steps.map(\.name)))
      ],
      columns: [
        Column(
          name: "candidates", label: "Candidates", unit: "",
          values: .counts(steps.map(\.candidates))),
        Column(name: "events", label: "Events", unit: "", values: .counts(steps.map(\.events))),
        Self.column(
          "sumOfWeights", "Sum of weights", "", steps.map(\.sumOfWeights),
          errors: steps.map { $0.sumOfSquares.squareRoot() }),
      ], isPublished: steps.map { _ in true })
  }
}
