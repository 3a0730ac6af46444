import HDF5Files
import Platform
import Search
import Synchronization

/// Runs the tasks of a search on this machine, stage by stage; finished ones are taken as they are.
struct LocalExecutor: Sendable {
  private(set) var plan: SearchPlan
  let store: CheckpointStore
  let pool: WorkerPool
  let stop: StopSignal
  let style: Progress.Style
  let log: RunLog

  /// How many tasks were found finished and how many were done.
  struct Tally: Sendable {
    var reused = 0
    var done = 0

    static func += (left: inout Tally, right: Tally) {
      left.reused += right.reused
      left.done += right.done
    }
  }

  /// Runs what is not finished; `all` are the tasks whose results they take, if not among them.
  ///
  /// - Throws: the first task's error; `PlatformError.stopped` after a signal. What is finished
  ///   stays.
  func run(_ tasks: [PlannedTask], all: [PlannedTask]? = nil) throws -> Tally {
    var tally = Tally()
    for stage in TaskRecipe.Stage.allCases {
      let own = tasks.filter { $0.recipe.stage == stage }
      let open = own.filter(isOpen)
      tally.reused += own.count - open.count
      guard !open.isEmpty else { continue }
      try stop.check()
      try run(open, of: stage, all: all ?? tasks)
      tally.done += open.count
    }
    return tally
  }

  private func isOpen(_ task: PlannedTask) -> Bool {
    switch store.verdict(on: task) {
    case .good: return false
    case .missing: return true
    case .damaged(let reason):
      if style != .silent { Terminal.note("\(store.path(of: task)): \(reason); redoing it") }
      log.write("damaged", task: task.recipe.title, detail: reason)
      return true
    }
  }

  private func run(_ open: [PlannedTask], of stage: TaskRecipe.Stage, all: [PlannedTask]) throws {
    let unit =
      switch stage {
      case .skim, .merge: "rows"
      case .fit: "fits"
      case .workingPoint: "cuts"
      case .signal: "signals"
      case .scan: "windows"
      case .lookElsewhere: "toys"
      case .closure: "toys"
      }
    let progress = Progress(
      stage.rawValue, total: open.reduce(0) { $0 + $1.amount }, unit: unit, style: style)
    // Many small tasks go side by side, few large ones share their rows and windows out.
    let isWide = open.count >= 4 * pool.threads && stage != .scan
    let outer = WorkerPool(threads: isWide ? pool.threads : 1)
    let search = Search(
      plan: plan, pool: isWide ? WorkerPool(threads: 1) : pool, stop: stop)
    defer { progress.finish() }
    try outer.forEach(count: open.count) { _, index in
      try stop.check()
      let task = open[index]
      log.write("start", task: task.recipe.title)
      try perform(task, search: search, all: all, progress: progress)
      log.write("done", task: task.recipe.title)
    }
  }

  private func perform(
    _ task: PlannedTask, search: Search, all: [PlannedTask], progress: Progress
  ) throws {
    let advance: @Sendable (Int) -> Void = { progress.advance(by: $0) }
    switch task.task {
    case .skim(let sample, let file, let part):
      let run = try search.skim(sample: sample, file: file, part: part, advance: advance)
      try store.save(try run.encoded(), of: task)
    case .merge:
      let runs = try task.inputs.map { try HDF5File(path: store.path(.skim, $0)) }
      try store.save(task) { try search.merge(runs, writingTo: $0) }
      progress.advance(by: task.amount)
    case .fit(let index):
      let fit = try search.fit(index, samples: try skimmed(task.inputs, all))
      try store.save(try fit.encoded(), of: task)
      progress.advance()
    case .workingPoint(let index):
      let samples = try skimmed(task.inputs, all)
      let point = try search.workingPoint(
        index, signal: samples[0], backgrounds: Array(samples.dropFirst()))
      try store.save(try point.encoded(), of: task)
      progress.advance()
    case .signal:
      let signal = try search.measure(
        try skimmed(Array(task.inputs.prefix(1)), all)[0], points: try store.workingPoints(all))
      try store.save(try signal.encoded(), of: task)
      progress.advance()
    case .scan(let index, let range):
      let points = try search.scan(
        index, range, samples: try skimmed(task.inputs, all), advance: advance)
      try store.save(try ScanPoint.encoded(points), of: task)
    case .lookElsewhere(let index, let range):
      let toys = try search.lookElsewhere(
        index, range, samples: try skimmed(task.inputs, all), advance: advance)
      try store.save(try ScanToy.encoded(toys), of: task)
    case .closure(let index, let range):
      let pieces = try search.closure(
        index, range, samples: try skimmed(task.inputs, all), advance: advance)
      try store.save(try ClosurePiece.encoded(pieces), of: task)
    }
  }

  /// Opens the merged samples with these keys.
  func skimmed(_ keys: [SHA256Digest], _ all: [PlannedTask]) throws -> [SkimmedSample] {
    try keys.map { key in
      let name = all.first { $0.key == key && $0.recipe.stage == .merge }?.recipe.name ?? ""
      return try SkimmedSample(name: name, path: store.path(.merge, key))
    }
  }

  /// The same executor with the windows known, once `tasks` are finished.
  func resolved(_ tasks: [PlannedTask]) throws -> LocalExecutor {
    var executor = self
    executor.plan = try store.resolved(plan, tasks)
    return executor
  }

  /// Reads the results of all tasks and brings them together.
  func gather(_ tasks: [PlannedTask], provenance: Provenance) throws -> SearchResults {
    let merges = tasks.filter { $0.recipe.stage == .merge }
    let fits = try tasks.filter { $0.recipe.stage == .fit }
      .map { try NamedFit(decoding: try store.open($0)) }
    var points = [[ScanPoint]](repeating: [], count: plan.scans.count)
    var toys = [[ScanToy]](repeating: [], count: plan.scans.count)
    for task in tasks {
      switch task.task {
      case .scan(let index, _): points[index] += try ScanPoint.decoded(try store.open(task))
      case .lookElsewhere(let index, _):
        toys[index] += try ScanToy.decoded(try store.open(task))
      case .skim, .merge, .fit, .workingPoint, .signal, .closure: break
      }
    }
    let closures = try store.closures(tasks, of: plan)
    return try Search(plan: plan, pool: pool, stop: stop).gather(
      samples: try skimmed(merges.map(\.key), tasks), fits: fits, signals: try store.signals(tasks),
      workingPoints: try store.workingPoints(tasks).sorted { $0.key < $1.key }.map(\.value),
      points: points, toys: toys, closures: closures, provenance: provenance)
  }
}
