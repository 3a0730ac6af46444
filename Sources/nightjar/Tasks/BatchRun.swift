import ArgumentParser
import Execution
import Foundation
import PipelineSpec
import Platform
import Search

/// Why a search on a batch system did not end.
struct BatchFailure: Error, CustomStringConvertible {
  var description: String
}

/// What the command line says of a run on a batch system.
struct BatchRequest {
  var options: PipelineOptions
  var system: any BatchSystem
  /// Whether to submit and return.
  var detaches: Bool

  /// The batch system of an executor; nil for this machine.
  static func system(_ executor: ExecutionSettings.Executor) -> (any BatchSystem)? {
    switch executor {
    case .local: nil
    case .slurm: Slurm()
    case .htcondor: HTCondor()
    case .lsf: LSF()
    }
  }
}

/// Stages that share an array of jobs.
enum Waves {
  static let all: [(name: String, stages: [TaskRecipe.Stage])] = [
    ("skim", [.skim]), ("prepare", [.merge, .fit, .control, .workingPoint, .signal]),
    ("scan", [.scan, .lookElsewhere, .closure]),
  ]

  /// Whether a stage of a wave needs the one before.
  static func isChain(_ wave: JobRecord.Wave) -> Bool { wave.name == "prepare" }

  /// How many tasks of others in a row a job finds finished before it ends.
  static let looks = 256

  /// The job that writes summary and report.
  static let gather = JobRecord.Wave(name: "gather", stages: [], elements: 1)

  /// Waves with work left and how many jobs each gets.
  ///
  /// A job has at least `taskSeconds` of predicted work; where the windows are still to be found, a
  /// wave gets as many jobs as it may.
  static func open(
    _ open: [PlannedTask], isResolved: Bool, settings: ExecutionSettings
  ) -> [JobRecord.Wave] {
    var waves: [JobRecord.Wave] = []
    for (name, stages) in all {
      let own = open.filter { stages.contains($0.recipe.stage) }
      let isUnknown = !isResolved && stages.contains(.scan)
      guard !own.isEmpty || isUnknown else { continue }
      let seconds = own.reduce(0) { $0 + $1.seconds }
      let useful = max(1, Int(min(1e6, (seconds / settings.taskSeconds).rounded(.up))))
      let count = isUnknown ? settings.batch.jobs : min(settings.batch.jobs, own.count, useful)
      waves.append(.init(name: name, stages: stages.map(\.rawValue), elements: count))
    }
    return waves + [gather]
  }
}

extension RunFolder {
  /// Runs what is not finished as jobs of a batch system and writes the outputs.
  ///
  /// This process may end at any time: jobs go on, and the next `run` watches them again.
  /// - Returns: What was done; nil where jobs were submitted and nobody waits for them.
  mutating func executeInBatch(_ request: BatchRequest) throws -> Outcome? {
    var round = 0
    var memoryFactor: Int64 = 1
    var excluded: [String] = []
    let folder = SubmissionFolder(path: "\(Self.absolute(path))/state/batch")
    let submitting = Work(
      stage: "batch", name: "submit", key: SHA256Digest.of(Array("submit".utf8)))
    while true {
      let tasks = try knownTasks()
      if plan.isResolved, tasks.allSatisfy({ runner.store.isFinished($0) }) { return try execute() }
      let lease: Lease
      switch runner.crew.leases.take(submitting) {
      case .held(let holder):
        try waitFor(holder, submitting)
        continue
      case .taken(let taken): lease = taken
      }
      defer { lease.release() }
      var number = try living(folder, request)
      if let number {
        note("batch: jobs \(folder.jobs(number).joined(separator: ", ")) are still in the queue")
      } else {
        round += 1
        number = try submit(
          tasks, folder, request, memoryFactor: memoryFactor, excluded: excluded)
      }
      guard let number else { continue }
      if request.detaches { return nil }
      let started = Int(Date().timeIntervalSince1970)
      let ends = try watch(number, folder, request)
      runner.store.refresh()
      let left = try knownTasks().filter { !runner.store.isFinished($0) }
      if left.isEmpty, plan.isResolved { return try execute() }
      let missing = left.map { lost($0.work, ends, since: started, number, folder, request) }
      let attempts = plan.pipeline.execution.batch.attempts
      switch NextStep.after(lost: missing, ends: ends, round: max(1, round), attempts: attempts) {
      case .giveUp(let why): throw failure(why, missing, ends, number, folder, request)
      case .submit(let factor, let hosts, let pause):
        memoryFactor *= factor
        excluded = Set(excluded + hosts).sorted()
        var text = "batch: \(left.count) tasks are not finished; submitting them again"
        if factor > 1, let memory = plan.pipeline.execution.memory {
          text += " with \(memory * memoryFactor >> 20) MiB"
        }
        if !hosts.isEmpty { text += " without \(hosts.joined(separator: ", "))" }
        note(text)
        runner.log.write("again", detail: text)
        try sleep(pause)
      }
    }
  }

