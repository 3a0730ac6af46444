import ArgumentParser
import Execution
import Glibc
import HDF5Files
import PipelineSpec
import Platform
import Search

/// `nightjar run`: the whole search, or what is left of it.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a search: ntuples to fits, limits, summary file and report.",
    discussion: """
      Finished work is kept as checkpoints in the output folder: after an interruption, a crash or \
      a change of settings the same command goes on from there and redoes only what changed. The \
      results are the same bytes for any number of threads.

      Several runs on one folder share the work; any of them may be killed at any time.

      With execution.executor slurm, htcondor or lsf (or --executor) tasks become batch jobs; this \
      process only watches them: it may be stopped, and 'run' again watches on.

      Exit status: 0 all done, 1 some hypotheses or batch tasks failed, 2 nothing could run, 130 interrupted, 101 \
      (or execution.batch.requeueCode) stopped by --max-wall, SIGTERM, SIGUSR1 or SIGXCPU: run again.

      Examples:
        nightjar run Pipelines/dimuon/1-simulated.yaml
        nightjar run search.yaml --inputs /data/ntuples --output results --threads 8
        nightjar run search.yaml --set 'scan.limit.level=95 %'
        nightjar run search.yaml --max-wall '2 h'
        nightjar run search.yaml --executor slurm
      """)

  @OptionGroup var options: PipelineOptions
  @OptionGroup var place: RunFolderOptions

  @Option(help: "Threads (default: the processors this process may use).")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Stop by itself after this time, as 3600 (seconds) or '2 h'.", valueName: "TIME"))
  var maxWall: WallTime?

  @Option(help: "Where tasks run (default: execution.executor of the pipeline).")
  var executor: ExecutionSettings.Executor?

  @Flag(help: "Submit the jobs and return; 'run' again watches them.")
  var detach = false

  @Option(
    help: ArgumentHelp(
      "Do this task alone, as scan/0000-0249; what it needs must be finished.",
      valueName: "STAGE/NAME"))
  var task: String?

  @Flag(help: "No progress, no notes; faults are still told.")
  var quiet = false

  @Flag(help: "Print what was done as JSON on standard output.")
  var json = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    let stop = StopSignal()
    stop.listen()
    maxWall?.start(stop)
    try reportingErrors {
      let loaded = try options.load()
      let folder = place.folder(for: options.pipeline)
      let plan = try loaded.plan(folder)
      var run = try RunFolder(
        path: folder, loaded: loaded, plan: plan,
        threads: threads, stop: stop, quiet: quiet)
      do {
        if let task {
          try run.execute(task: task)
          return
        }
        run.source = options.source
        let executor = self.executor ?? plan.pipeline.execution.executor
        let outcome: RunFolder.Outcome
        if let system = BatchRequest.system(executor) {
          let request = BatchRequest(options: options, system: system, detaches: detach)
          guard let ended = try run.executeInBatch(request) else { return }
          outcome = ended
        } else {
          outcome = try run.execute()
        }
        if json { Terminal.writeOutput(outcome.json + "\n") }
        if !quiet { Terminal.note(outcome.text) }
        if outcome.failedPoints > 0 { throw ExitStatus.somePointsFailed.code }
      } catch PlatformError.stopped {
        Terminal.note("\(PlatformError.stopped)")
        throw ExitStatus.code(
          afterSignal: stop.signal, requeue: Int32(plan.pipeline.execution.batch.requeueCode))
      } catch let failure as BatchFailure {
        Terminal.note("\(failure)")
        throw ExitStatus.somePointsFailed.code
      }
    }
  }
}

extension ExecutionSettings.Executor: ExpressibleByArgument {}

/// A run's folder: executes the tasks and writes the outputs.
struct RunFolder {
  let path: String
  let loaded: LoadedPipeline
  private(set) var runner: TaskRunner
  let quiet: Bool
  /// How the pipeline is planned again; nil where no record is kept.
  var source: PlanRecord.Source?

  init(
    path: String, loaded: LoadedPipeline, plan: ChannelPlans, threads: Int?, stop: StopSignal,
    quiet: Bool
  ) throws {
    self.path = path
    self.loaded = loaded
    self.quiet = quiet
    try Self.prepare(path)
    plan.notes.save()
    let count = threads ?? plan.pipeline.execution.threads ?? ProcessorCount.available()
    let log = RunLog(path: "\(path)/log.jsonl")
    let state = StateFolder(runFolder: path)
    let attempts = AttemptLog(folder: state.attempts)
    let leases = Leases(
      folder: state.leases,
      lost: { holder, work in
        attempts.append(
          Attempt(
            .vanished, title: work.title, host: holder.process.host, job: holder.job,
            detail: "process \(holder.process.process) is gone"), of: work.key)
        log.write("takenOver", task: work.title, detail: "from \(holder.process.host)")
      })
    runner = TaskRunner(
      plan: plan,
      crew: Crew(store: CheckpointStore(runFolder: path), leases: leases, stop: stop),
      pool: WorkerPool(threads: count), style: .automatic(quiet: quiet), log: log)
  }

