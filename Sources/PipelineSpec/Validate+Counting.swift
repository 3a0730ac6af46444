import Settings

extension PipelineValidator {
  /// Checks that likelihood, backgrounds and limit of a scan are all of counts, or none.
  mutating func checkCounting(_ scan: ScanSettings) {
    let isCounting = scan.fit.likelihood == .counting
    for (index, rule) in scan.background.enumerated()
    where isClean("scan.background.\(index)") && (rule.counted != nil) != isCounting {
      report(
        "scan.background.\(index)",
        isCounting
          ? "states a density, and windows are counted"
          : "is counted ('from'), and windows are fitted",
        remedy: isCounting
          ? "write 'from: {method: …}', or remove 'scan.fit.likelihood'"
          : "write 'scan.fit: {likelihood: counting}', or a density")
    }
    checkMethod(scan, isCounting: isCounting)
    guard isCounting else { return }
    checkSystematics(scan)
    for (path, isStated) in [
      ("scan.profiles", scan.profiles), ("scan.closure", scan.closure != nil),
      ("outputs.export", pipeline.outputs.export.contains(.hs3)),
    ] where isStated && isClean(path) {
      report(path, "is not available yet for counted windows", remedy: "remove it")
    }
    for (index, rule) in scan.background.enumerated() where rule.counted?.source == .simulation {
      checkSimulation("scan.background.\(index)")
    }
  }

  private mutating func checkMethod(_ scan: ScanSettings, isCounting: Bool) {
    guard let limit = scan.limit, isClean("scan.limit") else { return }
    let counted: [LimitSettings.Method] = [.clsCounting, .feldmanCousins, .bayesian]
    let isKnown = isCounting ? counted.contains(limit.method) : !limit.method.isOfCounts
    if !isKnown {
      report(
        "scan.limit.method",
        "is '\(limit.method.rawValue)', and windows are \(isCounting ? "counted" : "fitted")",
        remedy: isCounting
          ? "allowed: \(SettingsText.quoted(counted.map(\.rawValue)))"
          : "write 'scan.fit: {likelihood: counting}', or another method")
    }
    guard limit.nuisances == .profiled else { return }
    for (index, rule) in scan.background.enumerated() {
      switch rule.counted?.source {
      case .stated, nil: continue
      case .sidebands where rule.counted?.error == 0: continue
      case .sidebands, .simulation, .inverted:
        report(
          "scan.limit.nuisances",
          "are profiled, which 'scan.background.\(index)' with its method or 'error' does not allow",
          remedy: "average over them")
      }
    }
  }

  private mutating func checkSystematics(_ scan: ScanSettings) {
    guard let first = scan.systematics.first else { return }
    for other in scan.systematics.dropFirst()
    where other.value.constraint != first.value.constraint
      && isClean("scan.systematics.\(other.name)")
    {
      report(
        "scan.systematics.\(other.name).constraint",
        "differs from that of '\(first.name)'; counted windows join all into one error of the efficiency",
        remedy: "use one kind of constraint")
    }
  }

  private mutating func checkSimulation(_ path: String) {
    let backgrounds = pipeline.samples(role: .background)
    if backgrounds.isEmpty, isClean("samples") {
      report(path, "is counted in simulation, and no sample has the role background")
    }
    for sample in backgrounds + pipeline.samples(role: .data)
    where sample.value.luminosity == nil && isClean("samples.\(sample.name)") {
      report(
        path, "is counted in simulation, and the sample '\(sample.name)' states no luminosity",
        remedy: "add 'luminosity: …' there")
    }
  }
}
