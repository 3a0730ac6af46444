import HDF5Files

extension SummaryWriter {
  /// Writes what toys with injected signals say, over hypotheses and strengths.
  func closure(_ scan: ScanResults, _ group: String) throws(HDF5Error) {
    guard let closure = scan.closure else { return }
    var attributes: [(String, HDF5Attribute.Value)] = [
      ("toys", .int(Int64(closure.toys))), ("bias", .double(closure.bias)),
      ("width", .double(closure.width)), ("confidence", .double(closure.confidence)),
      ("parameter", .string(scan.parameter.name)),
      ("parameterUnits", .string(scan.parameter.unit.isEmpty ? "1" : scan.parameter.unit)),
    ]
    if let signal = scan.signal { attributes.append(("signal", .string(signal))) }
    if let limit = scan.limit { attributes.append(("limitLevel", .double(limit.level))) }
    try set(group, attributes)
    let points = closure.points
    let mass = try axis("\(group)/mass", points.map(\.mass), units: scan.mass.unit, scan.mass.label)
    try write(
      "\(group)/hypothesis", points.map { Int64($0.hypothesis) }, [mass],
      "place of the hypothesis in the scan, from 0")
    try write(
      "\(group)/backgroundUnderPeak", points.map(\.backgroundUnderPeak), [mass],
      "background events expected within two resolutions of the peak")
    try write(
      "\(group)/expectedError", points.map(\.expectedError), [mass], units: scan.parameter.unit,
      "expected error of \(scan.parameter.label) without a signal, the unit of strengths")
    try write("\(group)/message", points.map(\.message), [mass], "why there are no toys")
    try strengths(closure, scan, group, mass)
    try uniformity(closure, group, mass)
  }

  private func strengths(
    _ closure: ClosureResults, _ scan: ScanResults, _ group: String, _ mass: Scale
  ) throws(HDF5Error) {
    let axis = try axis(
      "\(group)/strength", closure.strengths,
      "injected \(scan.parameter.label) in units of its expected error without a signal")
    let shape = [closure.points.count, closure.strengths.count]
    func cells<T>(_ absent: T, _ value: (ClosureStrength) -> T) -> [T] {
      closure.points.flatMap { point in
        closure.strengths.indices.map {
          point.strengths.indices.contains($0) ? value(point.strengths[$0]) : absent
        }
      }
    }
    func put<T: HDF5Element>(
      _ name: String, _ values: [T], units: String = "", _ words: String
    ) throws(HDF5Error) {
      try write("\(group)/\(name)", values, [mass, axis], shape: shape, units: units, words)
    }
    func measured(
      _ name: String, units: String = "", _ words: String,
      _ value: (ClosureStrength) -> ClosureNumber
    ) throws(HDF5Error) {
      try put(name, cells(.nan) { value($0).value }, units: units, words)
      try put(
        name + "Error", cells(.nan) { value($0).error }, units: units, "error of the \(words)")
    }
    let unit = scan.parameter.unit
    try put("injected", cells(.nan, \.injected), units: unit, "injected \(scan.parameter.label)")
    try put("toysDone", cells(0) { Int64($0.toys) }, "toys that were made")
    try put("failed", cells(0) { Int64($0.failed) }, "toys whose fit failed")
    try put(
      "withoutError", cells(0) { Int64($0.withoutError) },
      "toys with a valid fit whose parameter has no error")
    try measured("difference", units: unit, "mean of fitted minus injected", \.difference)
    try measured(
      "meanBias", "mean of fitted minus injected in expected errors without a signal", \.bias)
    try measured("pullMean", "mean of (fitted - injected) / error", \.pullMean)
    try measured("pullWidth", "standard deviation of (fitted - injected) / error", \.pullWidth)
    try measured("meanError", units: unit, "mean error of the fitted parameter", \.meanError)
    if scan.limit != nil {
      for (name, words, path) in [
        ("coverage", "part of the toys whose limit is not below the injected one", \.coverage),
        ("coverageCLsPlusB", "the same with CLs+b in the place of CLs", \.coverageOneSided),
        ("coverageToys", "the same by the distributions of the toys", \.coverageToys),
      ] as [(String, String, KeyPath<ClosureStrength, ClosureFraction?>)] {
        try put(name, cells(.nan) { $0[keyPath: path]?.value ?? .nan }, words)
        try put(
          name + "Low", cells(.nan) { $0[keyPath: path]?.low ?? .nan },
          "lower end of its binomial interval")
        try put(
          name + "High", cells(.nan) { $0[keyPath: path]?.high ?? .nan },
          "upper end of its binomial interval")
      }
    }
    for flag in ClosureFlag.allCases {
      let values = closure.points.flatMap { point in
        closure.strengths.indices.map {
          UInt8(closure.flags(point, $0, limit: scan.limit).contains(flag) ? 1 : 0)
        }
      }
      try put("flag/\(flag.rawValue)", values, "1 where flagged: \(flag.text)")
    }
  }

  private func uniformity(
    _ closure: ClosureResults, _ group: String, _ mass: Scale
  ) throws(HDF5Error) {
    let found = closure.points.map(\.uniformity)
    guard found.contains(where: { $0 != nil }) else { return }
    let columns: [(String, (ClosureUniformity) -> Double, String)] = [
      ("positive", { $0.positive.value }, "part of the toys without a signal with a positive one"),
      ("positiveLow", { $0.positive.low }, "lower end of its binomial interval"),
      ("positiveHigh", { $0.positive.high }, "upper end of its binomial interval"),
      (
        "uniformPValue", { $0.signedRoot },
        "Kolmogorov's p-value of local p-values against the uniform distribution"
      ),
      (
        "q0PValue", { $0.q0 },
        "Kolmogorov's p-value of q0 of positive signals against chi-squared with one degree"
      ),
    ]
    for (name, value, words) in columns {
      try write("\(group)/\(name)", found.map { $0.map(value) ?? .nan }, [mass], words)
    }
    let edges = closure.pValueEdges, bins = edges.count - 1
    let axis = try bins1D(
      "\(group)/pValues", edges, Quantity(name: "pValue", label: "local p-value"))
    try write(
      "\(group)/pValues/counts",
      found.flatMap { $0.map { $0.counts.map(Int64.init) } ?? [Int64](repeating: 0, count: bins) },
      [mass, axis], shape: [found.count, bins], "toys without a signal in each bin")
  }
}

extension ClosureFlag {
  /// Words for people.
  var text: String {
    switch self {
    case .bias: "the mean pull is beyond what is tolerated"
    case .width: "the width of the pulls is beyond what is tolerated"
    case .coverage: "the limit covers less often than its level"
    case .pValues: "p-values without a signal do not follow their distribution"
    case .failures: "fits of toys failed"
    }
  }
}
