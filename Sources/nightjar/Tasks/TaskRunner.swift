import Execution
import HDF5Files
import Platform
import Search
import Synchronization

/// Does the tasks of a search, stage by stage; finished ones are taken as they are.
struct TaskRunner: Sendable {
  private(set) var plan: ChannelPlans
  let crew: Crew
  let pool: WorkerPool
  let style: Progress.Style
  let log: RunLog

  var store: CheckpointStore { crew.store }
  var stop: StopSignal { crew.stop }

  /// How a runner goes through the tasks.
  struct Manner: Sendable {
    /// The share of the tasks that is done first.
    var slice = Crew.Slice(index: 0, count: 1)
    /// Stages done; the others are as they are.
    var stages: [TaskRecipe.Stage] = TaskRecipe.Stage.allCases
    /// Whether a stage ends only when all of it is finished, whoever does it.
    var waits = true
    /// How many tasks of other shares in a row are found finished or held before a stage ends.
    ///
    /// Nil: all are looked at. Very many jobs that do so are too much for a shared file system.
    var looks: Int?
    /// Called with a task that ended with an error; nil: the error ends the run.
    var failed: (@Sendable (PlannedTask, any Error) throws -> Void)?
  }

  /// Does what is not finished; `all` are the tasks whose results they take, if not among them.
  ///
  /// - Throws: the first task's error; `PlatformError.stopped` after a signal. What is finished
  ///   stays.
  func run(_ tasks: [PlannedTask], all: [PlannedTask]? = nil, as manner: Manner = Manner()) throws
    -> Crew.Tally
  {
    var tally = Crew.Tally()
    for stage in manner.stages {
      let all = all ?? tasks
      let whole = tasks.filter { $0.recipe.stage == stage }
      let own = manner.slice.own(whole)
      let open = own.filter(isOpen)
      tally.reused += own.count - open.count
      if !open.isEmpty {
        try stop.check()
        // What others hold of this share is asked for again below, among theirs.
        let waits = manner.waits && manner.slice.count == 1
        tally += try run(open, of: stage, all: all, waits: waits, failed: manner.failed)
      }
      if manner.slice.count > 1 { tally += try help(whole, of: stage, all: all, as: manner) }
    }
    return tally
  }

  /// Does what other shares of a stage left.
  private func help(
    _ whole: [PlannedTask], of stage: TaskRecipe.Stage, all: [PlannedTask], as manner: Manner
  ) throws -> Crew.Tally {
    if manner.waits {
      let open = (manner.slice.own(whole) + manner.slice.others(whole)).filter(isOpen)
      return open.isEmpty
        ? Crew.Tally() : try run(open, of: stage, all: all, waits: true, failed: manner.failed)
    }
    var tally = Crew.Tally()
    var idle = 0
    var block: [PlannedTask] = []
    let others = manner.slice.others(whole)
    for (place, task) in others.enumerated() {
      // Whether what is there is whole shows when it is used.
      if store.exists(task.work) { idle += 1 } else { block.append(task) }
      if block.count >= 64 || place == others.count - 1, !block.isEmpty {
        try stop.check()
        let own = try run(block, of: stage, all: all, waits: false, failed: manner.failed)
        idle = own.done + own.failed > 0 ? 0 : idle + block.count
        tally += own
        block = []
      }
      if let looks = manner.looks, idle >= looks { break }
    }
    return tally
  }

  private func isOpen(_ task: PlannedTask) -> Bool {
    switch store.verdict(on: task) {
    case .good: return false
    case .missing: return true
    case .damaged(let reason):
      if style != .silent { Terminal.note("\(store.path(of: task.work)): \(reason); redoing it") }
      log.write("damaged", task: task.recipe.title, detail: reason)
      return true
    }
  }

