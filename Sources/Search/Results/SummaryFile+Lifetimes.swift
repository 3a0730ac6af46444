import HDF5Files

extension SummaryWriter {
  /// Writes efficiencies and limits for tested lifetimes.
  func lifetimes(_ scan: ScanResults, _ parent: String, _ axis: Scale) throws(HDF5Error) {
    guard let results = scan.lifetimes, let limit = scan.limit else { return }
    let group = "\(parent)/lifetimes"
    let grid = results.grid
    let shape = [scan.points.count] + grid.lifetimes.map(\.values.count)
    var axes = [axis]
    for own in grid.lifetimes {
      let name = own.name.isEmpty ? "lifetime" : "\(own.name)Lifetime"
      axes.append(
        try self.axis(
          "\(group)/\(name)", own.values, units: "cm",
          own.name.isEmpty ? "c τ" : "c τ of \(own.name)"))
    }
    for (own, value) in zip(grid.coordinates, results.coordinates) {
      try write(
        "\(group)/at/\(own.name)", [value], [], shape: [], "coordinate at which limits are set")
    }
    let values = results.values.flatMap { $0 }
    for (name, path, longName) in [
      ("efficiency", \LifetimeResults.Value.efficiency, "selection efficiency"),
      ("efficiencyError", \.efficiencyError, "its error from simulation"),
      ("effectiveEvents", \.effectiveEvents, "effective simulated events behind the efficiency"),
    ] {
      try write(
        "\(group)/\(name)", values.map { $0[keyPath: path] }, axes, shape: shape,
        longName)
    }
    try write(
      "\(group)/status", values.map(\.status.rawValue), axes, shape: shape,
      LifetimeResults.Status.allCases.map { "\($0.rawValue) \($0.name)" }.joined(separator: ", "))
    let level = NumberText.short(limit.level * 100, 6)
    let observed = zip(scan.points, results.values).flatMap { point, own in
      own.map { $0.limitFactor * point.observedLimit }
    }
    try write(
      "\(group)/observedLimit", observed, axes, shape: shape,
      units: results.quantity.unit,
      "observed upper limit on \(results.quantity.label) at \(level) % confidence level")
    try benchmarks(results, scan, group, axes)
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
      "\(group)/expectedLimits", expected, axes + [sigmas], shape: shape + [count],
      units: results.quantity.unit,
      "expected upper limits on \(results.quantity.label) at \(level) % confidence level")
  }

  /// Writes the observed limits for all generated coordinates, where there are any.
  ///
  /// `axes` are those of mass and lifetimes.
  private func benchmarks(
    _ results: LifetimeResults, _ scan: ScanResults, _ group: String, _ axes: [Scale]
  ) throws(HDF5Error) {
    let grid = results.grid
    guard !grid.coordinates.isEmpty, results.factors.count == scan.points.count else { return }
    var scales = [axes[0]]
    for own in grid.coordinates {
      scales.append(
        try self.axis("\(group)/coordinates/\(own.name)", own.values, "generated \(own.name)"))
    }
    let limits = zip(scan.points, results.factors).flatMap { point, own in
      own.map { $0 * point.observedLimit }
    }
    try write(
      "\(group)/benchmarkLimit", limits, scales + axes.dropFirst(),
      shape: [scan.points.count] + (grid.coordinates + grid.lifetimes).map(\.values.count),
      units: results.quantity.unit,
      "observed upper limit on \(results.quantity.label) at the generated coordinates")
  }
}
