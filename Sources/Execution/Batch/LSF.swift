import Platform

/// IBM Spectrum LSF: job arrays chained by dependencies.
public struct LSF: BatchSystem {
  /// An LSF.
  public init() {}

  /// Its name.
  public let name = "lsf"

  /// A script for each wave, read by `bsub` from its standard input.
  public func files(_ submission: Submission) -> [(name: String, text: String)] {
    submission.record.waves.map { ("\($0.name).sh", script(submission, $0)) }
  }

  private func script(_ submission: Submission, _ wave: JobRecord.Wave) -> String {
    var directives = [
      "-J \"\(submission.jobName(wave))[1-\(wave.elements)]\"",
      "-o \(submission.logs)/\(wave.name)/%J_%I.log",
      "-r",
      "-ti",
      "-Q \"\(submission.record.requeueCode)\"",
      "-n \(submission.cores)",
      "-R \"span[hosts=1]\"",
    ]
    if let memory = submission.mebibytes {
      directives += ["-M \(memory)MB", "-R \"rusage[mem=\(memory)MB]\""]
    }
    if let seconds = submission.wallTime {
      let minutes = max(1, Int((seconds / 60).rounded(.up)))
      let notice = max(1, Int((Submission.notice(seconds) / 60).rounded(.up)))
      directives.append("-W \(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)")
      if minutes > notice { directives.append("-wa USR1 -wt \(notice)") }
    }
    if let queue = submission.queue { directives.append("-q \(queue)") }
    if let account = submission.account { directives.append("-P \(account)") }
    if !submission.excluded.isEmpty {
      let hosts = submission.excluded.map { "hname!='\($0)'" }.joined(separator: " && ")
      directives.append("-R \"select[\(hosts)]\"")
    }
    directives += submission.options
    return """
      #!/bin/bash
      \(directives.map { "#BSUB \($0)" }.joined(separator: "\n"))

      # Written by Nightjar. A job may be killed and started again at any time; exit code \
      \(submission.record.requeueCode)
      # puts it back into the queue.
      export NIGHTJAR_JOB="lsf ${LSB_JOBID}_${LSB_JOBINDEX}"
      exec \(submission.record.program) work \(submission.recordPath) \\
        --wave \(wave.name) --element $((LSB_JOBINDEX - 1))

      """
  }

  /// Submits the waves, each after the one before.
  public func submit(_ submission: Submission, note: (String) throws -> Void) throws {
    var before: String?
    for wave in submission.record.waves {
      let dependency = before.map { ["-w", "done(\($0))"] } ?? []
      let script = String(decoding: try AtomicFile.read(submission.script(wave)), as: UTF8.self)
      let result: SubprocessResult
      do {
        result = try Subprocess.run("bsub", dependency, standardInput: script)
      } catch {
        throw BatchError.command("bsub", status: 127, text: "\(error)")
      }
      let answer = String(decoding: result.output, as: UTF8.self)
      guard result.status == 0 else {
        throw BatchError.command(
          "bsub", status: result.status, text: String((result.errors + answer).prefix(300)))
      }
      guard let job = Self.number(answer) else {
        throw BatchError.answer("bsub", text: String(answer.prefix(200)))
      }
      try note(job)
      before = job
    }
  }

  /// Reads the number of the job from the answer, as `Job <123> is submitted`.
  package static func number(_ answer: String) -> String? {
    guard let start = answer.range(of: "Job <")?.upperBound,
      let end = answer[start...].firstIndex(of: ">")
    else { return nil }
    let number = answer[start..<end]
    return Int(number) == nil ? nil : String(number)
  }

  /// Asks bjobs of each job; one that it does not know any more has no elements.
  public func elements(_ jobs: [String]) -> [QueueElement]? {
    var found: [QueueElement] = []
    for job in jobs {
      guard
        let result = try? Subprocess.run(
          "bjobs",
          [
            "-a", "-noheader", "-o", "jobid jobindex stat exec_host exit_reason delimiter='|'", job,
          ])
      else { return nil }
      let output = String(decoding: result.output, as: UTF8.self)
      if output.isEmpty, result.status != 0 {
        guard result.errors.contains("is not found") else { return nil }
        continue
      }
      found += Self.parse(output)
    }
    return found
  }

  /// Reads lines of `bjobs -o "jobid jobindex stat exec_host exit_reason delimiter='|'"`.
  package static func parse(_ text: String) -> [QueueElement] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard fields.count >= 5, let job = fields[0].split(separator: "[").first else { return nil }
      let state: QueueElement.State =
        switch fields[2] {
        case "PEND", "PSUSP", "WAIT", "FWD_PEND": .waiting
        case "RUN", "USUSP", "SSUSP", "UNKWN", "PROV": .running
        case "DONE": .done
        case "ZOMBI": .ended(.nodeFailure)
        default: .ended(LogTail.reason(fields[4]) ?? .exit)
        }
      let host = fields[3] == "-" ? "" : String(fields[3].split(separator: "*").last ?? "")
      return QueueElement(job: "lsf \(job)_\(fields[1])", state: state, host: host)
    }
  }

  /// `bkill` with the numbers.
  public func cancelCommand(_ jobs: [String]) -> String { "bkill \(jobs.joined(separator: " "))" }

  /// The log of an element, by the job number in its lease.
  public func log(
    _ submission: Submission, wave: JobRecord.Wave, job: String, element: Int
  ) -> String {
    let number = job.hasPrefix("lsf ") ? String(job.dropFirst(4)) : "\(job)_\(element + 1)"
    return "\(submission.logs)/\(wave.name)/\(number).log"
  }
}
