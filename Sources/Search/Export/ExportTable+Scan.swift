extension ExportTable {
  /// Below this background under the peak asymptotic limits under-cover.
  private static let fewEvents = 30.0
  /// Above this number of candidates an event errors are too small.
  private static let manyEntries = 1.05

  private static func masses(_ scan: ScanResults) -> Column {
    Column(
      name: "mass", label: scan.mass.label, unit: scan.mass.unit,
      values: .numbers(scan.points.map(\.mass), errors: nil))
  }

  private static func status(_ scan: ScanResults) -> Column {
    Column(
      name: "status", label: "Status", unit: "", values: .texts(scan.points.map(\.status.name)),
      isInternal: true)
  }

  private static func suffix(_ scan: ScanResults) -> (name: String, file: String) {
    guard let signal = scan.signal, !signal.isEmpty else { return ("", "") }
    return (" of \(signal)", "-\(signal)")
  }

  /// What a reader should know of a hypothesis; empty for nothing.
  private static func flag(_ point: ScanPoint, _ scan: ScanResults) -> String {
    var flags: [String] = []
    if point.status.isFailure {
      flags.append("fit failed: \(point.status.text)")
    } else if point.limitStatus == .notFound {
      flags.append("limit not found")
    }
    if scan.limit?.isAsymptotic == true, point.backgroundUnderPeak < fewEvents {
      flags.append("few events: asymptotic limit under-covers")
    }
    if point.entriesPerEvent > manyEntries { flags.append("several candidates an event") }
    return flags.joined(separator: "; ")
  }

  private static func flags(_ scan: ScanResults) -> [Column] {
    let texts = scan.points.map { flag($0, scan) }
    guard zip(texts, scan.points).contains(where: { !$0.isEmpty && !$1.status.isSkipped }) else {
      return []
    }
    return [Column(name: "flag", label: "Flag", unit: "", values: .texts(texts))]
  }

  private static func numbers(
    _ scan: ScanResults, _ name: String, _ label: String, _ unit: String = "",
    _ value: KeyPath<ScanPoint, Double>, error: KeyPath<ScanPoint, Double>? = nil
  ) -> Column {
    let valid = scan.points.map(\.status.isValid)
    func values(_ path: KeyPath<ScanPoint, Double>) -> [Double] {
      zip(scan.points, valid).map { $1 ? $0[keyPath: path] : .nan }
    }
    return Column(
      name: name, label: label, unit: unit,
      values: .numbers(values(value), errors: error.map(values)))
  }

  private init(
    _ name: String, file: String, text: String, observables: [String], scan: ScanResults,
    columns: [Column]
  ) {
    let suffix = Self.suffix(scan)
    self.init(
      name + suffix.name, file: file + suffix.file, text: text, observables: observables,
      axes: [Self.masses(scan)], columns: columns + [Self.status(scan)] + Self.flags(scan),
      isPublished: scan.points.map { !$0.status.isSkipped })
    if !scan.likelihood.isEmpty { qualifiers.append(("Likelihood", scan.likelihood, "")) }
  }

  /// Upper limits with their expected bands.
  init(limitsOf scan: ScanResults) {
    let limit = scan.limit ?? LimitSettings(level: .nan)
    let level = NumberText.short(limit.level * 100, 6)
    let found = scan.points.map { $0.limitStatus == .found && $0.status.isValid }
    var columns = [
      Column(
        name: "observedLimit", label: "Observed upper limit on \(scan.parameter.label)",
        unit: scan.parameter.unit,
        values: .numbers(
          zip(scan.points, found).map { $1 ? $0.observedLimit : .nan }, errors: nil))
    ]
    if !limit.expected.isEmpty {
      let values = limit.expected.indices.map { k in
        zip(scan.points, found).map { point, isFound in
          isFound && point.expectedLimits.indices.contains(k) ? point.expectedLimits[k] : .nan
        }
      }
      columns.append(
        Column(
          name: "expectedLimit", label: "Expected upper limit on \(scan.parameter.label)",
          unit: scan.parameter.unit, values: .bands(deviations: limit.expected, values: values)))
    }
    self.init(
      "Limits", file: "limits",
      text: "Observed and expected upper limits on \(scan.parameter.label) at \(level) % "
        + "confidence level as functions of the mass. Expected limits are for background alone: "
        + "their median, and the quantiles of background fluctuations as its errors.",
      observables: Self.observables(scan.parameter.name)
        + (limit.method.hasPrefix("CLs") ? ["CLS"] : []), scan: scan, columns: columns)
    qualifiers = [("Confidence level", level, "%"), ("Method", limit.method, "")] + qualifiers
  }

  /// HEPData's word for a limited quantity.
  private static func observables(_ parameter: String) -> [String] {
    switch parameter {
    case "crossSection": ["SIG"]
    case "branchingProduct": ["BR"]
    default: ["N"]
    }
  }

  /// Local significances and p-values.
  init(significancesOf scan: ScanResults) {
    self.init(
      "Local significances", file: "significances",
      text: "Signed root of the likelihood ratio of signal plus background to background alone, "
        + "the one-sided local p-value of background alone that follows from it, and the "
        + "discovery test statistic, as functions of the mass.",
      observables: ["SIGNIFICANCE", "P-VALUE"], scan: scan,
      columns: [
        Self.numbers(scan, "signedRoot", "Signed root of the likelihood ratio", "", \.signedRoot),
        Self.numbers(scan, "pValue", "Local p-value", "", \.pValue),
        Self.numbers(scan, "q0", "Discovery test statistic q0", "", \.q0),
      ])
  }

  /// Fitted parameters and yields.
  init(fitsOf scan: ScanResults) {
    let unit = scan.parameter.unit
    var columns = [
      Self.numbers(
        scan, "parameter", "Fitted \(scan.parameter.label)", unit, \.parameter,
        error: \.parameterError),
      Self.numbers(
        scan, "signalYield", "Fitted signal events", "", \.signalYield, error: \.signalYieldError),
      Self.numbers(
        scan, "backgroundYield", "Fitted background events in the window", "", \.backgroundYield,
        error: \.backgroundYieldError),
    ]
    columns.append(
      Column(
        name: "events", label: "Events in the window", unit: "",
        values: .counts(scan.points.map(\.events))))
    self.init(
      "Fits", file: "fits",
      text: "Fitted \(scan.parameter.label), signal and background events as functions of the "
        + "mass.", observables: ["N"], scan: scan, columns: columns)
  }

  /// Efficiency, resolution and acceptance of the windows; nil where the scan has none.
  init?(windowsOf scan: ScanResults) {
    guard scan.points.contains(where: { $0.efficiency.isFinite }) else { return nil }
    let observable = scan.observable
    func column(
      _ name: String, _ label: String, _ unit: String, _ path: KeyPath<ScanPoint, Double>
    ) -> Column {
      Column(
        name: name, label: label, unit: unit,
        values: .numbers(scan.points.map { $0[keyPath: path] }, errors: nil))
    }
    self.init(
      "Signal", file: "signal",
      text: "Selection efficiency, position and resolution of the signal in the "
        + "\(observable.label), and the part of its shape inside the fitted window, as functions "
        + "of the mass.", observables: ["EFFICIENCY"], scan: scan,
      columns: [
        column("efficiency", "Selection efficiency", "", \.efficiency),
        column("observable", "Position of the signal", observable.unit, \.observable),
        column("resolution", "Resolution", observable.unit, \.resolution),
        column("acceptance", "Part of the signal inside the window", "", \.acceptance),
      ])
    qualifiers = []
    columns.removeAll { $0.name == "flag" }
  }
}
