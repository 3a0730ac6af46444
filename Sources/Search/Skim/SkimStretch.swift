/// What one stretch of rows gave: counts and the selected rows, in file order.
struct SkimStretch: Sendable {
  /// Counts of all rows.
  var counts: SkimCounts
  /// Values of the outputs for the selected rows, shape [outputs][selected].
  var outputs: [[Double]]
  /// Event hashes, shape [selected].
  var events: [UInt64]
  /// Weights, shape [selected]; empty for data.
  var weights: [Double]
  /// Weights with the tables of each systematic moved up, shape [systematics][selected].
  var shiftedWeights: [[Double]]
  /// Distributions of all rows; empty without comparisons.
  var histograms: HistogramTree
  /// Rules passed, one bit each, shape [selected]; empty without rules.
  var rules: [UInt64]
  /// Keys of the best-candidate choice, shape [selected]; empty without it.
  var keys: [Double]
  /// Row numbers in the file, shape [selected].
  var rows: [Int64]
  /// What all rows say of their generation.
  var generated = GeneratedEvents()

  init(counts: SkimCounts, outputs: Int) {
    self.counts = counts
    self.outputs = [[Double]](repeating: [], count: outputs)
    events = []
    weights = []
    shiftedWeights = []
    histograms = HistogramTree()
    rules = []
    keys = []
    rows = []
  }

  /// Adds the stretch that follows; `place` is the file's, for faults.
  mutating func append(_ next: SkimStretch, place: String) throws(SearchError) {
    counts.append(next.counts)
    try generated.add(next.generated, place: place)
    for index in outputs.indices { outputs[index] += next.outputs[index] }
    events += next.events
    weights += next.weights
    if shiftedWeights.isEmpty { shiftedWeights = next.shiftedWeights.map { _ in [] } }
    for index in next.shiftedWeights.indices {
      shiftedWeights[index] += next.shiftedWeights[index]
    }
    histograms.append(next.histograms)
    rules += next.rules
    keys += next.keys
    rows += next.rows
  }
}
