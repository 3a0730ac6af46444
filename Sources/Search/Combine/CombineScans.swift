import Inference
import Platform

/// Combines the scans of several searches into one with a common parameter.
package struct CombineScans: Sendable {
  let inputs: [CombineInput]
  private let tolerance: Double?
  private let separate: Set<String>
  private let level: Double?
  private let deviations: [Double]

  /// Checks that scans can be combined.
  ///
  /// - Parameters:
  ///   - inputs: The scans, at least one; unit and masses of the result are those of the first.
  ///   - tolerance: Masses match where they differ by at most this, GeV; nil: a millionth.
  ///   - separate: Nuisance parameters that are not shared although they have one name.
  ///   - level: Confidence level of the limits; nil: that of the scans.
  /// - Throws: `CombineError`.
  package init(
    _ inputs: [CombineInput], tolerance: Double?, separate: Set<String>, level: Double?
  ) throws {
    self.inputs = inputs
    self.tolerance = tolerance
    self.separate = separate
    let first = inputs[0]
    for other in inputs.dropFirst() where other.scale == nil {
      guard other.parameterText == first.parameterText else {
        throw CombineError.parameters(
          first: first.name, firstUnit: first.parameterText, second: other.name,
          secondUnit: other.parameterText)
      }
    }
    let known = inputs.flatMap { input in
      input.scan.systematics.filter { $0.target == "yield" }.map(\.name)
    }
    for name in separate.sorted() where !known.contains(name) {
      var listed: [String] = []
      for name in known where !listed.contains(name) { listed.append(name) }
      throw CombineError.unknownNuisance(name: name, known: listed)
    }
    let levels = inputs.compactMap { input in input.scan.limit.map { (input.name, $0.level) } }
    if level == nil, let one = levels.first,
      let other = levels.first(where: { $0.1 != one.1 })
    {
      throw CombineError.levels(
        first: one.0, firstLevel: one.1, second: other.0, secondLevel: other.1)
    }
    self.level = level ?? levels.first?.1
    let expected = inputs.lazy.compactMap(\.scan.limit?.expected).first { !$0.isEmpty }
    deviations = expected ?? [-2, -1, 0, 1, 2]
  }

  /// Solves every hypothesis that all scans have.
  ///
  /// - Parameters:
  ///   - versions: Of the program, for the provenance.
  ///   - pool: Threads; they never change the result.
  /// - Returns: One scan over the common masses, with the record of what was combined.
  /// - Throws: `CombineError.noMatch`; what stopped the threads.
  package func results(versions: [Provenance.Entry], pool: WorkerPool) throws -> SearchResults {
    let match = MatchHypotheses(
      inputs.map { $0.scan.points.map(\.mass) }, tolerance: tolerance)
    guard !match.matches.isEmpty else {
      throw CombineError.noMatch(
        scans: inputs.map {
          let masses = $0.scan.points.map(\.mass)
          return ($0.name, masses.count, masses.min() ?? .nan, masses.max() ?? .nan)
        }, tolerance: tolerance.map { "\($0) GeV" } ?? "a millionth of the mass")
    }
    let slots = Slots<CombinedHypothesis>(count: match.matches.count)
    try pool.forEach(count: match.matches.count) { _, index in
      slots.set(index, try hypothesis(match.matches[index]))
    }
    return gather(slots.all(), match, versions: versions)
  }

  private func hypothesis(_ places: [Int]) throws -> CombinedHypothesis {
    try CombinedHypothesis(
      inputs, places: places, separate: separate, level: level, deviations: deviations)
  }

  private func gather(
    _ hypotheses: [CombinedHypothesis], _ match: MatchHypotheses, versions: [Provenance.Entry]
  ) -> SearchResults {
    let first = inputs[0]
    var scan = ScanResults(
      mass: first.scan.mass, observable: first.scan.observable, parameter: first.scan.parameter,
      limit: level.map { LimitSettings(level: $0, expected: deviations) },
      points: hypotheses.map(\.point))
    scan.likelihood = "profile likelihoods of \(inputs.count) scans"
    scan.signalShape = "as in the combined scans"
    var record = CombinationRecord(
      inputs: zip(inputs, match.unmatched).map { input, unmatched in
        CombinationRecord.Input(
          name: input.name, file: input.file, digest: input.digest, title: input.title,
          signal: input.scan.signal ?? "", scale: input.scale ?? 1,
          unmatched: unmatched.map { input.scan.points[$0].mass })
      }, tolerance: tolerance)
    for hypothesis in hypotheses {
      for parameter in hypothesis.nuisances where !record.nuisances.contains(parameter.name) {
        record.nuisances.append(parameter.name)
      }
    }
    for hypothesis in hypotheses {
      let own = record.nuisances.map { name in hypothesis.nuisances.first { $0.name == name } }
      record.pulls.append(own.map { $0?.value ?? .nan })
      record.pullErrors.append(own.map { $0?.error ?? .nan })
      record.used.append(hypothesis.used)
      record.isExtrapolated.append(hypothesis.isExtrapolated)
    }
    var results = SearchResults(
      title: "Combination of " + inputs.map(\.name).joined(separator: ", "),
      isSimulated: inputs.contains(where: \.isSimulated),
      provenance: Provenance(
        inputs: inputs.map {
          Provenance.Input(
            sample: "", path: $0.file, bytes: Int64($0.byteCount),
            rows: Int64($0.scan.points.count), digest: $0.digest)
        }, versions: versions, remarks: remarks(match)))
    if inputs.allSatisfy({ $0.sqrtS == first.sqrtS }) { results.sqrtS = first.sqrtS }
    results.scans = [scan]
    results.combination = record
    return results
  }

  /// What a reader should know: the same data twice, masses without a partner.
  private func remarks(_ match: MatchHypotheses) -> [String] {
    var remarks: [String] = []
    for (i, second) in inputs.enumerated() {
      for first in inputs[..<i] {
        let shared = second.data.keys.filter { first.data[$0] != nil }.sorted()
        guard let digest = shared.first, let file = second.data[digest] else { continue }
        remarks.append(
          "\(first.name) and \(second.name) use the same data (\(file)"
            + (shared.count > 1 ? " and \(shared.count - 1) more" : "")
            + "); the combination takes their events as independent")
      }
    }
    for (input, unmatched) in zip(inputs, match.unmatched) where !unmatched.isEmpty {
      remarks.append(
        "\(unmatched.count) of \(input.scan.points.count) masses of \(input.name) have no partner "
          + "and are left out")
    }
    return remarks
  }
}
