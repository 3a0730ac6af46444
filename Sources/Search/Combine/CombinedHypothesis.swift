import Inference

/// One hypothesis of a combination.
struct CombinedHypothesis: Sendable {
  /// The result, as a hypothesis of a scan.
  var point: ScanPoint
  /// Fitted nuisance parameters.
  var nuisances: [Inference.FittedParameter] = []
  /// Which scans have a part.
  var used: [Bool]
  /// Whether the fit or a limit lies beyond the nodes of a profile.
  var isExtrapolated = false

  /// Combines the hypotheses at these places of the scans.
  ///
  /// A scan that left its hypothesis out on purpose has no part; one whose fit failed makes the
  /// combination fail, as it knows something that is not there.
  init(
    _ inputs: [CombineInput], places: [Int], separate: Set<String>, level: Double?,
    deviations: [Double]
  ) throws {
    let points = zip(inputs, places).map { $0.scan.points[$1] }
    used = points.map { $0.status.isValid && $0.profiles != nil }
    point = ScanPoint(mass: points[0].mass, observable: .nan, resolution: .nan, status: .failed)
    let lost =
      zip(inputs, points).filter { $1.status.isFailure || $1.status == .notRun }
      + zip(inputs, points).filter { $1.status.isValid && $1.profiles == nil }
    guard lost.isEmpty else {
      point.message = lost.map { input, point in
        "\(input.name): \(point.status.isValid ? "no profile likelihood" : point.status.text)"
      }.joined(separator: "; ")
      return
    }
    guard used.contains(true) else {
      point.status = points[0].status
      return
    }
    var parts: [ProfileCombination.Input] = []
    var absent: [String] = []
    for (i, input) in inputs.enumerated() {
      guard used[i], let profiles = points[i].profiles else {
        absent.append("\(input.name): \(points[i].status.text)")
        continue
      }
      parts.append(
        ProfileCombination.Input(
          name: input.name, profiles: profiles, scale: input.scale ?? 1,
          nuisances: input.scan.yieldNuisances(at: places[i])))
      point.events += points[i].events
    }
    let own = zip(points, used).filter { $1 }.map { $0.0 }
    point.backgroundUnderPeak = own.reduce(0) { $0 + $1.backgroundUnderPeak }
    let most = own.map(\.entriesPerEvent).filter(\.isFinite).max()
    point.entriesPerEvent = most ?? .nan
    let result = try ProfileCombination(
      parts, separate: separate, level: level, expected: deviations
    ).solve()
    fill(result, absent: absent)
  }

  private mutating func fill(_ result: ProfileCombination.Result, absent: [String]) {
    point.status = PointStatus(result.status)
    isExtrapolated = result.isExtrapolated
    var messages = absent.isEmpty ? [] : ["without " + absent.joined(separator: ", ")]
    let text = PointStatus.message(result.status)
    if !text.isEmpty { messages.append(text) }
    if isExtrapolated { messages.append("beyond the nodes of a profile") }
    point.message = messages.joined(separator: "; ")
    guard point.status.isValid else { return }
    nuisances = result.nuisances
    point.signalYield = result.signals.reduce(0, +)
    point.parameter = result.value
    point.parameterError = result.error
    point.q0 = result.q0
    point.signedRoot = result.signedRoot
    point.pValue = result.pValue
    if let limit = result.limit {
      point.limitStatus = limit.status == .found ? .found : .notFound
      point.observedLimit = limit.observed
      point.expectedLimits = limit.expected
    }
  }
}
