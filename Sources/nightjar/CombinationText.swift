import Search

/// A combination as text for people and for programs.
struct CombinationText {
  private let record: CombinationRecord
  private let scan: ScanResults
  private let results: SearchResults

  init(_ results: SearchResults) {
    self.results = results
    record = results.combination ?? CombinationRecord(inputs: [], tolerance: nil)
    scan =
      results.scans.first
      ?? ScanResults(
        mass: Quantity(name: "mass"), observable: Quantity(name: ""),
        parameter: Quantity(name: ""), limit: nil)
  }

  /// What a person should know: how many hypotheses, what was left out, the largest significance.
  var notes: String {
    let points = scan.points
    let failed = points.filter(\.status.isFailure)
    var lines = [
      "hypotheses: \(points.count) in all of \(record.inputs.map(\.name).joined(separator: ", "))"
        + (failed.isEmpty ? "" : ", \(failed.count) failed")
    ]
    for input in record.inputs where !input.unmatched.isEmpty {
      lines.append("unmatched in \(input.name): \(Self.list(input.unmatched)) GeV")
    }
    lines += results.provenance.remarks.filter { !$0.contains("have no partner") }.map {
      "warning: \($0)"
    }
    for point in failed.prefix(5) {
      lines.append("failed at \(NumberText.short(point.mass)) GeV: \(point.message)")
    }
    let beyond = record.isExtrapolated.count { $0 }
    if beyond > 0 { lines.append("warning: \(beyond) lie beyond the nodes of a profile") }
    let valid = points.filter { $0.signedRoot.isFinite }
    if let best = valid.max(by: { $0.signedRoot < $1.signedRoot }) {
      lines.append(
        "largest local significance: \(NumberText.short(best.signedRoot)) at "
          + "\(NumberText.short(best.mass)) GeV")
    }
    return lines.joined(separator: "\n")
  }

  /// Masses, the first and last few of many.
  private static func list(_ masses: [Double]) -> String {
    let texts = masses.map { "\($0)" }
    if texts.count <= 12 { return texts.joined(separator: ", ") }
    return texts.prefix(6).joined(separator: ", ") + ", … (\(texts.count) in all) …, "
      + texts.suffix(2).joined(separator: ", ")
  }

  /// Aligned columns, a line a hypothesis.
  var table: String {
    let deviations = scan.limit?.expected ?? []
    let median = deviations.firstIndex(of: 0)
    var rows = [["mass", "status", "parameter", "error", "root", "observed", "expected"]]
    for point in scan.points {
      let expected =
        median.flatMap {
          point.expectedLimits.indices.contains($0) ? point.expectedLimits[$0] : nil
        }
        ?? .nan
      rows.append(
        [NumberText.short(point.mass), point.status.name]
          + [
            point.parameter, point.parameterError, point.signedRoot, point.observedLimit, expected,
          ].map(NumberText.short))
    }
    return NumberText.table(rows, leftAligned: [1])
  }

  /// All numbers.
  var json: String {
    let deviations = scan.limit?.expected ?? []
    return JSONText.object([
      ("title", .string(results.title)),
      ("parameter", .string(scan.parameter.name)), ("unit", .string(scan.parameter.unit)),
      ("level", scan.limit.map { .number($0.level) } ?? .null),
      ("expectedSigma", .array(deviations.map { .number($0) })),
      (
        "inputs",
        .array(
          record.inputs.map { input in
            .object([
              ("name", .string(input.name)), ("file", .string(input.file)),
              ("signal", .string(input.signal)), ("scale", .number(input.scale)),
              ("unmatched", .array(input.unmatched.map { .number($0) })),
            ])
          })
      ),
      ("nuisances", .array(record.nuisances.map { .string($0) })),
      ("remarks", .array(results.provenance.remarks.map { .string($0) })),
      ("hypotheses", .array(scan.points.indices.map(hypothesis))),
    ]).text
  }

  private func hypothesis(_ index: Int) -> JSONText {
    let point = scan.points[index]
    return .object([
      ("mass", .number(point.mass)), ("status", .string(point.status.name)),
      ("message", .string(point.message)),
      ("inputs", .array(record.used[index].map { .boolean($0) })),
      ("parameter", .number(point.parameter)), ("parameterError", .number(point.parameterError)),
      ("q0", .number(point.q0)), ("signedRoot", .number(point.signedRoot)),
      ("pValue", .number(point.pValue)), ("limitStatus", .string(point.limitStatus.name)),
      ("observedLimit", .number(point.observedLimit)),
      ("expectedLimits", .array(point.expectedLimits.map { .number($0) })),
      ("pulls", .array(record.pulls[index].map { .number($0) })),
    ])
  }
}
