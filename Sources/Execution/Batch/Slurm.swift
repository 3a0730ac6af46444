import Platform

/// Slurm: job arrays chained by dependencies.
public struct Slurm: BatchSystem {
  /// A Slurm.
  public init() {}

  /// Its name.
  public let name = "slurm"

  /// A script for each wave.
  public func files(_ submission: Submission) -> [(name: String, text: String)] {
    submission.record.waves.map { ("\($0.name).sh", script(submission, $0)) }
  }

  private func script(_ submission: Submission, _ wave: JobRecord.Wave) -> String {
    var directives = [
      "--job-name=\(submission.jobName(wave))",
      "--array=0-\(wave.elements - 1)",
      "--output=\(submission.logs)/\(wave.name)/%A_%a.log",
      "--open-mode=append",
      "--requeue",
      "--kill-on-invalid-dep=yes",
      "--ntasks=1",
      "--cpus-per-task=\(submission.cores)",
    ]
    if let memory = submission.mebibytes { directives.append("--mem=\(memory)M") }
    if let seconds = submission.wallTime {
      directives.append("--time=\(Self.time(seconds))")
      directives.append("--signal=B:USR1@\(Int(Submission.notice(seconds)))")
    }
    if let queue = submission.queue { directives.append("--partition=\(queue)") }
    if let account = submission.account { directives.append("--account=\(account)") }
    if !submission.excluded.isEmpty {
      directives.append("--exclude=\(submission.excluded.joined(separator: ","))")
    }
    directives += submission.options
    return """
      #!/bin/bash
      \(directives.map { "#SBATCH \($0)" }.joined(separator: "\n"))

      # Written by Nightjar. A job may be killed and started again at any time.
      export NIGHTJAR_JOB="slurm ${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
      cancelled=
      \(submission.record.program) work \(submission.recordPath) \\
        --wave \(wave.name) --element "$SLURM_ARRAY_TASK_ID" &
      child=$!
      trap 'kill -USR1 $child' USR1
      trap 'cancelled=1; kill -TERM $child' TERM
      wait $child
      status=$?
      while kill -0 $child 2>/dev/null; do wait $child; status=$?; done
      # Out of time with work left: the same job goes on later.
      if [ $status = \(submission.record.requeueCode) ] && [ -z "$cancelled" ] && \\
        [ "${SLURM_RESTART_COUNT:-0}" -lt \(submission.restarts) ]; then
        scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}" && sleep 60
      fi
      exit $status

      """
  }

  /// Slurm's `days-hours:minutes:seconds`.
  static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(whole / 86400)-\(two(whole / 3600 % 24)):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }

  /// Submits the waves, each after the one before.
  public func submit(_ submission: Submission, note: (String) throws -> Void) throws {
    var before: String?
    for wave in submission.record.waves {
      let dependency = before.map { ["--dependency=afterok:\($0)"] } ?? []
      let answer = try run("sbatch", ["--parsable"] + dependency + [submission.script(wave)])
      let job = answer.split(whereSeparator: { $0.isWhitespace || $0 == ";" }).first.map(
        String.init)
      guard let job, Int(job) != nil else {
        throw BatchError.answer("sbatch", text: String(answer.prefix(200)))
      }
      try note(job)
      before = job
    }
  }

  /// Asks squeue of each job; one that it does not know any more has no elements.
  public func elements(_ jobs: [String]) -> [QueueElement]? {
    var found: [QueueElement] = []
    for job in jobs {
      guard
        let result = try? Subprocess.run(
          "squeue", ["-h", "-t", "all", "-r", "-j", job, "-o", "%i|%T|%N|%r"])
      else { return nil }
      if result.status != 0 {
        guard result.errors.contains("Invalid job id") else { return nil }
        continue
      }
      found += Self.parse(String(decoding: result.output, as: UTF8.self))
    }
    return found
  }

  /// Reads lines of `squeue -o '%i|%T|%N|%r'`.
  package static func parse(_ text: String) -> [QueueElement] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4 else { return nil }
      let state: QueueElement.State =
        switch fields[1] {
        case "PENDING":
          fields[3] == "DependencyNeverSatisfied" ? .ended(nil) : .waiting
        case "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESIZING": .waiting
        case "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "SIGNALING", "STAGE_OUT",
          "STOPPED":
          .running
        case "COMPLETED": .done
        case "OUT_OF_MEMORY": .ended(.outOfMemory)
        case "TIMEOUT", "DEADLINE": .ended(.timeLimit)
        case "NODE_FAIL", "BOOT_FAIL": .ended(.nodeFailure)
        case "CANCELLED": .ended(.cancelled)
        default: .ended(.exit)
        }
      return QueueElement(job: "slurm \(fields[0])", state: state, host: fields[2])
    }
  }

  /// `scancel` with the numbers.
  public func cancelCommand(_ jobs: [String]) -> String {
    "scancel \(jobs.joined(separator: " "))"
  }

  /// The log of an element, by the job number in its lease.
  public func log(
    _ submission: Submission, wave: JobRecord.Wave, job: String, element: Int
  ) -> String {
    let number = job.hasPrefix("slurm ") ? String(job.dropFirst(6)) : "\(job)_\(element)"
    return "\(submission.logs)/\(wave.name)/\(number).log"
  }
}