  /// Creates the folder; says at once where nothing can be written in it.
  private static func prepare(_ path: String) throws {
    do throws(PlatformError) {
      try AtomicFile.createFolder(path)
      guard access(path, W_OK | X_OK) == 0 else { throw PlatformError.writing(path) }
    } catch {
      guard case .cannotWrite(let place, let reason) = error else { throw error }
      throw TaskFault.folder(place, reason: reason)
    }
  }

  var plan: ChannelPlans { runner.plan }

  /// What a run did.
  struct Outcome {
    var reused: Int
    var done: Int
    var byOthers = 0
    var failedPoints: Int
    var points: Int
    var summary: String
    var report: String?
    var problems: [String]

    /// For people.
    var text: String {
      var lines = [
        "tasks: \(done) done, \(reused) found finished"
          + (byOthers > 0 ? ", \(byOthers) done meanwhile by others" : "")
      ]
      if points > 0 {
        lines.append(
          failedPoints == 0
            ? "hypotheses: \(points), none failed"
            : "hypotheses: \(points), \(failedPoints) failed; the report lists them")
      }
      lines += problems
      lines.append("summary: \(summary)")
      if let report { lines.append("report:  \(report)") }
      return lines.joined(separator: "\n")
    }

    /// For programs.
    var json: String {
      JSONText.object([
        ("tasksDone", .integer(done)), ("tasksReused", .integer(reused)),
        ("tasksByOthers", .integer(byOthers)),
        ("hypotheses", .integer(points)), ("failed", .integer(failedPoints)),
        ("summary", .string(summary)), ("report", report.map { .string($0) } ?? .null),
      ]).text
    }
  }

  /// Runs what is not finished and writes summary, figures and report.
  ///
  /// A result that turns out to be damaged when it is used is made again.
  mutating func execute() throws -> Outcome {
    runner.log.write("run", detail: Version.description)
    var faults = 0
    while true {
      do {
        return try executeOnce()
      } catch let damaged as DamagedCheckpoint where faults < 3 {
        faults += 1
        if !quiet { Terminal.note("\(damaged); redoing it") }
        runner.log.write("damaged", detail: "\(damaged)")
      }
    }
  }

  private mutating func executeOnce() throws -> Outcome {
    var tasks = try checkedTasks()
    var tally = try runner.run(tasks)
    let prepared = Set(tasks.map(\.key))
    tasks = try resolve(tasks)
    let rest = tasks.filter { !prepared.contains($0.key) }
    if !rest.isEmpty { tally += try runner.run(rest, all: tasks) }
    try runner.pack(tasks)
    let outcome = try untouched(tasks, tally) ?? write(tasks, tally)
    runner.log.write("finished")
    return outcome
  }

  /// Does one task by its title.
  ///
  /// - Throws: `TaskFault` where there is none, or where what it needs is not finished.
  mutating func execute(task title: String) throws {
    var tasks = try plan.tasks()
    if !plan.isResolved, tasks.allSatisfy({ runner.store.isFinished($0) }) {
      tasks = try resolve(tasks)
    }
    guard let task = tasks.first(where: { $0.recipe.title == title }) else {
      throw TaskFault.unknown(title, known: tasks.map(\.recipe.title), isResolved: plan.isResolved)
    }
    let needed = tasks.filter { task.inputs.contains($0.key) }
    if let open = needed.first(where: { !runner.store.isFinished($0) }) {
      throw TaskFault.unfinished(title, needs: open.recipe.title)
    }
    let tally = try runner.run([task], all: tasks)
    if !quiet {
      Terminal.note(tally.done > 0 ? "\(title): done" : "\(title): found finished")
    }
  }

  /// All tasks once those that measure signals are finished: they decide the windows.
  mutating func resolve(_ tasks: [PlannedTask]) throws -> [PlannedTask] {
    guard !plan.isResolved else { return tasks }
    runner = try runner.resolved(tasks)
    let all = try plan.tasks()
    if let source { PlanStore(runFolder: path).write(PlanRecord(source: source, tasks: all)) }
    return all
  }

