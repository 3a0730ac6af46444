/// What the skim counts in a stretch of rows: candidates, events and weights by depth.
///
/// The depth of a candidate is the number of steps (cuts, then vetoes) it passes before the first
/// it fails. Stretches are joined in row order; sums of weights are kept by blocks of 4,096 file
/// rows and added in that order, so that no digit depends on how the rows were cut up.
struct SkimCounts: Sendable, Equatable {
  /// Rows of one block of weights.
  static let blockRows = 4096

  /// Candidates by depth, shape [steps + 1].
  var depths: [Int]
  /// Candidates that fail exactly this step, shape [steps].
  var failOnly: [Int]
  /// Events by depth; nil without identity columns.
  var events: EventCounter?
  /// Sums of weights by depth, shape [steps + 1]; nil without weights.
  var weights: WeightSums?
  /// Distributions of whole runs; nil without comparisons.
  var histograms: HistogramSums?
  /// Candidates that pass all but have no observable.
  var withoutObservable = 0

  init(steps: Int, countsEvents: Bool, countsWeights: Bool) {
    depths = [Int](repeating: 0, count: steps + 1)
    failOnly = [Int](repeating: 0, count: steps)
    events = countsEvents ? EventCounter(steps: steps) : nil
    weights = countsWeights ? WeightSums(steps: steps) : nil
  }

  /// Number of steps.
  var steps: Int { failOnly.count }

  /// Adds the stretch of rows that follows.
  mutating func append(_ next: SkimCounts) {
    for index in depths.indices { depths[index] += next.depths[index] }
    for index in failOnly.indices { failOnly[index] += next.failOnly[index] }
    if let following = next.events { events?.append(following) }
    if let following = next.weights { weights?.append(following) }
    if let following = next.histograms { histograms?.add(following) }
    withoutObservable += next.withoutObservable
  }

  /// Turns counts by depth into counts after each step: everything, then what passes k steps.
  static func passing<Number: AdditiveArithmetic>(_ byDepth: [Number]) -> [Number] {
    var sums = byDepth
    for index in byDepth.indices.reversed().dropFirst() {
      sums[index] = sums[index] + sums[index + 1]
    }
    return sums
  }
}

/// Sums of weights and of their squares by depth, one pair a block of rows, shape [blocks][depths].
struct WeightSums: Sendable, Equatable {
  private let depths: Int
  /// Sums of weights, row by row of blocks.
  var sums: [Double] = []
  /// Sums of squared weights.
  var squares: [Double] = []

  init(steps: Int) { depths = steps + 1 }

  init(steps: Int, sums: [Double], squares: [Double]) {
    depths = steps + 1
    self.sums = sums
    self.squares = squares
  }

  /// Starts the next block.
  mutating func startBlock() {
    sums.append(contentsOf: repeatElement(0, count: depths))
    squares.append(contentsOf: repeatElement(0, count: depths))
  }

  /// Adds one weight to the last block.
  mutating func add(_ weight: Double, depth: Int) {
    let index = sums.count - depths + depth
    sums[index] += weight
    squares[index] += weight * weight
  }

  /// Adds the blocks that follow.
  mutating func append(_ next: WeightSums) {
    sums += next.sums
    squares += next.squares
  }

  /// The blocks added one after the other: sums and squares by depth.
  var totals: (sums: [Double], squares: [Double]) {
    func fold(_ blocks: [Double]) -> [Double] {
      var total = [Double](repeating: 0, count: depths)
      for (index, value) in blocks.enumerated() { total[index % depths] += value }
      return total
    }
    return (fold(sums), fold(squares))
  }
}