  private func run(
    _ open: [PlannedTask], of stage: TaskRecipe.Stage, all: [PlannedTask], waits: Bool,
    failed: (@Sendable (PlannedTask, any Error) throws -> Void)?
  ) throws -> Crew.Tally {
    let progress = Progress(
      stage.rawValue, total: open.reduce(0) { $0 + $1.amount }, unit: stage.unit, style: style)
    // Many small tasks go side by side, few large ones share their rows and windows out.
    let isWide = open.count >= 4 * pool.threads && stage != .scan
    let outer = WorkerPool(threads: isWide ? pool.threads : 1)
    let searches = plan.plans.map {
      Search(plan: $0, pool: isWide ? WorkerPool(threads: 1) : pool, stop: stop)
    }
    defer { progress.finish() }
    let tasks = Dictionary(open.map { ($0.key, $0) }) { first, _ in first }
    let own = Dictionary(grouping: all, by: \.channel)
    // Channels that share work share its tasks.
    var seen: Set<SHA256Digest> = []
    let distinct = open.filter { seen.insert($0.key).inserted }
    let failures = Mutex(0)
    var tally = try crew.run(
      distinct.map(\.work), pool: outer, waits: waits,
      waiting: { holder in
        guard style != .silent else { return }
        progress.interrupt()
        let job = holder.job.isEmpty ? "" : ", job \(holder.job)"
        Terminal.note(
          "waiting for \(holder.title): process \(holder.process.process) on "
            + "\(holder.process.host)\(job) works on it")
      },
      others: { progress.advance(by: $0.amount) },
      perform: { work in
        guard let task = tasks[work.key] else { return }
        log.write("start", task: task.recipe.title)
        do {
          let search = searches[task.channel]
          try perform(
            task, search: task.control.map { search.control($0) } ?? search,
            all: own[task.channel] ?? [], progress: progress)
        } catch {
          guard let failed, !error.isStop else { throw error }
          failures.withLock { $0 += 1 }
          try failed(task, error)
          return
        }
        log.write("done", task: task.recipe.title)
      })
    tally.failed = failures.withLock { $0 }
    tally.done -= tally.failed
    return tally
  }

  private func perform(
    _ task: PlannedTask, search: Search, all: [PlannedTask], progress: Progress
  ) throws {
    let advance: @Sendable (Int) -> Void = { progress.advance(by: $0) }
    let work = task.work
    func samples(_ keys: [SHA256Digest]) throws -> [SkimmedSample] {
      try store.samples(keys, all)
    }
    switch task.task {
    case .skim(let sample, let file, let part):
      let run = try search.skim(sample: sample, file: file, part: part, advance: advance)
      try store.save(try run.encoded(), of: work)
    case .merge:
      let runs = try task.inputs.map { try store.open(TaskRecipe.Stage.skim.rawValue, $0) }
      try store.save(work) { try search.merge(runs, writingTo: $0) }
      progress.advance(by: task.amount)
    case .fit(let index):
      let fit = try search.fit(index, samples: try samples(task.inputs))
      try store.save(try fit.encoded(), of: work)
      progress.advance()
    case .control:
      guard let index = task.control else { return }
      let control = plan.plans[task.channel].controls[index]
      let measured = try search.measure(control, samples: try samples(task.inputs))
      try store.save(try measured.encoded(), of: work)
      progress.advance()
    case .workingPoint(let index):
      let samples = try samples(task.inputs)
      let point = try search.workingPoint(
        index, signal: samples[0], backgrounds: Array(samples.dropFirst()))
      try store.save(try point.encoded(), of: work)
      progress.advance()
    case .signal:
      let signal = try search.measure(
        try samples(Array(task.inputs.prefix(1)))[0], points: try store.workingPoints(all),
        controls: try store.controls(all))
      try store.save(try signal.encoded(), of: work)
      progress.advance()
    case .scan(let index, let range):
      try goOn(with: work, range, decode: ScanPoint.decoded, count: \.count) { rest in
        try search.scan(index, rest, samples: try samples(task.inputs), advance: advance)
      } join: {
        $0 + $1
      } encode: {
        try ScanPoint.encoded($0)
      }
    case .lookElsewhere(let index, let range):
      try goOn(with: work, range, decode: ScanToy.decoded, count: \.count) { rest in
        try search.lookElsewhere(index, rest, samples: try samples(task.inputs), advance: advance)
      } join: {
        $0 + $1
      } encode: {
        try ScanToy.encoded($0)
      }
    case .closure(let index, let range):
      try goOn(with: work, range, decode: ClosurePiece.decoded, count: ClosurePiece.count) { rest in
        try search.closure(index, rest, samples: try samples(task.inputs), advance: advance)
      } join: {
        ClosurePiece.join($0, $1)
      } encode: {
        try ClosurePiece.encoded($0)
      }
    }
  }

