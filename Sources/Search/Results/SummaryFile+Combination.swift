import HDF5Files

extension SummaryWriter {
  /// Writes what a combination was made of.
  func combination(_ record: CombinationRecord, _ results: SearchResults) throws(HDF5Error) {
    guard let scan = results.scans.first, !scan.points.isEmpty else { return }
    let group = "/combination"
    try set(
      group,
      record.tolerance.map { [("tolerance", .double($0)), ("toleranceUnits", .string("GeV"))] }
        ?? [])
    let inputs = try axis(
      "\(group)/input", record.inputs.map(\.name), "name of the combined scan")
    let texts: [(String, KeyPath<CombinationRecord.Input, String>, String)] = [
      ("file", \.file, "summary file"), ("digest", \.digest, "digest of the summary file"),
      ("title", \.title, "title of the search"), ("signal", \.signal, "signal of the scan"),
    ]
    for (name, path, longName) in texts {
      try write("\(group)/\(name)", record.inputs.map { $0[keyPath: path] }, [inputs], longName)
    }
    try write(
      "\(group)/scale", record.inputs.map(\.scale), [inputs],
      "parameter of the scan for a common parameter of 1")
    let masses = try axis(
      "\(group)/mass", scan.points.map(\.mass), units: scan.mass.unit, scan.mass.label)
    try write(
      "\(group)/isUsed", record.used.flatMap { $0.map { UInt8($0 ? 1 : 0) } }, [masses, inputs],
      shape: [scan.points.count, record.inputs.count], "1 where the scan has a part")
    try write(
      "\(group)/isExtrapolated", record.isExtrapolated.map { UInt8($0 ? 1 : 0) }, [masses],
      "1 where a fit or limit lies beyond the nodes of a profile")
    if !record.nuisances.isEmpty {
      let names = try axis(
        "\(group)/nuisance", record.nuisances, "nuisance parameter of the yields")
      let shape = [scan.points.count, record.nuisances.count]
      try write(
        "\(group)/pull", record.pulls.flatMap { $0 }, [masses, names], shape: shape,
        "fitted nuisance parameter in standard deviations, not a number where it has no part")
      try write(
        "\(group)/pullError", record.pullErrors.flatMap { $0 }, [masses, names], shape: shape,
        "standard error of the nuisance parameter")
    }
    for (index, input) in record.inputs.enumerated() where !input.unmatched.isEmpty {
      _ = try axis(
        "\(group)/unmatched/\(index + 1)/mass", input.unmatched, units: scan.mass.unit,
        "masses of \(input.name) without a partner")
    }
  }
}
