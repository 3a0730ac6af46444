import ArgumentParser
import Execution
import Foundation
import Platform
import Search

/// `nightjar status`: what is finished, who works on what, what went wrong.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how far a run is, here or on a cluster.",
    discussion: """
      Everything is read from the run's folder: it works while a run goes on, from any host that \
      sees the folder, and after a run was killed.

      Examples:
        nightjar status search.yaml --output results
        nightjar status search.yaml --watch
        nightjar status search.yaml --json
      """)

  @OptionGroup var options: PipelineOptions
  @OptionGroup var place: RunFolderOptions

  @Flag(help: "Show it again every few seconds until all is finished.")
  var watch = false

  @Flag(help: "Print it as JSON.")
  var json = false

  func run() throws {
    try reportingErrors {
      let loaded = try options.load()
      let path = place.folder(for: options.pipeline)
      let clock = StatusClock()
      while true {
        let state = try RunState(plan: try loaded.plan(path), folder: path, clock: clock)
        if json {
          Terminal.writeOutput(state.json.text + "\n")
        } else {
          if watch, isatty(STDOUT_FILENO) == 1 { Terminal.writeOutput("\u{1B}[H\u{1B}[J") }
          Terminal.writeOutput(state.text + "\n")
        }
        guard watch, !state.isFinished else { return }
        sleep(5)
      }
    }
  }
}

/// Whether beats of leases go on, as seen by one process.
struct StatusClock {
  /// Tells stale leases; it takes none.
  let leases = Leases(folder: "")
}

/// What a look into a run's folder finds.
struct RunState {
  /// A stage by how many of its tasks are where.
  struct Stage {
    var stage: TaskRecipe.Stage
    var tasks = 0
    var finished = 0
    var running = 0
    var stale = 0
    var failed = 0
    /// Predicted seconds of what is left, on one core.
    var secondsLeft = 0.0
  }

  /// A task somebody holds.
  struct Held {
    var title: String
    var holder: LeaseHolder
    var isStale: Bool
  }

  /// A task that is not finished and had trouble.
  struct Failed {
    var title: String
    var attempts: [Attempt]
  }

  let title: String
  let isResolved: Bool
  private(set) var stages: [Stage] = []
  private(set) var held: [Held] = []
  private(set) var failed: [Failed] = []
  /// Seconds until the end at the rate of the last finished tasks; nil where none is known.
  private(set) var secondsLeft: Double?

  /// Whether nothing is left.
  var isFinished: Bool { isResolved && stages.allSatisfy { $0.finished == $0.tasks } }

  init(plan: ChannelPlans, folder: String, clock: StatusClock) throws {
    var plan = plan
    let store = CheckpointStore(runFolder: folder)
    var tasks = try plan.tasks()
    if !plan.isResolved, tasks.allSatisfy({ store.isFinished($0) }) {
      plan = try store.resolved(plan, tasks)
      tasks = try plan.tasks()
    }
    (title, isResolved) = (plan.pipeline.title, plan.isResolved)
    let state = StateFolder(runFolder: folder)
    let holders = Dictionary(
      Leases(folder: state.leases).holders().map { ($0.key, $0.holder) }
    ) { first, _ in first }
    let attempts = AttemptLog(folder: state.attempts).all()
    var rate = Rate(folder: folder)
    for stage in TaskRecipe.Stage.allCases {
      let own = tasks.filter { $0.recipe.stage == stage }
      guard !own.isEmpty else { continue }
      var count = Stage(stage: stage, tasks: own.count)
      for task in own {
        if store.isFinished(task) {
          count.finished += 1
          rate.add(store.path(of: task.work), task.seconds)
          continue
        }
        count.secondsLeft += task.seconds
        if let holder = holders[task.key] {
          let isStale =
            clock.leases.isStale(holder, task.key) || rate.isOld(holder, task.key, state)
          held.append(Held(title: task.recipe.title, holder: holder, isStale: isStale))
          if isStale { count.stale += 1 } else { count.running += 1 }
        } else if let own = attempts[task.key] {
          count.failed += 1
          failed.append(Failed(title: task.recipe.title, attempts: own))
        }
      }
      stages.append(count)
    }
    let left = stages.reduce(0) { $0 + $1.secondsLeft }
    if held.contains(where: { !$0.isStale }), isResolved { secondsLeft = rate.seconds(for: left) }
  }

  /// How fast tasks were finished lately, from the times of their files.
  private struct Rate {
    private var ends: [(time: Double, seconds: Double)] = []
    /// The file system's clock now: leases are compared with it, not with this host's.
    private let now: Double

    init(folder: String) {
      let probe = "\(folder)/state/.now.\(getpid())"
      _ = FileManager.default.createFile(atPath: probe, contents: nil)
      now = Self.time(probe) ?? Date().timeIntervalSince1970
      AtomicFile.remove(probe)
    }

