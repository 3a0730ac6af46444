import HDF5Files
import NumericalMethods

extension SummaryWriter {
  /// Writes the trials factor of a scan.
  func lookElsewhere(_ scan: ScanResults, _ group: String) throws(HDF5Error) {
    guard let found = scan.lookElsewhere else { return }
    var attributes: [(String, HDF5Attribute.Value)] = [
      ("largest", .double(found.largest)), ("mass", .double(found.mass)),
      ("massUnits", .string(scan.mass.unit.isEmpty ? "1" : scan.mass.unit)),
      ("localPValue", .double(found.localPValue)), ("level", .double(found.level)),
      ("observedCrossings", .int(Int64(found.observedCrossings))),
    ]
    if let signal = scan.signal { attributes.append(("signal", .string(signal))) }
    if let bound = found.bound {
      let p = bound.pValue(at: found.largest)
      let observed = found.observedBound.pValue(at: found.largest)
      attributes += [
        ("crossings", .double(bound.crossings)), ("crossingsError", .double(bound.crossingsError)),
        ("crossingsFrom", .string(found.exceeding == nil ? "data" : "toys")),
        ("boundPValue", .double(p.value)), ("boundPValueError", .double(p.error)),
        ("boundSignificance", .double(bound.significance(at: found.largest))),
        ("boundTrialsFactor", .double(p.value / found.localPValue)),
        ("observedBoundPValue", .double(observed.value)),
        ("observedBoundPValueError", .double(observed.error)),
      ]
    }
    if let toys = found.exceeding {
      let fits = found.failedFits(hypotheses: scan.points.count { !$0.status.isSkipped })
      let interval = toys.interval()
      attributes += [
        ("toys", .int(Int64(toys.trials))), ("exceeding", .int(Int64(toys.successes))),
        ("globalPValue", .double(toys.value)), ("globalPValueError", .double(toys.error)),
        ("globalPValueLow", .double(interval.lowerBound)),
        ("globalPValueHigh", .double(interval.upperBound)),
        ("globalPValueBound", .double(toys.upperBound(level: 0.95))),
        (
          "globalSignificance",
          .double(
            toys.successes > 0 ? NormalDistribution.quantile(upperTail: toys.value) : .nan)
        ),
        (
          "trialsFactor",
          .double(toys.successes > 0 ? toys.value / found.localPValue : .nan)
        ),
        ("failedFits", .int(Int64(fits.failed))), ("allFits", .int(Int64(fits.all))),
      ]
    }
    try set(group, attributes)
    try curves(found, group)
    try toys(found, scan, "\(group)/toys")
  }

  /// Probability to find a significance anywhere, by toys and by the bound.
  private func curves(_ found: LookElsewhereResults, _ group: String) throws(HDF5Error) {
    let thresholds = found.thresholds
    let axis = try axis(
      "\(group)/threshold", thresholds, "significance that is reached somewhere in the scan")
    if let bound = found.bound {
      try write(
        "\(group)/bound", thresholds.map { bound.pValue(at: $0).value }, [axis],
        "bound on its probability for background alone (Gross and Vitells)")
      try write(
        "\(group)/boundError", thresholds.map { bound.pValue(at: $0).error }, [axis],
        "error of the bound from the mean number of up-crossings")
    }
    let parts = thresholds.compactMap { found.exceeding($0) }
    guard parts.count == thresholds.count else { return }
    try write(
      "\(group)/pValue", parts.map(\.value), [axis], "its probability for background alone, by toys"
    )
    let intervals = parts.map { $0.interval() }
    try write(
      "\(group)/pValueLow", intervals.map(\.lowerBound), [axis],
      "lower end of the central 68.3 % interval of that probability")
    try write(
      "\(group)/pValueHigh", intervals.map(\.upperBound), [axis],
      "upper end of the central 68.3 % interval of that probability")
  }

  private func toys(
    _ found: LookElsewhereResults, _ scan: ScanResults, _ group: String
  ) throws(HDF5Error) {
    guard !found.toys.isEmpty else { return }
    let axis = try axis("\(group)/toy", found.toys.map { Int64($0.toy) }, "number of the toy")
    try write(
      "\(group)/largest", found.toys.map(\.largest), [axis],
      "largest signed root of q0 over all hypotheses")
    try write(
      "\(group)/mass", found.toyMasses, [axis], units: scan.mass.unit,
      "\(scan.mass.label) where it is")
    let columns: [(String, KeyPath<ScanToy, Int>, String)] = [
      ("crossings", \.crossings, "up-crossings of the level by the signed root"),
      ("failed", \.failed, "hypotheses whose fit failed"),
      ("candidates", \.candidates, "candidates of the pseudo-data before cuts by hypothesis"),
    ]
    for (name, path, longName) in columns {
      try write("\(group)/\(name)", found.toys.map { Int64($0[keyPath: path]) }, [axis], longName)
    }
  }
}
