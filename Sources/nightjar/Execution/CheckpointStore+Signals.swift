import Search

extension CheckpointStore {
  /// Finished working points by their place in `scan.select`.
  func workingPoints(_ tasks: [PlannedTask]) throws -> [Int: WorkingPoint] {
    var points: [Int: WorkingPoint] = [:]
    for task in tasks {
      guard case .workingPoint(let index) = task.task else { continue }
      points[index] = try WorkingPoint(decoding: try open(task))
    }
    return points
  }

  /// Finished signals in the order of `signal.samples`.
  func signals(_ tasks: [PlannedTask]) throws -> [SignalByCuts] {
    try tasks.filter { $0.recipe.stage == .signal }.map {
      try SignalByCuts(decoding: try open($0))
    }
  }

  /// Closures of the scans from their finished tasks; nil where none is asked for.
  func closures(_ tasks: [PlannedTask], of plan: SearchPlan) throws -> [ClosureResults?] {
    try plan.scans.indices.map { scan in
      var gatherer = ClosureGatherer(plan: plan, scan: scan)
      for task in tasks {
        guard case .closure(scan, _) = task.task else { continue }
        gatherer?.add(try ClosurePiece.decoded(try open(task)))
      }
      return gatherer?.results
    }
  }

  /// A plan with its windows known, once `tasks` are finished.
  func resolved(_ plan: SearchPlan, _ tasks: [PlannedTask]) throws -> SearchPlan {
    guard !plan.isResolved else { return plan }
    return try plan.resolved(signals: try signals(tasks), points: try workingPoints(tasks))
  }
}
