import PipelineSpec

/// Brings the toys of a closure together, one hypothesis and strength in memory at a time.
public struct ClosureGatherer {
  private let layout: ClosureLayout
  private let strengths: [Double]
  private let statistics: ClosureStatistics
  private var current: (point: Int, strength: Int, toys: ClosureToys)?
  /// q̃ at every strength of the toys without a signal, and their hypothesis.
  private var nulls: (point: Int, statistics: [Double]) = (-1, [])
  /// What all toys so far say.
  public private(set) var results: ClosureResults

  /// Prepares for the closure of a scan; nil where none is asked for.
  public init?(plan: SearchPlan, scan: Int) {
    guard let settings = plan.pipeline.scan?.closure, let layout = plan.closureLayout(scan) else {
      return nil
    }
    self.layout = layout
    strengths = settings.strengths
    statistics = ClosureStatistics(
      level: plan.pipeline.scan?.limit?.level, confidence: settings.confidence)
    let windows = plan.scans[scan].windows
    results = ClosureResults(
      toys: settings.toys, strengths: settings.strengths, bias: settings.bias,
      width: settings.width, confidence: settings.confidence,
      points: plan.closureHypotheses(scan).map {
        ClosurePoint(hypothesis: $0, mass: windows[$0].hypothesis.mass)
      })
  }

  /// Takes the pieces that follow, in the order of the layout.
  public mutating func add(_ pieces: [ClosurePiece]) {
    for piece in pieces where results.points.indices.contains(piece.point) {
      if let now = current, now.point == piece.point, now.strength == piece.strength {
        current?.toys.append(piece.fits)
      } else {
        current = (piece.point, piece.strength, piece.fits)
      }
      results.points[piece.point].backgroundUnderPeak = piece.reference.backgroundUnderPeak
      results.points[piece.point].expectedError = piece.reference.expectedError
      if !piece.reference.message.isEmpty {
        results.points[piece.point].message = piece.reference.message
      }
      if piece.toys.upperBound == layout.toys { finish() }
    }
  }

  /// Turns the toys of a hypothesis and strength into numbers.
  private mutating func finish() {
    guard let (point, strength, toys) = current, strengths.indices.contains(strength) else {
      return
    }
    current = nil
    let unit = results.points[point].expectedError
    if !toys.nullStatistics.isEmpty { nulls = (point, toys.nullStatistics) }
    let own =
      nulls.point == point
      ? stride(from: strength, to: nulls.statistics.count, by: strengths.count).map {
        nulls.statistics[$0]
      } : []
    results.points[point].strengths.append(
      statistics.strength(toys, injected: strengths[strength] * unit, unit: unit, nulls: own))
    if strengths[strength] == 0 {
      results.points[point].uniformity = statistics.uniformity(toys)
    }
  }
}