    mutating func add(_ path: String, _ seconds: Double) {
      if let time = Self.time(path) { ends.append((time, seconds)) }
    }

    /// Whether a lease was not written for three periods.
    func isOld(_ holder: LeaseHolder, _ key: SHA256Digest, _ state: StateFolder) -> Bool {
      if holder.process.isAlive == true { return false }
      let name = key.description
      guard let time = Self.time("\(state.leases)/\(name.prefix(2))/\(name)") else { return false }
      return now - time > 3 * holder.period
    }

    /// Seconds for work of so many predicted seconds, at the rate of the last hundred tasks.
    func seconds(for work: Double) -> Double? {
      let last = ends.sorted { $0.time < $1.time }.suffix(100)
      guard last.count > 1, let first = last.first, now > first.time else { return nil }
      let done = last.dropFirst().reduce(0) { $0 + $1.seconds }
      return done > 0 ? work * (now - first.time) / done : nil
    }

    private static func time(_ path: String) -> Double? {
      var information = stat()
      guard stat(path, &information) == 0 else { return nil }
      return Double(information.st_mtim.tv_sec) + 1e-9 * Double(information.st_mtim.tv_nsec)
    }
  }

  /// For people.
  var text: String {
    func column(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    var lines = [title, ""]
    for stage in stages {
      var words: [String] = []
      if stage.running > 0 { words.append("\(stage.running) running") }
      if stage.stale > 0 { words.append("\(stage.stale) stale") }
      if stage.failed > 0 { words.append("\(stage.failed) failed") }
      let waiting = stage.tasks - stage.finished - stage.running - stage.stale - stage.failed
      if waiting > 0 { words.append("\(waiting) waiting") }
      lines.append(
        column(stage.stage.rawValue, 14)
          + column("\(stage.finished) of \(stage.tasks) finished", 26)
          + words.joined(separator: ", "))
    }
    if !isResolved { lines.append("\(column("scan", 14))follows from the measured signals") }
    let shown = held.prefix(20)
    if !shown.isEmpty { lines.append("") }
    for item in shown {
      let job = item.holder.job.isEmpty ? "" : ", job \(item.holder.job)"
      lines.append(
        "\(item.isStale ? "stale  " : "running") \(column(item.title, 32))"
          + "\(item.holder.process.host)\(job), process \(item.holder.process.process), since "
          + Self.clock(item.holder.since))
    }
    if held.count > shown.count { lines.append("and \(held.count - shown.count) more") }
    for item in failed.prefix(10) {
      guard let last = item.attempts.last else { continue }
      lines.append(
        "failed  \(column(item.title, 32))\(last.reason.text) on \(last.host), "
          + "\(item.attempts.count) attempts")
      lines += last.detail.split(separator: "\n").suffix(5).map { "  | \($0)" }
    }
    if failed.count > 10 { lines.append("and \(failed.count - 10) more that failed") }
    if let secondsLeft { lines.append("\nabout \(Progress.duration(secondsLeft)) left") }
    if isFinished { lines.append("\nall tasks are finished") }
    return lines.joined(separator: "\n")
  }

  private static func clock(_ since: Int) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "yyyy-MM-dd HH:mm:ss"
    return format.string(from: Date(timeIntervalSince1970: Double(since)))
  }

  /// For programs.
  var json: JSONText {
    .object([
      ("finished", .boolean(isFinished)), ("windowsKnown", .boolean(isResolved)),
      ("secondsLeft", secondsLeft.map { .number($0) } ?? .null),
      (
        "stages",
        .array(
          stages.map {
            .object([
              ("stage", .string($0.stage.rawValue)), ("tasks", .integer($0.tasks)),
              ("finished", .integer($0.finished)), ("running", .integer($0.running)),
              ("stale", .integer($0.stale)), ("failed", .integer($0.failed)),
            ])
          })
      ),
      (
        "held",
        .array(
          held.map {
            .object([
              ("task", .string($0.title)), ("host", .string($0.holder.process.host)),
              ("process", .integer(Int($0.holder.process.process))),
              ("job", .string($0.holder.job)), ("since", .integer($0.holder.since)),
              ("stale", .boolean($0.isStale)),
            ])
          })
      ),
      (
        "failed",
        .array(
          failed.map { item in
            .object([
              ("task", .string(item.title)), ("attempts", .integer(item.attempts.count)),
              ("reason", .string(item.attempts.last?.reason.rawValue ?? "")),
              ("host", .string(item.attempts.last?.host ?? "")),
              ("detail", .string(item.attempts.last?.detail ?? "")),
            ])
          })
      ),
    ])
  }
}
