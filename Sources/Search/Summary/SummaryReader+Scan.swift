import HDF5Files
import Inference

extension SummaryReader {
  /// Groups of the scans, in the order of names.
  var scanGroups: [String] {
    get throws {
      if file.contains("/scan/mass") { return ["/scan"] }
      return try groups("/scan").filter { file.contains($0 + "/mass") }
    }
  }

  /// Reads all scans, in the order of their names.
  public func scans() throws -> [ScanResults] { try scanGroups.map { try scan($0) } }

  /// Reads the scan of a signal, or the only one.
  ///
  /// - Throws: `SummaryError.noScan` or `.severalScans`.
  public func scan(ofSignal signal: String?) throws -> ScanResults {
    let groups = try scanGroups
    let names = groups.map { text($0, "signal") ?? "" }
    guard let signal else {
      guard groups.count < 2 else {
        throw SummaryError.severalScans(path: file.name, found: names)
      }
      guard let only = groups.first else {
        throw SummaryError.noScan(path: file.name, signal: nil, found: [])
      }
      return try scan(only)
    }
    guard let index = names.firstIndex(of: signal) else {
      throw SummaryError.noScan(
        path: file.name, signal: signal, found: names.filter { !$0.isEmpty })
    }
    return try scan(groups[index])
  }

  private static let columns: [(String, WritableKeyPath<ScanPoint, Double> & Sendable)] = [
    ("observable", \.observable), ("resolution", \.resolution), ("windowLow", \.windowLow),
    ("windowHigh", \.windowHigh), ("reducedMass", \.reducedMass), ("efficiency", \.efficiency),
    ("entriesPerEvent", \.entriesPerEvent), ("scoreCut", \.scoreCut),
    ("acceptance", \.acceptance), ("signalYield", \.signalYield),
    ("signalYieldError", \.signalYieldError), ("parameter", \.parameter),
    ("parameterError", \.parameterError), ("backgroundYield", \.backgroundYield),
    ("backgroundYieldError", \.backgroundYieldError),
    ("backgroundUnderPeak", \.backgroundUnderPeak),
    ("negativeLogLikelihood", \.negativeLogLikelihood), ("q0", \.q0),
    ("signedRoot", \.signedRoot), ("pValue", \.pValue), ("observedLimit", \.observedLimit),
  ]

  private func scan(_ group: String) throws -> ScanResults {
    let masses = try file.dataset("\(group)/mass").doubles()
    let count = masses.count
    let statuses = try numbers("\(group)/status", count: count)
    var points = masses.indices.map { i in
      ScanPoint(
        mass: masses[i], observable: .nan, resolution: .nan,
        status: statuses.flatMap { PointStatus(rawValue: Int32($0[i])) } ?? .failed)
    }
    for (name, path) in Self.columns {
      guard let values = try numbers("\(group)/\(name)", count: count) else { continue }
      for i in points.indices { points[i][keyPath: path] = values[i] }
    }
    if let events = try numbers("\(group)/events", count: count) {
      for i in points.indices { points[i].events = Int64(events[i]) }
    }
    if let messages = try strings("\(group)/message", count: count) {
      for i in points.indices { points[i].message = messages[i] }
    }
    func unit(_ dataset: String) -> String {
      let unit = note("\(group)/\(dataset)", "units")
      return unit == "1" ? "" : unit
    }
    let parameterUnits = text(group, "parameterUnits") ?? ""
    var scan = ScanResults(
      mass: Quantity(
        name: "mass", label: note("\(group)/mass", "long_name"), unit: unit("mass")),
      observable: Quantity(
        name: text(group, "observable") ?? "", label: text(group, "observableLabel"),
        unit: unit("observable")),
      parameter: Quantity(
        name: text(group, "parameter") ?? "", label: text(group, "parameterLabel"),
        unit: parameterUnits == "1" ? "" : parameterUnits), limit: nil)
    scan.signal = text(group, "signal")
    scan.likelihood = text(group, "likelihood") ?? ""
    scan.signalShape = text(group, "signalShape") ?? ""
    scan.backgroundShapes = texts(group, "backgroundShapes")
    try readLimits(group, &scan, &points)
    try readProfiles(group, &points)
    scan.points = points
    scan.systematics = try systematics(group, count: count)
    scan.excluded = try ranges("\(group)/excluded")
    return scan
  }

