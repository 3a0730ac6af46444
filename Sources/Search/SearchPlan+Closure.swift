import PipelineSpec
import Platform
import Settings

extension SearchPlan {
  /// Settings that decide windows and fits; the level of limits does not, nor what is flagged.
  private static let closurePaths =
    ["constants", "signal", "skim.veto", "unblindFraction", "blind", "seed"]
    + [
      "sample", "observable", "constituentMass", "hypotheses", "select", "window", "background",
      "fit", "systematics", "minimumAcceptance", "limit.parameter", "limit.unit",
    ].map { "scan.\($0)" }

  /// Places of the hypotheses of a scan whose fits and limits are checked by toys, ascending.
  ///
  /// Only those that are fitted: a hypothesis in a veto has no window.
  func closureHypotheses(_ scan: Int) -> [Int] {
    guard let closure = pipeline.scan?.closure else { return [] }
    let windows = scans[scan].windows
    let fitted = windows.indices.filter { windows[$0].skipped == nil }
    guard let last = fitted.indices.last else { return [] }
    switch closure.hypotheses {
    case .spread(let count):
      guard count < fitted.count else { return fitted }
      guard count > 1 else { return [fitted[last / 2]] }
      // Rounded to the nearest: i (n - 1) / (count - 1).
      return (0..<count).map { fitted[(2 * $0 * last + count - 1) / (2 * (count - 1))] }
    case .masses(let masses):
      var chosen: Set<Int> = []
      for mass in masses {
        func distance(_ place: Int) -> Double { abs(windows[place].hypothesis.mass - mass) }
        if let nearest = fitted.min(by: { distance($0) < distance($1) }) { chosen.insert(nearest) }
      }
      return chosen.sorted()
    }
  }

  /// The order of all toys of the closure of a scan; nil where none is asked for.
  func closureLayout(_ scan: Int) -> ClosureLayout? {
    guard let closure = pipeline.scan?.closure else { return nil }
    return ClosureLayout(
      points: closureHypotheses(scan).count, strengths: closure.strengths.count,
      toys: closure.toys)
  }

  /// Stretches of that order, each of about `execution.taskSeconds`.
  func closureTasks(
    _ index: Int, _ scan: ScanSettings, data: [SHA256Digest], signal: [SHA256Digest]
  ) -> [PlannedTask] {
    guard let closure = scan.closure, let layout = closureLayout(index) else { return [] }
    let size = cost.groupSize(of: layout.count, seconds: TaskCost.closureToy)
    let paths =
      Self.closurePaths
      + countPaths(scan)
    let shared = CommonSettings(
      common(paths).values
        + [
          Named("hypotheses", .list(closureHypotheses(index).map { .number(Double($0)) })),
          Named("strengths", .list(closure.strengths.map { .number($0) })),
          Named("toys", .text("\(closure.toys)")),
        ])
    return stride(from: 0, to: layout.count, by: size).enumerated().map { number, start in
      let range = start..<min(layout.count, start + size)
      var own = recipe(
        .closure, (scans[index].signal.map { $0 + "/" } ?? "") + padded(number), shared,
        inputs: data + signal)
      own.settings.append(Named("range", .text("\(range.lowerBound)..<\(range.upperBound)")))
      return PlannedTask(
        .closure(index, range), own, inputs: data, amount: range.count,
        seconds: Double(range.count) * TaskCost.closureToy)
    }
  }
}

extension Search {
  /// Closure: toys with injected signals, fitted as the data are.
  public func closure(
    _ index: Int, _ range: Range<Int>, samples: [SkimmedSample],
    advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> [ClosurePiece] {
    try InjectSignals(plan: plan, scan: index).pieces(
      range, samples: samples, pool: pool, stop: stop, advance: advance)
  }
}
