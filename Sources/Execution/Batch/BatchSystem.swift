import Platform

/// What the queue says of one job of an array.
public struct QueueElement: Sendable, Equatable {
  /// What became of it.
  public enum State: Sendable, Equatable {
    /// Waits in the queue.
    case waiting
    /// Runs.
    case running
    /// Ended well.
    case done
    /// Ended otherwise; nil where the queue does not say why.
    case ended(Attempt.Reason?)
  }

  /// Number of the job, as it says itself in leases.
  public var job: String
  /// What became of it.
  public var state: State
  /// Where it runs or ran; empty where it never did.
  public var host: String

  /// An element.
  public init(job: String, state: State, host: String) {
    self.job = job
    self.state = state
    self.host = host
  }

  /// Number of its array.
  var array: Substring { job.prefix { $0 != "_" } }

  /// Whether it waits or runs.
  public var isAlive: Bool { state == .waiting || state == .running }
}

/// A batch system: what its scripts look like, how they are submitted, what the queue says.
///
/// The state of the work is in files; the queue is asked only whether somebody still works on it, and
/// an answer that does not come means nothing.
public protocol BatchSystem: Sendable {
  /// Its name, in front of job numbers in leases.
  var name: String { get }
  /// Files to write into the folder of a submission, by name.
  func files(_ submission: Submission) -> [(name: String, text: String)]
  /// Submits written files; `note` is called with each job's number as soon as it is known.
  func submit(_ submission: Submission, note: (String) throws -> Void) throws
  /// What the queue says of jobs; nil where it gives no answer.
  func elements(_ jobs: [String]) -> [QueueElement]?
  /// The command that takes jobs from the queue.
  func cancelCommand(_ jobs: [String]) -> String
  /// Path of the log of an element, from what its lease calls the job.
  func log(_ submission: Submission, wave: JobRecord.Wave, job: String, element: Int) -> String
}

extension BatchSystem {
  /// Takes jobs from the queue; it matters little whether that works.
  public func cancel(_ jobs: [String]) {
    let words = cancelCommand(jobs).split(separator: " ").map(String.init)
    _ = try? Subprocess.run(words[0], Array(words.dropFirst()))
  }

  /// Runs a command of the system.
  func run(_ program: String, _ arguments: [String]) throws -> String {
    let result: SubprocessResult
    do {
      result = try Subprocess.run(program, arguments)
    } catch {
      throw BatchError.command(program, status: 127, text: "\(error)")
    }
    let output = String(decoding: result.output, as: UTF8.self)
    guard result.status == 0 else {
      let lines = (result.errors + output).split(separator: "\n").prefix(3)
      throw BatchError.command(
        program, status: result.status, text: lines.joined(separator: "; "))
    }
    return output
  }
}

/// What the last lines of a job's log tell of its end.
public enum LogTail {
  /// Why a job ended, from what the batch system wrote into its log; nil where it wrote nothing.
  public static func reason(_ text: String) -> Attempt.Reason? {
    let text = text.lowercased()
    for phrase in [
      "exceeded memory limit", "oom-kill", "oom_kill", "out of memory", "term_memlimit",
    ]
    where text.contains(phrase) { return .outOfMemory }
    for phrase in ["due to time limit", "term_runlimit", "term_cpulimit"]
    where text.contains(phrase) { return .timeLimit }
    for phrase in ["due to node failure", "term_zombie", "node_fail"]
    where text.contains(phrase) { return .nodeFailure }
    return text.contains("cancelled at") || text.contains("term_owner") ? .cancelled : nil
  }

  /// The last lines of a file, at most 4 kB; empty where there is none.
  public static func read(_ path: String, lines: Int = 8) -> String {
    guard let bytes = try? AtomicFile.read(path) else { return "" }
    let text = String(decoding: bytes.suffix(4096), as: UTF8.self)
    return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }
}
