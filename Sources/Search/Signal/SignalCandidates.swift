import PipelineSpec

/// Matched candidates of a signal sample at one generated mass, in one part of the events.
struct SignalCandidates: Sendable {
  /// The generated mass as a hypothesis.
  var hypothesis: Hypothesis
  /// Place of the choice they were taken by, among those of the mass.
  var part = 0
  /// Number of generated events in all parts.
  var generated: Double
  /// The observable, ascending.
  var values: [Double] = []
  /// Scores of the network that rules the hypothesis; empty without one.
  var scores: [Double] = []
  /// Weights; nil for ones.
  var weights: [Double]?
  /// Proper decay lengths of each long-lived particle, cm, as the values.
  var lengths: [[Double]] = []
  /// What was generated at the mass, a point for each set of other coordinates.
  var points: [GeneratedPoint] = []
  /// The point of each value; empty without other coordinates.
  var pointOfRow: [Int] = []
  /// Sums of weights with the tables of each systematic moved up, in the order of the sample.
  var shiftedSums: [Double] = []
  /// Sums of weights in the bins of each control sample that corrects them.
  var controlSums: [[Double]] = []
}

extension SignalCandidates {
  /// Rows read at once.
  private static let blockRows = 1 << 18

  /// Which candidates of a mass are taken.
  struct Choice: Sendable {
    /// What the choice is for; candidates carry it on.
    var part = 0
    /// Cuts by expression that must be passed, one bit each.
    var rules: UInt64
    /// Network whose scores are read; nil: none.
    var network: String?
    /// Smallest score that is taken.
    var least = -Double.infinity
  }

  /// Reads the matched candidates of all generated masses that `choose` takes.
  ///
  /// - Parameters:
  ///   - sample: The skimmed signal sample.
  ///   - truth: What its rows say of their generation.
  ///   - part: Event hashes in [0, 1) that are taken.
  ///   - controls: Control samples whose corrections multiply the weights.
  ///   - hypothesis: The hypothesis of a generated mass.
  ///   - choose: What is taken at a hypothesis, more than once if need be.
  /// - Returns: One entry a generated mass and choice, ascending in the mass.
  /// - Throws: `HDF5Error`; `SearchError.identity` where events are not known.
  static func read(
    _ sample: SkimmedSample, truth: SignalTruth? = nil, part: Range<Double>,
    controls: [ControlMeasurement] = [],
    hypothesis: (Double) -> Hypothesis,
    choose: (Hypothesis) -> [Choice]
  ) throws -> [SignalCandidates] {
    let lengthColumns = (truth?.decays ?? []).map { SkimRecipe.lengthColumn($0.name) }
    let coordinateColumns = (truth?.coordinates ?? []).map {
      SkimRecipe.coordinateColumn($0.name)
    }
    let isWeighted = sample.isWeighted || !controls.isEmpty
    var found: [SignalCandidates] = []
    var choices: [Choice] = []
    var points = try sample.generated[...]
    while let mass = points.first?.mass {
      let together = points.prefix { $0.mass == mass }
      points = points.dropFirst(together.count)
      let own = hypothesis(mass)
      for choice in choose(own) {
        found.append(
          SignalCandidates(
            hypothesis: own, part: choice.part, generated: together.reduce(0) { $0 + $1.count },
            weights: isWeighted ? [] : nil, lengths: lengthColumns.map { _ in [] },
            points: Array(together), shiftedSums: sample.systematics.map { _ in 0 },
            controlSums: controls.map { [Double](repeating: 0, count: $0.bins.count) }))
        choices.append(choice)
      }
    }
    let isWhole = part.lowerBound <= 0 && part.upperBound >= 1
    let networks = Set(choices.compactMap(\.network)).sorted()
    for start in stride(from: 0, to: sample.count, by: blockRows) {
      let rows = start..<min(sample.count, start + blockRows)
      let masses = try sample.values(SkimRecipe.massColumn, rows: rows)
      let matched = try sample.values(SkimRecipe.matchedColumn, rows: rows)
      let values = try sample.values(sample.columns[0], rows: rows)
      let weights = try sample.weights(rows: rows)
      let lengths = try lengthColumns.map { try sample.values($0, rows: rows) }
      let coordinates = try coordinateColumns.map { try sample.values($0, rows: rows) }
      let shifted = try sample.systematics.map { try sample.shiftedWeights($0, rows: rows) }
      let rules = try sample.rules(rows: rows)
      let events = isWhole ? nil : try sample.events(rows: rows)
      if !isWhole, events == nil { throw SearchError.identity(sample: sample.name) }
      let corrected = try Corrections(controls, of: sample, rows: rows)
      var scores: [String: [Double]] = [:]
      for network in networks { scores[network] = try sample.values(network, rows: rows) }
      for row in 0..<rows.count where matched[row] != 0 {
        if let events, !part.contains(EventHash.fraction(events[row])) { continue }
        for place in Self.places(of: masses[row], in: found) {
          let choice = choices[place]
          if let rules, choice.rules & ~rules[row] != 0 { continue }
          if let network = choice.network {
            guard let score = scores[network]?[row], score >= choice.least else { continue }
            found[place].scores.append(score)
          }
          found[place].values.append(values[row])
          let factor = corrected.factors.isEmpty ? 1 : corrected.factors[row]
          if isWeighted {
            let weight = factor * (weights?[row] ?? 1)
            found[place].weights?.append(weight)
            for (index, bins) in corrected.bins.enumerated() {
              found[place].controlSums[index][bins[row]] += weight
            }
          }
          for (index, own) in lengths.enumerated() { found[place].lengths[index].append(own[row]) }
          if !coordinates.isEmpty {
            let own = coordinates.map { $0[row] }
            // Every row's point was noted when it was generated.
            found[place].pointOfRow.append(
              found[place].points.firstIndex { $0.coordinates == own } ?? -1)
          }
          for (index, own) in shifted.enumerated() {
            found[place].shiftedSums[index] += factor * (own?[row] ?? 0)
          }
        }
      }
    }
    return found
  }

  /// What control samples say of a block of rows.
  private struct Corrections {
    /// For each control sample the bin of each row.
    var bins: [[Int]] = []
    /// The product of all corrections of each row; empty without control samples.
    var factors: [Double] = []

    init(_ controls: [ControlMeasurement], of sample: SkimmedSample, rows: Range<Int>) throws {
      guard !controls.isEmpty else { return }
      factors = [Double](repeating: 1, count: rows.count)
      for control in controls {
        let values = try control.quantity.map { try sample.values($0.name, rows: rows) }
        let own = try rows.indices.map { index in
          try control.bin(
            of: values?[index - rows.lowerBound], row: index, sample: sample.name)
        }
        for (row, bin) in own.enumerated() { factors[row] *= control.correction(bin).value }
        bins.append(own)
      }
    }
  }

  private static func places(of mass: Double, in found: [SignalCandidates]) -> Range<Int> {
    var low = 0
    var high = found.count
    while low < high {
      let middle = (low + high) / 2
      if found[middle].hypothesis.mass < mass { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < found.count, found[end].hypothesis.mass == mass { end += 1 }
    return low..<end
  }
}
