import HDF5Files

extension SummaryWriter {
  /// Writes what the limits mean for models, a group for each.
  func interpretations(_ results: SearchResults) throws(HDF5Error) {
    let names = results.interpretations.map(\.name)
    for (index, interpretation) in results.interpretations.enumerated()
    where results.scans.indices.contains(interpretation.scan) && !interpretation.points.isEmpty {
      try self.interpretation(
        interpretation, results.scans[interpretation.scan],
        "/interpret/" + Self.link(interpretation.name, index, among: names))
    }
  }

  private func interpretation(
    _ interpretation: Interpretation, _ scan: ScanResults, _ group: String
  ) throws(HDF5Error) {
    let coupling = interpretation.coupling
    try set(
      group,
      [
        ("model", .string(interpretation.model)), ("coupling", .string(coupling.name)),
        ("couplingLabel", .string(coupling.label)), ("sqrtS", .double(interpretation.sqrtS)),
        ("sqrtSUnits", .string("GeV")), ("alpha", .double(interpretation.alpha)),
        ("radiation", .string(interpretation.radiation)),
        ("flagWidth", .double(interpretation.flagWidth)),
      ])
    if let signal = scan.signal { try set(group, [("signal", .string(signal))]) }
    let points = interpretation.points
    let axis = try axis(
      "\(group)/mass", points.map(\.mass), units: scan.mass.unit, scan.mass.label)
    try write(
      "\(group)/crossSection", points.map(\.crossSection), [axis], units: "fb",
      "Born cross section at unit coupling")
    try write(
      "\(group)/branchingFraction", points.map(\.branchingFraction), [axis],
      "branching fraction to what is searched for")
    try write(
      "\(group)/radiationFactor", points.map(\.radiationFactor), [axis],
      "factor for initial-state radiation")
    try write(
      "\(group)/width", points.map(\.width), [axis], units: "GeV",
      "natural width at the observed limit")
    try write(
      "\(group)/isWide", points.map { UInt8($0.isWide ? 1 : 0) }, [axis],
      "1 where the natural width exceeds flagWidth resolutions")
    guard let limit = scan.limit else { return }
    let level = NumberText.short(limit.level * 100, 6)
    try write(
      "\(group)/observedLimit", points.map(\.observedLimit), [axis],
      "observed upper limit on \(coupling.label) at \(level) % confidence level")
    guard !limit.expected.isEmpty else { return }
    let sigmas = try self.axis(
      "\(group)/expectedSigma", limit.expected, "standard deviations from the expected median")
    let count = limit.expected.count
    let values = points.flatMap { point in
      point.expectedLimits.count == count
        ? point.expectedLimits : [Double](repeating: .nan, count: count)
    }
    try write(
      "\(group)/expectedLimits", values, [axis, sigmas], shape: [points.count, count],
      "expected upper limits on \(coupling.label) at \(level) % confidence level")
  }
}
