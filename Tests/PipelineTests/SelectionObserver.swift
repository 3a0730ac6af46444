import HDF5Files

/// The selection of `synthetic.yaml` in plain Swift: what the tool's counts and columns must be.
struct SelectionObserver {
  /// A selected candidate.
  struct Candidate {
    var mass: Double
    var file: Int
    var row: Int
    var vertex: Double
    var weight: Double
    /// With the tables of the tracks moved up.
    var shifted: Double
    var rules: UInt64
  }

  /// Number of cuts and vetoes.
  static let steps = 5
  /// Rows of a block of weights, as the documentation of the summary says.
  static let blockRows = 4096

  /// After each step, all candidates first.
  private(set) var candidates = [Int](repeating: 0, count: steps + 1)
  private(set) var events = [Int](repeating: 0, count: steps + 1)
  private(set) var sums = [Double](repeating: 0, count: steps + 1)
  private(set) var squares = [Double](repeating: 0, count: steps + 1)
  /// Candidates that pass all other steps.
  private(set) var passingOthers = [Int](repeating: 0, count: steps)
  /// Candidates that pass everything and have no observable.
  private(set) var notANumber = 0
  /// One candidate an event, by (mass, file, row).
  private(set) var merged: [Candidate] = []

  /// Observes files in the order of their digests; `windows` are those that were fitted.
  init(
    _ files: [SyntheticNtuple.File], isWeighted: Bool,
    windows: [(mass: Double, range: ClosedRange<Double>)]
  ) {
    var byDepth = [(sum: Double, square: Double)](repeating: (0, 0), count: Self.steps + 1)
    for (fileIndex, file) in files.enumerated() {
      var start = 0
      while start < file.rows.count {
        let block = file.rows[start..<min(file.rows.count, start + Self.blockRows)]
        var own = [(sum: Double, square: Double)](repeating: (0, 0), count: Self.steps + 1)
        for row in block {
          let depth = Self.passes(row).firstIndex(of: false) ?? Self.steps
          let weight = Self.weight(row)
          own[depth].sum += weight
          own[depth].square += weight * weight
        }
        for depth in own.indices {
          byDepth[depth].sum += own[depth].sum
          byDepth[depth].square += own[depth].square
        }
        start += Self.blockRows
      }
      observe(file, fileIndex, windows)
    }
    merged.sort { ($0.mass, $0.file, $0.row) < ($1.mass, $1.file, $1.row) }
    var total = (sum: 0.0, square: 0.0)
    for depth in byDepth.indices.reversed() {
      total.sum = depth == Self.steps ? byDepth[depth].sum : byDepth[depth].sum + total.sum
      total.square =
        depth == Self.steps ? byDepth[depth].square : byDepth[depth].square + total.square
      sums[depth] = isWeighted ? total.sum : Double(candidates[depth])
      squares[depth] = isWeighted ? total.square : Double(candidates[depth])
    }
  }

  private mutating func observe(
    _ file: SyntheticNtuple.File, _ fileIndex: Int,
    _ windows: [(mass: Double, range: ClosedRange<Double>)]
  ) {
    var best: [Int64: (key: Double, candidate: Candidate)] = [:]
    var deepest: [Int64: Int] = [:]
    for (index, row) in file.rows.enumerated() {
      let passes = Self.passes(row)
      let depth = passes.firstIndex(of: false) ?? Self.steps
      for step in 0...depth { candidates[step] += 1 }
      deepest[row.event] = max(deepest[row.event] ?? 0, depth)
      for step in 0..<Self.steps
      where passes.enumerated().allSatisfy({ $0.offset == step || $0.element }) {
        passingOthers[step] += 1
      }
      guard depth == Self.steps else { continue }
      let mass = row.m2.squareRoot()
      guard !mass.isNaN else {
        notANumber += 1
        continue
      }
      let rules: UInt64 = (row.id1 > 0.5 ? 1 : 0) | (row.quality > 0.2 ? 2 : 0)
      let isWanted = windows.contains { window in
        let needed: UInt64 =
          ((1.0...4.0).contains(window.mass) ? 1 : 0) | ((3.0...9.0).contains(window.mass) ? 2 : 0)
        return window.range.contains(mass) && needed & ~rules == 0
      }
      guard isWanted else { continue }
      let candidate = Candidate(
        mass: mass, file: fileIndex, row: index, vertex: Double(row.vertex),
        weight: Self.weight(row), shifted: Self.weight(row, moved: true), rules: rules)
      guard let known = best[row.event] else {
        best[row.event] = (row.quality, candidate)
        continue
      }
      if row.quality > known.key || (known.key.isNaN && !row.quality.isNaN) {
        best[row.event] = (row.quality, candidate)
      }
    }
    for depth in deepest.values { for step in 0...depth { events[step] += 1 } }
    merged += best.values.map(\.candidate)
  }

  /// The weight of a simulated candidate; corrections in the order of their names.
  static func weight(_ row: SyntheticNtuple.Row, moved: Bool = false) -> Double {
    var weight = row.genWeight
    // -999 stands for a missing number, which lies outside of the table.
    if (0...20).contains(row.hits) { weight *= row.hits < 10 ? 0.9 : 1.05 }
    let table = [[(0.875, 0.0625), (0.9, 0.03)], [(1.1, 0.05), (1.25, 0.01)]]
    for id in [row.id1, row.id2] {
      let (value, error) = table[Double(row.vertex) < 0.5 ? 0 : 1][Double(id) < 0.4 ? 0 : 1]
      weight *= moved ? value + error : value
    }
    return weight
  }

  /// Number of steps a candidate passes in their order.
  static func depth(_ row: SyntheticNtuple.Row) -> Int {
    passes(row).firstIndex(of: false) ?? steps
  }

  /// Which steps a candidate passes, each for itself.
  private static func passes(_ row: SyntheticNtuple.Row) -> [Bool] {
    [
      row.q1 * row.q2 < 0,
      row.id1 > 0.25 && row.id2 > 0.25,
      Double(row.vertex) > 0.1,
      row.hits != -999 && row.hits >= 4 && row.distance != -999 && row.distance < 2,
      !(0.48...0.52).contains(row.swapped) && !(0.9...0.95).contains(row.swapped),
    ]
  }
}
