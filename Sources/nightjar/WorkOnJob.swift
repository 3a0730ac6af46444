import ArgumentParser
import Execution
import Glibc
import Platform
import Search

/// `nightjar work`: what one job of a batch system does; scripts written by `run` call it.
struct WorkOnJob: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Do the tasks of one batch job; scripts of 'run' call it.",
    discussion: """
      A job does the tasks of its share first, then whatever is left of its wave; what others do it \
      leaves to them. It may be killed and started again at any time.

      Exit status: 0 nothing is left to take, 1 a task ended with an error (the others were done), \
      2 nothing could run, 101 (or execution.batch.requeueCode) stopped by a signal or the time: \
      start again.
      """, shouldDisplay: false)

  @Argument(help: "The record of the submission.")
  var record: String

  @Option(help: "Name of the wave.")
  var wave: String

  @Option(help: "Which job of the wave's array, from 0.")
  var element: Int

  @Option(help: ArgumentHelp("Stop by itself after this time.", valueName: "TIME"))
  var maxWall: WallTime?

  func run() throws {
    let stop = StopSignal()
    stop.listen()
    try reportingErrors {
      let job = try JobRecord.read(record)
      guard let wave = job.waves.first(where: { $0.name == self.wave }) else {
        throw ValidationError("no wave is called '\(self.wave)'")
      }
      guard chdir(job.workingFolder) == 0 else { throw PlatformError.reading(job.workingFolder) }
      (maxWall ?? job.maxWall.map { WallTime(seconds: $0) })?.start(stop)
      let loaded = try job.load()
      guard "\(loaded.digest)" == job.digest else {
        Terminal.note(
          "\(job.pipeline): its settings changed since the jobs were submitted; "
            + "run 'nightjar run' again")
        throw ExitStatus.nothingCouldRun.code
      }
      var run = try RunFolder(
        path: job.runFolder, loaded: loaded, plan: try loaded.plan(job.runFolder),
        threads: job.threads,
        stop: stop, quiet: false)
      do {
        guard !wave.stages.isEmpty else {
          Terminal.note(try run.execute().text)
          return
        }
        let failed = try run.work(wave, element: element)
        if failed > 0 { throw ExitStatus.somePointsFailed.code }
      } catch PlatformError.stopped {
        Terminal.note("\(PlatformError.stopped)")
        throw ExitStatus.code(afterSignal: SIGTERM, requeue: job.requeueCode)
      }
    }
  }
}

extension JobRecord {
  /// Reads the pipeline as the submitting process did.
  func load() throws -> LoadedPipeline {
    var options = try PipelineOptions.parse([pipeline])
    options.overrides = overrides
    options.inputs = inputs
    options.unblind = unblind
    options.allowMissing = allowMissing
    return try options.load()
  }
}

extension RunFolder {
  /// Does what is left of a wave, a share of it first; returns how many tasks ended with an error.
  ///
  /// Errors are kept with the task and the other tasks are done, but for a full disk, which ends it.
  mutating func work(_ wave: JobRecord.Wave, element: Int) throws -> Int {
    var tasks = try plan.tasks()
    let deciding = tasks.filter { [.workingPoint, .signal].contains($0.recipe.stage) }
    if !plan.isResolved, deciding.allSatisfy({ runner.store.isFinished($0) }) {
      tasks = try resolve(tasks)
    }
    let attempts = AttemptLog(folder: StateFolder(runFolder: path).attempts)
    let job = runner.crew.leases.job
    var manner = TaskRunner.Manner(
      slice: Crew.Slice(index: element, count: wave.elements),
      stages: wave.stages.compactMap { TaskRecipe.Stage(rawValue: $0) },
      waits: Waves.isChain(wave), looks: Waves.isChain(wave) ? nil : Waves.looks)
    manner.failed = { task, error in
      if case PlatformError.diskFull = error { throw error }
      Terminal.note("\(task.recipe.title): \(error)")
      attempts.append(
        Attempt(
          .error, title: task.recipe.title, host: ProcessIdentity.own.host, job: job,
          detail: "\(error)"), of: task.key)
    }
    return try runner.run(tasks, as: manner).failed
  }
}
