import Inference
import PipelineSpec

extension SetLimit {
  /// Replaces the limits of a fitted window by quantiles of the posterior with a flat prior.
  func setBayesianLimit(
    _ point: inout ScanPoint, _ window: MassWindow, data: ScanData, worker: WindowWorker
  ) {
    let settings = BayesianSettings(
      level: scan.limit?.level ?? 0.9, seed: seed, task: streamNumber(of: window))
    let wantsMedian = scan.limit?.expected.isEmpty == false
    point.observedLimit = .nan
    point.expectedLimits = wantsMedian ? [.nan] : []
    do {
      let (observed, expected) = try worker.withProblem(window, scan: scan, data: data) {
        problem, solver in
        (
          try solver.bayesianLimit(problem, settings),
          wantsMedian ? try solver.bayesianLimit(problem, settings, expected: true) : nil
        )
      }
      let both = [observed] + (expected.map { [$0] } ?? [])
      let isFound = both.allSatisfy { $0.status != .notFound }
      let isReliable = both.allSatisfy { $0.status == .found }
      point.limitStatus = isReliable ? .found : isFound ? .unreliable : .notFound
      point.observedLimit = observed.value
      if let expected { point.expectedLimits = [expected.value] }
      point.limitToys = LimitToys(
        observedError: observed.error, expectedErrors: expected.map { [$0.error] } ?? [],
        count: Int64(both.map(\.samples).max() ?? 0), failed: 0)
      if let warning = both.compactMap(\.warning).first { point.message = warning }
    } catch {
      point.limitStatus = .notFound
      point.limitToys = LimitToys(
        observedError: .nan, expectedErrors: point.expectedLimits, count: 0, failed: 0)
      point.message = "\(error)"
    }
  }
}