  /// All tasks that are known; before the first row is read, every input file is known to hold what it must.
  private func checkedTasks() throws -> [PlannedTask] {
    let tasks: [PlannedTask]
    do {
      tasks = try plan.tasks()
    } catch {
      try plan.checkInputs()
      throw error
    }
    plan.notes.save()
    let isFresh = tasks.contains {
      $0.recipe.stage == .skim && !runner.store.isFinished($0)
    }
    if isFresh { try plan.checkInputs() }
    record(tasks)
    return tasks
  }

  /// Keeps what is planned, for `plan TASK` and `clean`, and tells of input files that came or went.
  private func record(_ tasks: [PlannedTask]) {
    guard let source else { return }
    let store = PlanStore(runFolder: path)
    let now = PlanRecord(source: source, tasks: tasks)
    if !quiet { for remark in plan.missingFiles { Terminal.note(remark) } }
    if let before = store.read(source) {
      if !plan.isResolved, PlanDifference(old: before, new: now).files.isEmpty { return }
      if !quiet {
        for line in PlanDifference(old: before, new: now).files { Terminal.note(line) }
      }
    }
    store.write(now)
  }

  /// What was done, where the outputs are there already and would be the same; else nil.
  private func untouched(_ tasks: [PlannedTask], _ tally: Crew.Tally) -> Outcome? {
    guard let record = OutputRecord.untouched(self, tasks) else { return nil }
    let outputs = plan.pipeline.outputs
    return Outcome(
      reused: tally.reused, done: tally.done, byOthers: tally.byOthers,
      failedPoints: record.failedPoints, points: record.points,
      summary: "\(path)/\(outputs.summary)", report: outputs.report.map { "\(path)/\($0.html)" },
      problems: [])
  }

  /// Writes the outputs from finished tasks.
  func write(_ tasks: [PlannedTask], _ tally: Crew.Tally) throws -> Outcome {
    let results = try runner.gather(tasks, provenance: loaded.provenance(plan, tasks))
    let outputs = plan.pipeline.outputs
    let summary = "\(path)/\(outputs.summary)"
    let image = try SummaryFile.write(results)
    try AtomicFile.write(image, to: summary)
    var problems = try export(image, outputs.export.filter { $0 != .hs3 }, beside: summary)
    if outputs.export.contains(.hs3) {
      let shown = results.scans.enumerated().flatMap { index, scan in
        scan.windows.map { LikelihoodFiles.Hypothesis(scan: index, place: $0.point) }
      }
      _ = try LikelihoodFiles(self, tasks).write(
        shown, to: Exporter.folder(for: .hs3, beside: summary))
    }
    var written = [summary]
    var reportPath: String?
    if let report = outputs.report {
      let formats = report.figures.map { $0 == .pdf ? Figure.Format.pdf : .png }
      let rendered = FigureRenderer.render(
        Figure.all(results), formats: [.svg] + formats, pool: runner.pool)
      problems += rendered.problems
      let files = rendered.pictures.filter { $0.format != .svg }
      if !files.isEmpty { try AtomicFile.createFolder("\(path)/figures") }
      for picture in files {
        try AtomicFile.write(picture.bytes, to: "\(path)/figures/\(picture.fileName)")
        written.append("\(path)/figures/\(picture.fileName)")
      }
      let page = "\(path)/\(report.html)"
      try AtomicFile.write(ReportPage.html(results, figures: rendered), to: page)
      reportPath = page
      written.append(page)
    }
    let points = results.scans.flatMap(\.points)
    let failed =
      points.filter(\.status.isFailure).count
      + results.namedFits.filter(\.status.isFailure).count
    let outcome = Outcome(
      reused: tally.reused, done: tally.done, byOthers: tally.byOthers, failedPoints: failed,
      points: points.count,
      summary: summary, report: reportPath, problems: problems)
    // What was not drawn or exported is tried again by the next run.
    guard problems.isEmpty else { return outcome }
    for format in outputs.export {
      let folder = Exporter.folder(for: format, beside: summary)
      written += FolderListing.names(folder).map { "\(folder)/\($0)" }
    }
    OutputRecord.keep(self, tasks, outcome, files: written)
    return outcome
  }

  /// Writes results for other programs; a folder that holds files of others is left as it is, and
  /// told.
  private func export(
    _ image: [UInt8], _ formats: [ExportFormat], beside summary: String
  ) throws -> [String] {
    guard !formats.isEmpty else { return [] }
    let exporter = Exporter(
      tables: try ExportTables(try SummaryReader(image: image, name: summary)))
    var problems: [String] = []
    for format in formats {
      do {
        _ = try exporter.write(format, to: Exporter.folder(for: format, beside: summary))
      } catch let error as ExportError {
        problems.append("\(error)")
      }
    }
    return problems
  }
}
