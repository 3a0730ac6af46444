import Diagnostics
import Expressions
import Settings

extension PipelineValidator {
  /// Checks what scan, signal and samples must agree on.
  mutating func checkScan() {
    guard let scan = pipeline.scan else { return }
    if pipeline.signal == nil, file.root.node(at: "signal") == nil {
      faults.report(
        Diagnostic(
          at: file.location(of: "scan"), "missing key 'signal' in the file; a scan needs it",
          remedy: "add 'signal: …'"))
    }
    checkConstituentMass(scan)
    checkBackgrounds(scan)
    checkPeaks(scan)
    checkTables(scan)
    checkLimit(scan)
    checkCounting(scan)
    checkScores(scan)
    checkMeasuredSignal(scan)
    checkClosure(scan)
  }

  private mutating func checkConstituentMass(_ scan: ScanSettings) {
    if case .constant(let name)? = scan.constituentMass, isClean("scan.constituentMass"),
      pipeline.value(of: .constant(name)) == nil
    {
      let known = pipeline.constants.map(\.name)
      report(
        "scan.constituentMass", "names the unknown constant '\(name)'",
        remedy: NearestName.suggestion(for: name, among: known) ?? "add it under 'constants'")
    }
    if scan.constituentMass == nil, isClean("scan.constituentMass") {
      if let path = firstUseOfReducedMass(scan) {
        report(
          path, "uses the reduced mass, which needs 'scan.constituentMass'",
          remedy: "add 'scan.constituentMass: …', the mass of the two constituents")
      }
      return
    }
    let range = scan.hypotheses.range
    if let mass = constituentMass, range.variable == .mass, isClean("scan.hypotheses.range"),
      range.bounds.lowerBound < 2 * mass, usesReducedMass(scan)
    {
      report(
        "scan.hypotheses.range.mass.0",
        "is below the threshold of two constituents, found \(SettingsText.number(range.bounds.lowerBound))",
        remedy: "start at \(SettingsText.number(2 * mass)) or above")
    }
  }

  private var constituentMass: Double? {
    pipeline.scan?.constituentMass.flatMap { pipeline.value(of: $0) }
  }

  private func usesReducedMass(_ scan: ScanSettings) -> Bool { firstUseOfReducedMass(scan) != nil }

  private func firstUseOfReducedMass(_ scan: ScanSettings) -> String? {
    for curve in curves {
      switch curve.value {
      case .expression(let source) where source.mentions("reducedMass"): return curve.name
      case .table(.reducedMass, _, _): return "\(curve.name).in"
      default: continue
      }
    }
    if scan.hypotheses.range.variable == .reducedMass { return "scan.hypotheses.range" }
    if scan.hypotheses.stepVariable == .reducedMass { return "scan.hypotheses.step.in" }
    for (index, cut) in scan.select.enumerated() where cut.range?.variable == .reducedMass {
      return "scan.select.\(index).where"
    }
    for (index, rule) in scan.background.enumerated() where rule.range?.variable == .reducedMass {
      return "scan.background.\(index).where"
    }
    return scan.window.excludeHypotheses.contains { $0.variable == .reducedMass }
      ? "scan.window.exclude" : nil
  }

  /// Bounds of the scan in a variable; nil where the constituent mass is not known.
  func bounds(_ scan: ScanSettings, in variable: HypothesisVariable)
    -> ClosedRange<Double>?
  {
    let range = scan.hypotheses.range
    if range.variable == variable { return range.bounds }
    guard let mass = constituentMass else { return nil }
    func converted(_ value: Double) -> Double {
      let square =
        variable == .mass ? value * value + 4 * mass * mass : value * value - 4 * mass * mass
      return square > 0 ? square.squareRoot() : 0
    }
    return converted(range.bounds.lowerBound)...converted(range.bounds.upperBound)
  }

  private mutating func checkBackgrounds(_ scan: ScanSettings) {
    guard isClean("scan.background"), isClean("scan.hypotheses"), !scan.background.isEmpty,
      let variable = scan.background[0].range?.variable ?? scan.background.last?.range?.variable,
      scan.background.allSatisfy({ $0.range == nil || $0.range?.variable == variable }),
      let wanted = bounds(scan, in: variable)
    else { return }
    var covered = wanted.lowerBound
    while true {
      let reach = scan.background.compactMap { rule -> Double? in
        guard let range = rule.range else { return .infinity }
        return range.bounds.contains(covered) ? range.bounds.upperBound : nil
      }.max()
      guard let reach, reach > covered else { break }
      covered = reach
      if covered >= wanted.upperBound { return }
    }
    report(
      "scan.background",
      "states none for hypotheses from \(variable.rawValue) \(SettingsText.number(covered))",
      remedy: "add a last one without 'where' or 'below'")
  }

  /// Checks that no background is a peak alone, and that the method knows peaks.
  private mutating func checkPeaks(_ scan: ScanSettings) {
    guard isClean("scan.background") else { return }
    for (index, rule) in scan.background.enumerated() where rule.shape.hasPeaks {
      if rule.shape.peakCount > 4 {
        report(
          "scan.background.\(index)", "must have at most 4 peaks, found \(rule.shape.peakCount)")
      }
      if rule.shape.isPeaksAlone {
        report(
          "scan.background.\(index)", "has peaks alone",
          remedy: "write 'sum: [{shape: polynomial, order: 1}, {peak: …}]'")
      }
      if scan.limit?.method == .bayesian {
        report(
          "scan.background.\(index)", "holds a peak, and limits are Bayesian, which know none yet",
          remedy: "use another 'scan.limit.method'")
      }
    }
  }

  private mutating func checkTables(_ scan: ScanSettings) {
    guard isClean("scan.hypotheses") else { return }
    for curve in curves where isClean(curve.name) {
      guard case .table(let variable, let points, _) = curve.value,
        let wanted = bounds(scan, in: variable), let first = points.first, let last = points.last,
        first.x > wanted.lowerBound || last.x < wanted.upperBound
      else { continue }
      func text(_ low: Double, _ high: Double) -> String {
        "\(SettingsText.number(low)) to \(SettingsText.number(high))"
      }
      report(
        "\(curve.name).points",
        "cover \(variable.rawValue) \(text(first.x, last.x)), the hypotheses \(text(wanted.lowerBound, wanted.upperBound))",
        remedy: "add points; nothing is extrapolated")
    }
  }

  private mutating func checkLimit(_ scan: ScanSettings) {
    guard let limit = scan.limit, isClean("scan.limit") else { return }
    if limit.parameter == .branchingProduct, pipeline.normalisation == nil,
      isClean("normalisation")
    {
      report(
        "scan.limit.parameter", "is a product of branching fractions, which needs 'normalisation'",
        remedy: "add 'normalisation: {events: …}', or limit the yield")
    }
    let names = scan.sample.map { [$0] } ?? pipeline.samples(role: .data).map(\.name)
    for name in names {
      guard let sample = pipeline.samples.value(named: name), isClean("samples.\(name)") else {
        continue
      }
      if limit.parameter == .crossSection, sample.luminosity == nil {
        faults.report(
          Diagnostic(
            at: file.location(of: "samples.\(name)"),
            "missing key 'luminosity' in 'samples.\(name)'; a limit on a cross section needs it",
            remedy: "add 'luminosity: …', or limit the yield"))
      }
      if sample.weight != nil {
        report(
          "scan.limit", "is asked for with the weighted sample '\(name)'",
          remedy: "asymptotic limits need unweighted candidates; remove its weight or the limit")
      }
    }
  }
}