  private func readLimits(
    _ group: String, _ scan: inout ScanResults, _ points: inout [ScanPoint]
  ) throws {
    let count = points.count
    guard let level = number(group, "limitLevel"),
      let statuses = try numbers("\(group)/limitStatus", count: count)
    else { return }
    var sigmas: [Double] = []
    if file.contains("\(group)/expectedSigma") {
      sigmas = try file.dataset("\(group)/expectedSigma").doubles()
    }
    scan.limit = LimitSettings(
      level: level, method: text(group, "limitMethod") ?? "", expected: sigmas,
      isAsymptotic: number(group, "limitIsAsymptotic") != 0)
    let expected = try numbers("\(group)/expectedLimits", count: count * sigmas.count) ?? []
    for i in points.indices {
      points[i].limitStatus = LimitStatus(rawValue: Int32(statuses[i])) ?? .absent
      if !expected.isEmpty, points[i].limitStatus != .absent {
        points[i].expectedLimits = Array(expected[(i * sigmas.count)..<((i + 1) * sigmas.count)])
      }
    }
  }

  private func readProfiles(_ scan: String, _ points: inout [ScanPoint]) throws {
    let group = "\(scan)/profile", count = points.count
    guard file.contains("\(group)/node") else { return }
    let most = try file.dataset("\(group)/node").doubles().count
    guard let units = try numbers("\(group)/yieldPerUnit", count: count),
      let errors = try numbers("\(group)/error", count: count),
      let bounded = try numbers("\(group)/isBounded", count: count)
    else { return }
    func table(_ name: String) throws -> [Double] {
      let path = "\(group)/\(name)"
      guard let values = try numbers(path, count: count * most) else {
        throw SummaryError.damaged(path: file.name, dataset: path, reason: "is missing")
      }
      return values
    }
    func profiles(_ name: String) throws -> [SignalProfile?] {
      let columns = try ["Signal", "Value", "Slope", "Curvature"].map { try table(name + $0) }
      return try (0..<count).map { i in
        let signals = columns[0][(i * most)..<((i + 1) * most)]
        let nodes = signals.prefix { $0.isFinite }.count
        guard nodes > 0 else { return nil }
        let own = columns.map { Array($0[(i * most)..<(i * most + nodes)]) }
        do {
          return try SignalProfile(
            signals: own[0], values: own[1], slopes: own[2], curvatures: own[3],
            isBounded: name == "observed" && bounded[i] == 1)
        } catch {
          throw SummaryError.damaged(
            path: file.name, dataset: "\(group)/\(name)Signal",
            reason: "at mass \(points[i].mass): \(error)")
        }
      }
    }
    let observed = try profiles("observed"), asimov = try profiles("asimov")
    for i in points.indices {
      guard let data = observed[i], let expected = asimov[i] else { continue }
      points[i].profiles = WindowProfiles(
        yieldPerUnit: units[i], observed: data, asimov: expected, error: errors[i])
    }
  }

  private func systematics(_ scan: String, count: Int) throws -> [ScanResults.Systematic] {
    let group = "\(scan)/systematics"
    guard file.contains("\(group)/name") else { return [] }
    let names = try strings("\(group)/name"), n = names.count
    let targets = try strings("\(group)/target", count: n) ?? []
    let sizes = try numbers("\(group)/size", count: n) ?? []
    let constraints = try strings("\(group)/constraint", count: n) ?? []
    let all = try numbers("\(group)/sizes", count: count * n)
    return names.indices.map { i in
      var systematic = ScanResults.Systematic(
        name: names[i], target: targets.indices.contains(i) ? targets[i] : "",
        size: sizes.indices.contains(i) ? sizes[i] : .nan,
        constraint: constraints.indices.contains(i) ? constraints[i] : "")
      if let all { systematic.sizes = (0..<count).map { all[$0 * n + i] } }
      return systematic
    }
  }

  func ranges(_ group: String) throws -> [NamedRange] {
    guard file.contains("\(group)/name") else { return [] }
    let names = try strings("\(group)/name")
    let low = try numbers("\(group)/low", count: names.count) ?? []
    let high = try numbers("\(group)/high", count: names.count) ?? []
    guard low.count == names.count, high.count == names.count else { return [] }
    return names.indices.map { NamedRange(name: names[$0], low: low[$0], high: high[$0]) }
  }
}
