import HDF5Files

extension SummaryWriter {
  /// How Bayesian limits were made, and how well each is known.
  func limitPosterior(
    _ scan: ScanResults, _ posterior: PosteriorOfLimits, _ group: String, _ axis: Scale
  ) throws(HDF5Error) {
    try set(
      group,
      [
        ("limitConstruction", .string(posterior.construction)),
        ("limitSeed", .string("\(posterior.seed)")),
      ])
    try write(
      "\(group)/limitSamples", scan.points.map { $0.limitToys?.count ?? 0 }, [axis],
      "samples at each value of the parameter, 0 where quadratures served")
    try write(
      "\(group)/observedLimitError", scan.points.map { $0.limitToys?.observedError ?? .nan },
      [axis],
      units: scan.parameter.unit, "error of the observed limit")
  }

  /// Limits by toys beside asymptotic ones, at the hypotheses that have them.
  func beside(_ scan: ScanResults, _ group: String) throws(HDF5Error) {
    let own = scan.points.compactMap { point in point.beside.map { (point.mass, $0) } }
    guard !own.isEmpty else { return }
    let axis = try axis(
      "\(group)/mass", own.map(\.0), units: scan.mass.unit, "mass hypothesis")
    for (name, path, what) in [
      ("observedLimit", \BesideLimit.observed, "observed upper limit by toys"),
      ("observedLimitError", \BesideLimit.observedError, "its Monte Carlo error"),
      ("medianLimit", \BesideLimit.median, "median upper limit without a signal by toys"),
      ("medianLimitError", \BesideLimit.medianError, "its Monte Carlo error"),
    ] {
      try write(
        "\(group)/\(name)", own.map { $0.1[keyPath: path] }, [axis],
        units: scan.parameter.unit, what)
    }
    try write(
      "\(group)/toys", own.map { Int64($0.1.toys) }, [axis],
      "toys, 0 where the asymptotic limits stand for them")
  }

  /// What toys say of the limits, and which hypotheses used them.
  func limitToys(
    _ scan: ScanResults, _ toys: ToysOfLimits, _ group: String, _ axis: Scale
  ) throws(HDF5Error) {
    let points = scan.points
    try set(
      group,
      [
        ("limitConstruction", .string(toys.construction)),
        ("limitToySeed", .string("\(toys.seed)")),
        ("limitToyError", .double(toys.error)),
        ("limitToyAbsoluteError", .double(toys.absoluteError)),
        ("limitMostToys", .int(Int64(toys.most))),
      ])
    if let below = toys.belowBackground {
      try set(group, [("limitToysBelowBackground", .double(below))])
    }
    try write(
      "\(group)/limitToys", points.map { $0.limitToys?.count ?? 0 }, [axis],
      "toys of the limits, 0 where they are asymptotic")
    try write(
      "\(group)/limitToyFailures", points.map { $0.limitToys?.failed ?? 0 }, [axis],
      "toys that could not be fitted; each counts against exclusion")
    try write(
      "\(group)/observedLimitError", points.map { $0.limitToys?.observedError ?? .nan }, [axis],
      units: scan.parameter.unit, "Monte Carlo error of the observed limit")
  }
}
