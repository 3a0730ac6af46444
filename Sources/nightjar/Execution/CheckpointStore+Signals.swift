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

  /// A plan with its windows known, once `tasks` are finished.
  func resolved(_ plan: SearchPlan, _ tasks: [PlannedTask]) throws -> SearchPlan {
    guard !plan.isResolved else { return plan }
    return try plan.resolved(signals: try signals(tasks), points: try workingPoints(tasks))
  }
}
