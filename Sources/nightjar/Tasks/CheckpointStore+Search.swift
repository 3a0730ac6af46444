import Execution
import HDF5Files
import Platform
import Search

extension PlannedTask {
  /// The task as the execution sees it.
  var work: Work {
    Work(
      stage: recipe.stage.rawValue, name: recipe.name, key: key, inputs: inputs, amount: amount,
      seconds: seconds)
  }
}

extension CheckpointStore {
  /// Whether a task is finished, or why not.
  func verdict(on task: PlannedTask) -> SealedFile.Verdict { verdict(on: task.work) }

  /// Whether a task is finished.
  func isFinished(_ task: PlannedTask) -> Bool { isFinished(task.work) }

  /// Opens the content of a finished task.
  func open(_ task: PlannedTask) throws -> HDF5File { try open(task.work) }

  /// Finished working points by their place in `scan.select`.
  func workingPoints(_ tasks: [PlannedTask]) throws -> [Int: WorkingPoint] {
    var points: [Int: WorkingPoint] = [:]
    for task in tasks {
      guard case .workingPoint(let index) = task.task else { continue }
      points[index] = try WorkingPoint(decoding: try open(task))
    }
    return points
  }

  /// Finished control samples of a channel, in the order of the file.
  func controls(_ tasks: [PlannedTask]) throws -> [ControlMeasurement] {
    try tasks.filter { $0.recipe.stage == .control }.map {
      try ControlMeasurement(decoding: try open($0))
    }
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

  /// Opens the merged samples with these keys.
  func samples(_ keys: [SHA256Digest], _ tasks: [PlannedTask]) throws -> [SkimmedSample] {
    try keys.map { key in
      // The name in the pipeline file: that of its channel comes before.
      let title = tasks.first { $0.key == key && $0.recipe.stage == .merge }?.recipe.name ?? ""
      let name = title.split(separator: "/").last.map(String.init) ?? title
      return try SkimmedSample(
        name: name, path: try verifiedPath(TaskRecipe.Stage.merge.rawValue, key))
    }
  }

  /// A plan with its windows known, once `tasks` are finished.
  func resolved(_ plan: ChannelPlans, _ tasks: [PlannedTask]) throws -> ChannelPlans {
    guard !plan.isResolved else { return plan }
    return try plan.resolved { channel, plan in
      let own = tasks.filter { $0.channel == channel }
      return plan.isResolved
        ? plan : try plan.resolved(signals: try signals(own), points: try workingPoints(own))
    }
  }
}
