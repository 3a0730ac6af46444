import HDF5Files

extension SummaryWriter {
  /// Writes efficiencies and limits for tested lifetimes.
  func lifetimes(_ scan: ScanResults, _ parent: String, _ axis: Scale) throws(HDF5Error) {
    guard let results = scan.lifetimes, let limit = scan.limit else { return }
    let group = "\(parent)/lifetimes"
    let shape = [scan.points.count, results.centimetres.count]
    let lifetimes = try self.axis(
      "\(group)/lifetime", results.centimetres, units: "cm", "c τ")
    let values = results.values.flatMap { $0 }
    for (name, path, longName) in [
      ("efficiency", \LifetimeResults.Value.efficiency, "selection efficiency"),
      ("efficiencyError", \.efficiencyError, "its error from simulation"),
      ("effectiveEvents", \.effectiveEvents, "effective simulated events behind the efficiency"),
    ] {
      try write(
        "\(group)/\(name)", values.map { $0[keyPath: path] }, [axis, lifetimes], shape: shape,
        longName)
    }
    try write(
      "\(group)/status", values.map(\.status.rawValue), [axis, lifetimes], shape: shape,
      LifetimeResults.Status.allCases.map { "\($0.rawValue) \($0.name)" }.joined(separator: ", "))
    let level = NumberText.short(limit.level * 100, 6)
    let observed = zip(scan.points, results.values).flatMap { point, own in
      own.map { $0.limitFactor * point.observedLimit }
    }
    try write(
      "\(group)/observedLimit", observed, [axis, lifetimes], shape: shape,
      units: results.quantity.unit,
      "observed upper limit on \(results.quantity.label) at \(level) % confidence level")
    guard !limit.expected.isEmpty else { return }
    let sigmas = try self.axis(
      "\(group)/expectedSigma", limit.expected, "standard deviations from the expected median")
    let count = limit.expected.count
    let expected = zip(scan.points, results.values).flatMap { point, own in
      own.flatMap { value in
        point.expectedLimits.count == count
          ? point.expectedLimits.map { $0 * value.limitFactor }
          : [Double](repeating: .nan, count: count)
      }
    }
    try write(
      "\(group)/expectedLimits", expected, [axis, lifetimes, sigmas], shape: shape + [count],
      units: results.quantity.unit,
      "expected upper limits on \(results.quantity.label) at \(level) % confidence level")
  }
}