  /// Does the rest of a range of hypotheses or toys; keeps what is done where a stop comes first.
  private func goOn<Item>(
    with work: Work, _ range: Range<Int>, decode: (HDF5File) throws -> [Item],
    count: ([Item]) -> Int, _ perform: (Range<Int>) throws -> [Item],
    join: ([Item], [Item]) -> [Item], encode: ([Item]) throws -> [UInt8]
  ) throws {
    var items: [Item] = []
    if let part = store.openPart(of: work), let kept = try? decode(part), count(kept) < range.count
    {
      items = kept
      log.write("resumed", task: work.title, detail: "\(count(kept)) of \(range.count)")
    }
    items = join(items, try perform(range.lowerBound + count(items)..<range.upperBound))
    guard count(items) == range.count else {
      if count(items) > 0 { try store.savePart(try encode(items), of: work) }
      throw PlatformError.stopped
    }
    try store.save(try encode(items), of: work)
    store.removePart(of: work)
  }

  /// Brings the small files of stages with very many tasks together.
  func pack(_ tasks: [PlannedTask]) throws {
    for stage in [TaskRecipe.Stage.skim, .scan, .lookElsewhere, .closure] {
      try store.pack(tasks.filter { $0.recipe.stage == stage }.map(\.work))
    }
  }

  /// Opens the merged samples with these keys.
  func skimmed(_ keys: [SHA256Digest], _ all: [PlannedTask]) throws -> [SkimmedSample] {
    try store.samples(keys, all)
  }

  /// The same runner with the windows known, once `tasks` are finished.
  func resolved(_ tasks: [PlannedTask]) throws -> TaskRunner {
    var runner = self
    runner.plan = try store.resolved(plan, tasks)
    return runner
  }

  /// Reads the results of all tasks and brings them together.
  func gather(_ tasks: [PlannedTask], provenance: Provenance) throws -> SearchResults {
    try plan.joined(
      try plan.plans.enumerated().map { channel, plan in
        try gather(tasks.filter { $0.channel == channel }, of: plan, provenance: provenance)
      }, pool: pool)
  }

  /// The results of one channel.
  private func gather(
    _ tasks: [PlannedTask], of plan: SearchPlan, provenance: Provenance
  ) throws -> SearchResults {
    let merges = tasks.filter { $0.recipe.stage == .merge && $0.control == nil }
    let fits = try tasks.filter { $0.recipe.stage == .fit }
      .map { try NamedFit(decoding: try store.open($0)) }
    var points = [[ScanPoint]](repeating: [], count: plan.scans.count)
    var toys = [[ScanToy]](repeating: [], count: plan.scans.count)
    for task in tasks {
      switch task.task {
      case .scan(let index, _): points[index] += try ScanPoint.decoded(try store.open(task))
      case .lookElsewhere(let index, _):
        toys[index] += try ScanToy.decoded(try store.open(task))
      case .skim, .merge, .fit, .control, .workingPoint, .signal, .closure: break
      }
    }
    let closures = try store.closures(tasks, of: plan)
    var results = try Search(plan: plan, pool: pool, stop: stop).gather(
      samples: try skimmed(merges.map(\.key), tasks), fits: fits, signals: try store.signals(tasks),
      workingPoints: try store.workingPoints(tasks).sorted { $0.key < $1.key }.map(\.value),
      points: points, toys: toys, closures: closures, provenance: provenance)
    results.controls = try store.controls(tasks)
    return results
  }
}

extension TaskRecipe.Stage {
  /// What the amount of a task counts.
  var unit: String {
    switch self {
    case .skim, .merge: "rows"
    case .fit: "fits"
    case .control: "controls"
    case .workingPoint: "cuts"
    case .signal: "signals"
    case .scan: "windows"
    case .lookElsewhere, .closure: "toys"
    }
  }
}

extension Error {
  /// Whether it only says that a stop was asked for.
  var isStop: Bool { self as? PlatformError == .stopped }
}
