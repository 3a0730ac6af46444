import Platform

/// HTCondor: a DAGMan file with a submit file for each wave.
public struct HTCondor: BatchSystem {
  /// An HTCondor.
  public init() {}

  /// Its name.
  public let name = "htcondor"

  /// The DAG, and a submit file and a script for each wave.
  public func files(_ submission: Submission) -> [(name: String, text: String)] {
    let waves = submission.record.waves
    var lines = ["# Written by Nightjar."]
    lines += waves.map { "JOB \($0.name) \(submission.folder)/\($0.name).sub" }
    lines += zip(waves, waves.dropFirst()).map { "PARENT \($0.name) CHILD \($1.name)" }
    lines += waves.map { "RETRY \($0.name) \(submission.restarts)" }
    return [("nightjar.dag", lines.joined(separator: "\n") + "\n")]
      + waves.flatMap { wave in
        [
          ("\(wave.name).sub", description(submission, wave)),
          ("\(wave.name).sh", script(submission, wave)),
        ]
      }
  }

  private func description(_ submission: Submission, _ wave: JobRecord.Wave) -> String {
    let log = "\(submission.logs)/\(wave.name)/$(Cluster)_$(Process).log"
    var lines = [
      "# Written by Nightjar.",
      "universe = vanilla",
      "executable = \(submission.script(wave))",
      "arguments = $(Cluster) $(Process)",
      "batch_name = \(submission.jobName(wave))",
      "output = \(log)",
      "error = \(log)",
      "log = \(submission.folder)/\(wave.name).events",
      "should_transfer_files = NO",
      "getenv = True",
      "request_cpus = \(submission.cores)",
      "checkpoint_exit_code = \(submission.record.requeueCode)",
      "kill_sig = SIGTERM",
    ]
    if let memory = submission.mebibytes { lines.append("request_memory = \(memory)M") }
    if let seconds = submission.wallTime {
      lines.append("allowed_execute_duration = \(Int(seconds.rounded(.up)))")
      lines.append("+MaxRuntime = \(Int(seconds.rounded(.up)))")
    }
    if let account = submission.account { lines.append("accounting_group = \(account)") }
    if let queue = submission.queue { lines.append("+JobQueue = \"\(queue)\"") }
    if !submission.excluded.isEmpty {
      let hosts = submission.excluded.map { "(Machine != \"\($0)\")" }.joined(separator: " && ")
      lines.append("requirements = \(hosts)")
    }
    lines += submission.options
    lines.append("queue \(wave.elements)")
    return lines.joined(separator: "\n") + "\n"
  }

  private func script(_ submission: Submission, _ wave: JobRecord.Wave) -> String {
    """
    #!/bin/bash
    # Written by Nightjar. A job may be killed and started again at any time; exit code \
    \(submission.record.requeueCode)
    # says that its work goes on from checkpoints.
    export NIGHTJAR_JOB="htcondor $1_$2"
    exec \(submission.record.program) work \(submission.recordPath) \\
      --wave \(wave.name) --element "$2"

    """
  }

  /// Submits the DAG.
  public func submit(_ submission: Submission, note: (String) throws -> Void) throws {
    let answer = try run("condor_submit_dag", ["-f", "\(submission.folder)/nightjar.dag"])
    guard let job = Self.cluster(answer) else {
      throw BatchError.answer("condor_submit_dag", text: String(answer.prefix(200)))
    }
    try note(job)
  }

  /// Reads the number of the cluster from the answer, as `... submitted to cluster 123`.
  package static func cluster(_ answer: String) -> String? {
    guard let start = answer.range(of: "submitted to cluster ")?.upperBound else { return nil }
    let digits = answer[start...].prefix { $0.isNumber }
    return digits.isEmpty ? nil : String(digits)
  }

  /// Asks condor_q of the DAGs and their jobs.
  public func elements(_ jobs: [String]) -> [QueueElement]? {
    var found: [QueueElement] = []
    for job in jobs {
      guard
        let result = try? Subprocess.run(
          "condor_q",
          [
            "-nobatch", "-allusers", "-constraint", "ClusterId == \(job) || DAGManJobId == \(job)",
            "-af", "ClusterId", "ProcId", "JobStatus", "RemoteHost", "HoldReasonCode",
          ]), result.status == 0
      else { return nil }
      found += Self.parse(String(decoding: result.output, as: UTF8.self), dag: job)
    }
    return found
  }

  /// Reads lines of `condor_q -af ClusterId ProcId JobStatus RemoteHost HoldReasonCode`.
  ///
  /// The DAG itself only waits: it is alive while any of its jobs is. Job states 1 to 7 are idle,
  /// running, removed, completed, held, transferring, suspended; hold codes 34 and 46, 47 are memory
  /// and time.
  package static func parse(_ text: String, dag: String) -> [QueueElement] {
    let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      .filter { $0.count == 5 }
    let jobs = rows.filter { $0[0] != dag }.map { row in
      let state: QueueElement.State =
        switch row[2] {
        case "1": .waiting
        case "2", "6", "7": .running
        case "3": .ended(.cancelled)
        case "4": .done
        default:
          switch row[4] {
          case "34": .ended(.outOfMemory)
          case "46", "47": .ended(.timeLimit)
          case "1": .ended(.cancelled)
          default: .ended(.exit)
          }
        }
      let host = row[3] == "undefined" ? "" : row[3]
      return QueueElement(
        job: "htcondor \(row[0])_\(row[1])", state: state,
        host: String(host.split(separator: "@").last ?? ""))
    }
    guard let own = rows.first(where: { $0[0] == dag }) else { return jobs }
    // A DAG between two waves has no job in the queue.
    let isAlive = own[2] == "1" || own[2] == "2"
    return jobs.isEmpty && isAlive
      ? [QueueElement(job: "htcondor \(dag)", state: .running, host: "")] : jobs
  }

  /// `condor_rm` with the numbers.
  public func cancelCommand(_ jobs: [String]) -> String {
    "condor_rm \(jobs.joined(separator: " "))"
  }

  /// The log of an element, by the job number in its lease.
  public func log(
    _ submission: Submission, wave: JobRecord.Wave, job: String, element: Int
  ) -> String {
    let number = job.hasPrefix("htcondor ") ? String(job.dropFirst(9)) : "\(job)_\(element)"
    return "\(submission.logs)/\(wave.name)/\(number).log"
  }
}