  private func note(_ text: String) { if !quiet { Terminal.note(text) } }

  /// Waits some seconds or until a stop.
  private func sleep(_ seconds: Double) throws {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      try runner.stop.check()
      usleep(50_000)
    }
  }

  /// All tasks that are known; windows too once what decides them is finished.
  private mutating func knownTasks() throws -> [PlannedTask] {
    let tasks = try plan.tasks()
    guard !plan.isResolved, tasks.allSatisfy({ runner.store.isFinished($0) }) else { return tasks }
    return try resolve(tasks)
  }

  /// Waits while another `run` submits and watches; returns when it is gone.
  private mutating func waitFor(_ holder: LeaseHolder, _ work: Work) throws {
    note("batch: process \(holder.process.process) on \(holder.process.host) watches the jobs")
    while let now = runner.crew.leases.holder(of: work.key) {
      if runner.crew.leases.isStale(now, work.key) { break }
      try sleep(min(2, now.period))
    }
    runner.store.refresh()
  }

  /// The last submission, where its jobs are still in the queue.
  ///
  /// - Throws: `BatchError.otherSettings` where they are of other settings.
  private func living(_ folder: SubmissionFolder, _ request: BatchRequest) throws -> Int? {
    guard let number = folder.numbers.last else { return nil }
    let jobs = folder.jobs(number)
    guard !jobs.isEmpty, let record = folder.record(number) else { return nil }
    guard let elements = request.system.elements(jobs), elements.contains(where: \.isAlive) else {
      return nil
    }
    guard record.digest == "\(loaded.digest)" else {
      throw BatchError.otherSettings(jobs: jobs, cancel: request.system.cancelCommand(jobs))
    }
    return number
  }

  private func submit(
    _ tasks: [PlannedTask], _ folder: SubmissionFolder, _ request: BatchRequest,
    memoryFactor: Int64, excluded: [String]
  ) throws -> Int {
    // No job of this folder is in the queue any more: what they held is free.
    runner.crew.leases.dismiss { !$0.job.isEmpty }
    let settings = plan.pipeline.execution
    let batch = settings.batch
    let open = tasks.filter { !runner.store.isFinished($0) }
    let number = try folder.make()
    let submission = Submission(
      number: number, folder: "\(folder.path)/\(number)",
      record: JobRecord(
        pipeline: request.options.pipeline, overrides: request.options.overrides,
        inputs: request.options.inputs, unblind: request.options.unblind,
        allowMissing: request.options.allowMissing,
        runFolder: Self.absolute(path),
        workingFolder: FileManager.default.currentDirectoryPath, program: Self.program,
        digest: "\(loaded.digest)",
        waves: Waves.open(open, isResolved: plan.isResolved, settings: settings),
        threads: batch.cores, requeueCode: Int32(batch.requeueCode),
        maxWall: batch.wallTime.map { $0 - Submission.notice($0) }),
      queue: batch.queue, account: batch.account, wallTime: batch.wallTime,
      memory: settings.memory.map { $0 * memoryFactor }, cores: batch.cores,
      options: batch.options, restarts: batch.attempts, excluded: excluded)
    try submission.check()
    try folder.submit(submission, to: request.system)
    let waves = submission.record.waves.map { "\($0.name) \($0.elements)" }
    note(
      "batch: submitted to \(request.system.name) as \(folder.jobs(number).joined(separator: ", "))"
        + " (jobs: \(waves.joined(separator: ", "))); records in \(submission.folder)")
    runner.log.write("submitted", detail: folder.jobs(number).joined(separator: " "))
    return number
  }

  /// Watches until no job is left in the queue; returns how they ended.
  private mutating func watch(
    _ number: Int, _ folder: SubmissionFolder, _ request: BatchRequest
  ) throws -> [QueueElement] {
    let jobs = folder.jobs(number)
    var open = try knownTasks().filter { !runner.store.exists($0.work) }
    var total = try plan.tasks().count
    var wasResolved = plan.isResolved
    let progress = Progress("batch", total: total, unit: "tasks", style: runner.style)
    progress.advance(by: total - open.count)
    defer { progress.finish() }
    var pause = 0.5
    while true {
      do {
        try sleep(pause)
      } catch {
        note(
          "batch: the jobs go on; run again to watch them, or cancel them with "
            + "'\(request.system.cancelCommand(jobs))'")
        throw error
      }
      // Some hundred looks a second at most: many tasks on a shared file system.
      pause = max(min(15, pause * 1.3), Double(open.count) / 500)
      let before = open.count
      open.removeAll { runner.store.exists($0.work) }
      progress.advance(by: before - open.count)
      if !wasResolved, open.isEmpty {
        runner.store.refresh()
        let tasks = try knownTasks()
        wasResolved = plan.isResolved
        open = tasks.filter { !runner.store.exists($0.work) }
        progress.extend(by: tasks.count - total)
        total = tasks.count
      }
      guard let elements = request.system.elements(jobs) else { continue }
      if !elements.contains(where: \.isAlive) { return elements }
      if wasResolved, open.isEmpty {
        // Jobs started again after a node failed would find nothing to do.
        request.system.cancel(jobs)
        return elements
      }
    }
  }

  /// Why a task is not finished, as far as leases, logs and the queue tell.
  private func lost(
    _ work: Work, _ ends: [QueueElement], since: Int, _ number: Int, _ folder: SubmissionFolder,
    _ request: BatchRequest
  ) -> LostTask {
    let attempts = AttemptLog(folder: StateFolder(runFolder: path).attempts)
    guard let holder = runner.crew.leases.holder(of: work.key) else {
      let last = attempts.attempts(of: work.key).last { $0.time >= since - 1 }
      return LostTask(work: work, attempt: last)
    }
    let element = ends.first { $0.job == holder.job }
    var reason = Attempt.Reason.vanished
    if case .ended(let known?) = element?.state { reason = known }
    let tail = log(of: holder.job, stage: work.stage, number, folder, request)
    if let told = LogTail.reason(tail), reason != .outOfMemory { reason = told }
    let attempt = Attempt(
      reason, title: work.title, host: holder.process.host, job: holder.job, detail: tail)
    attempts.append(attempt, of: work.key)
    return LostTask(work: work, attempt: attempt)
  }

  /// The last lines of the log of a job that worked on a stage.
  private func log(
    of job: String, stage: String, _ number: Int, _ folder: SubmissionFolder,
    _ request: BatchRequest
  ) -> String {
    guard let record = folder.record(number),
      let wave = record.waves.first(where: { $0.stages.contains(stage) })
    else { return "" }
    let submission = Submission(
      number: number, folder: "\(folder.path)/\(number)", record: record)
    return LogTail.read(request.system.log(submission, wave: wave, job: job, element: 0))
  }

  private func failure(
    _ why: String, _ lost: [LostTask], _ ends: [QueueElement], _ number: Int,
    _ folder: SubmissionFolder, _ request: BatchRequest
  ) -> BatchFailure {
    var lines = ["batch: \(lost.count) tasks are not finished: \(why)"]
    let told = lost.sorted { ($0.attempt == nil ? 1 : 0) < ($1.attempt == nil ? 1 : 0) }
    for task in told.prefix(5) {
      guard let attempt = task.attempt else {
        lines.append("  \(task.work.title): no job got to it")
        continue
      }
      let job = attempt.job.isEmpty ? "" : ", job \(attempt.job)"
      lines.append("  \(task.work.title): \(attempt.reason.text) on \(attempt.host)\(job)")
      lines += attempt.detail.split(separator: "\n").suffix(5).map { "    | \($0)" }
      lines.append(
        "    again: \(request.options.command) --output \(path) --task \(task.work.title)")
    }
    if told.count > 5 { lines.append("  and \(told.count - 5) more; 'nightjar status' lists all") }
    if !told.contains(where: { $0.attempt != nil }),
      let element = ends.first(where: { if case .ended = $0.state { true } else { false } }),
      let record = folder.record(number)
    {
      let submission = Submission(
        number: number, folder: "\(folder.path)/\(number)", record: record)
      let logs = record.waves.map {
        LogTail.read(request.system.log(submission, wave: $0, job: element.job, element: 0))
      }
      let tail = logs.first { !$0.isEmpty } ?? ""
      lines.append("  job \(element.job) on \(element.host) ended with:")
      lines += tail.split(separator: "\n").suffix(5).map { "    | \($0)" }
    }
    lines.append("  logs: \(folder.path)/\(number)/logs")
    return BatchFailure(description: lines.joined(separator: "\n"))
  }

  private static var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  private static func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
      .replacingOccurrences(of: "/+$", with: "", options: .regularExpression)
  }
}

extension PipelineOptions {
  /// The command that runs the same pipeline with the same settings.
  var command: String {
    var words = ["nightjar run", Self.quoted(pipeline)]
    for override in overrides { words.append("--set \(Self.quoted(override))") }
    if let inputs { words.append("--inputs \(Self.quoted(inputs))") }
    if unblind { words.append("--unblind") }
    if allowMissing { words.append("--allow-missing") }
    return words.joined(separator: " ")
  }

  /// A word for the shell.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || "/._-=+:,@".unicodeScalars.contains($0)
      }
    return isPlain ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}

extension Attempt.Reason {
  /// For people.
  var text: String {
    switch self {
    case .outOfMemory: "out of memory"
    case .timeLimit: "out of time"
    case .nodeFailure: "its host failed"
    case .vanished: "its process is gone"
    case .exit: "its job ended with an error"
    case .error: "error"
    case .cancelled: "cancelled"
    }
  }
}
