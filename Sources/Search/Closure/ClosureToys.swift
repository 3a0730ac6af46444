/// The fits of toys of one hypothesis and strength, an entry a toy in the order of their numbers.
package struct ClosureToys: Sendable {
  /// The fitted parameter of interest; NaN where the fit failed.
  package var values: [Double] = []
  /// Its error; NaN where it is not defined.
  package var errors: [Double] = []
  /// The signed root of the discovery test statistic.
  package var roots: [Double] = []
  /// ln CLs at the injected parameter by the formulae of the limit; NaN without a limit.
  package var logCLs: [Double] = []
  /// ln CLs+b there.
  package var logCLsPlusB: [Double] = []
  /// q̃ at the injected parameter; NaN without a limit.
  package var statistics: [Double] = []
  /// Of toys without a signal q̃ at each strength, shape [toys, strengths]; else empty.
  package var nullStatistics: [Double] = []

  package init() {}

  /// Number of toys.
  package var count: Int { values.count }

  /// Appends the toys that follow.
  mutating func append(_ other: ClosureToys) {
    for (_, column) in Self.columns { self[keyPath: column] += other[keyPath: column] }
    nullStatistics += other.nullStatistics
  }

  /// Columns by their name in checkpoints.
  static let columns: [(String, WritableKeyPath<ClosureToys, [Double]> & Sendable)] = [
    ("parameter", \.values), ("parameterError", \.errors), ("signedRoot", \.roots),
    ("logCLs", \.logCLs), ("logCLsPlusB", \.logCLsPlusB),
    ("statistic", \.statistics),
  ]
}

/// What the toys of a hypothesis are made of.
public struct ClosureReference: Equatable, Sendable {
  /// Background expected within ±2 resolutions of the peak.
  package var backgroundUnderPeak = Double.nan
  /// Expected error of the parameter without a signal: the unit of strengths.
  package var expectedError = Double.nan
  /// Why no toys can be made; empty where they can.
  package var message = ""

  package init() {}
}

/// Some consecutive toys of one hypothesis and strength.
public struct ClosurePiece: Sendable {
  /// Place of the hypothesis among those that are checked.
  package var point: Int
  /// Place of the strength.
  package var strength: Int
  /// Numbers of the toys.
  package var toys: Range<Int>
  /// What the toys are made of.
  package var reference = ClosureReference()
  /// Their fits; empty where none can be made.
  package var fits = ClosureToys()

  /// Makes a piece that is still to be done.
  package init(point: Int, strength: Int, toys: Range<Int>) {
    self.point = point
    self.strength = strength
    self.toys = toys
  }

  /// How many toys pieces cover.
  public static func count(_ pieces: [ClosurePiece]) -> Int {
    pieces.reduce(0) { $0 + $1.toys.count }
  }

  /// Puts pieces after others; a cell that was cut in two becomes one again.
  public static func join(_ first: [ClosurePiece], _ second: [ClosurePiece]) -> [ClosurePiece] {
    guard let last = first.last, let next = second.first, last.point == next.point,
      last.strength == next.strength, last.toys.upperBound == next.toys.lowerBound
    else { return first + second }
    var whole = last
    whole.toys = last.toys.lowerBound..<next.toys.upperBound
    whole.fits.append(next.fits)
    return first.dropLast() + [whole] + second.dropFirst()
  }
}

/// The toys of a closure in one order: by hypothesis, then strength, then number.
package struct ClosureLayout: Sendable {
  /// Hypotheses that are checked.
  package let points: Int
  /// Strengths of each.
  package let strengths: Int
  /// Toys of each strength.
  package let toys: Int

  package init(points: Int, strengths: Int, toys: Int) {
    self.points = points
    self.strengths = strengths
    self.toys = toys
  }

  /// All of them.
  package var count: Int { points * strengths * toys }

  /// Divides a stretch of the order into pieces of one hypothesis and strength each.
  package func pieces(of range: Range<Int>) -> [ClosurePiece] {
    var pieces: [ClosurePiece] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let cell = start / toys, first = start % toys
      let end = min(range.upperBound, (cell + 1) * toys)
      pieces.append(
        ClosurePiece(
          point: cell / strengths, strength: cell % strengths,
          toys: first..<(first + end - start)))
      start = end
    }
    return pieces
  }
}
