import Foundation
import Glibc
import TestSupport
import Testing

/// Runs on a real Slurm end in the same bytes as local ones, whatever happens to jobs and nodes.
@Suite(
  .serialized, .enabled(if: Cluster.canStart, "SKIPPED: needs root, slurm-wlm and munge"))
struct SlurmTests {
  private static let cluster = Result { try Cluster() }

  private static let dimuon = Result {
    let folder = try TemporaryFolder()
    let made = try ToolProcess.run(
      ["simulate", "dimuon", "--quiet", "--output", "\(folder.path)/inputs", "--events", "24000"]
        + ["--files", "3", "--background", "1"])
    guard made.status == 0 else { throw Cluster.Failed(text: made.errors) }
    return folder
  }

  /// A search of about 20 s on one core in tasks of about a second.
  private static func search(_ more: [String] = []) throws -> ClusterSearch {
    try ClusterSearch(
      cluster.get(), "dimuon/1-simulated.yaml", inputs: dimuon.get().path,
      settings: [
        "outputs.report.figures=[]", "scan.lookElsewhere.toys=1500", "execution.taskSeconds=5",
      ] + more)
  }

  private func hasEnded(_ run: ToolProcess, _ search: ClusterSearch) throws {
    #expect(run.status == 0, "\(run.errors)")
    #expect(try search.summary() == search.reference)
  }

  @Test func aWholeSearchRunsAsArrays() throws {
    let folder = try TemporaryFolder()
    let made = try ToolProcess.run(
      ["simulate", "fourmuon", "--quiet", "--output", "\(folder.path)/inputs", "--seed", "1"]
        + ["--signal-events", "1500"])
    #expect(made.status == 0, "\(made.errors)")
    let search = try ClusterSearch(
      Self.cluster.get(), "fourmuon/fourmuon.yaml", inputs: folder.path,
      settings: [
        "outputs.report.figures=[]", "outputs.export=[]", "scan.lookElsewhere.toys=6",
        "scan.closure.toys=20",
      ])
    let run = try search.run()
    try hasEnded(run, search)
    #expect(search.submissions == ["1"])
    #expect(run.errors.contains("batch: submitted to slurm as "))
  }

  @Test func aNodeThatDiesCostsNoByte() throws {
    let search = try Self.search()
    let told = Flag()
    let watcher = Thread {
      for _ in 0..<600 {
        let working = search.workingJobs()
        let running = search.cluster.queue().first {
          $0.state == "RUNNING" && !$0.node.isEmpty && working.contains($0.job)
        }
        if search.finished("lookElsewhere") > 0, let running {
          try? search.cluster.fail(node: running.node)
          told.set()
          return
        }
        usleep(100_000)
      }
    }
    watcher.start()
    try hasEnded(try search.run(), search)
    #expect(told.isSet)
    try search.cluster.start()
    // What the dead node held was taken over, and noted.
    let log = try String(contentsOfFile: "\(search.output)/log.jsonl", encoding: .utf8)
    #expect(log.contains("\"takenOver\""))
  }

  @Test func aKilledSubmitterIsNotMissed() throws {
    let search = try Self.search()
    let killed = try search.run(killWhen: { search.finished("lookElsewhere") > 0 })
    #expect(killed.status == -SIGKILL)
    let again = try search.run()
    try hasEnded(again, search)
    #expect(again.errors.contains("are still in the queue"))
    #expect(search.submissions == ["1"])
  }

  @Test(.enabled(if: Cluster.isThorough, "SKIPPED: 'make slurm-test' runs it"))
  func aJobOverItsMemoryGetsMore() throws {
    let search = try Self.search([
      "execution.memory=20 MB", "execution.batch.attempts=5", "execution.taskSeconds=10",
    ])
    let run = try search.run()
    try hasEnded(run, search)
    #expect(run.errors.contains("submitting them again with 40 MiB") || run.errors.contains("MiB"))
    let attempts = try String(contentsOfFile: search.attemptFiles()[0], encoding: .utf8)
    #expect(attempts.contains("\"reason\":\"outOfMemory\""))
  }

  /// The queue's limit, of which the program is told nothing; and its own, after which it asks to be
  /// started again.
  @Test(
    .enabled(if: Cluster.isThorough, "SKIPPED: 'make slurm-test' runs it"),
    arguments: [true, false])
  func aJobOverItsTimeGoesOnFromThere(isQueues: Bool) throws {
    let limit =
      isQueues
      ? ["execution.batch.options=[\"--time=1\"]", "scan.lookElsewhere.toys=8000"]
      : ["execution.batch.wallTime=6 s", "scan.lookElsewhere.toys=1500"]
    let search = try Self.search(
      limit + ["execution.taskSeconds=1000", "execution.batch.attempts=20"])
    let release = Flag()
    // Slurm makes a job that is started again wait for two minutes.
    let watcher = Thread {
      while !release.isSet {
        for job in search.cluster.queue() where job.state == "PENDING" && job.reason == "BeginTime"
        {
          _ = try? search.cluster.command(
            "scontrol", ["update", "JobId=\(job.job)", "StartTime=now"])
        }
        usleep(500_000)
      }
    }
    watcher.start()
    let run = try search.run()
    release.set()
    try hasEnded(run, search)
    let log = try String(contentsOfFile: "\(search.output)/log.jsonl", encoding: .utf8)
    #expect(log.contains("\"resumed\""))
  }

  @Test(.enabled(if: Cluster.isThorough, "SKIPPED: 'make slurm-test' runs it"))
  func cancelledJobsAreToldAndRunAgain() throws {
    let search = try Self.search()
    let watcher = Thread {
      for _ in 0..<600 {
        if search.finished("lookElsewhere") > 0 {
          let jobs = search.cluster.queue().filter { $0.job.contains("_") }.map(\.job)
          let half = jobs.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
          _ = try? search.cluster.command("scancel", half)
          return
        }
        usleep(100_000)
      }
    }
    watcher.start()
    var run = try search.run()
    if run.status != 0 {
      #expect(run.status == 1)
      #expect(run.errors.contains("jobs were cancelled; run again to go on"))
      run = try search.run()
    }
    try hasEnded(run, search)
  }

  @Test(.enabled(if: Cluster.isThorough, "SKIPPED: 'make slurm-test' runs it"))
  func aClusterThatIsStartedAgainGoesOn() throws {
    let search = try Self.search()
    let watcher = Thread {
      for _ in 0..<600 {
        if search.finished("lookElsewhere") > 0 {
          try? search.cluster.stop()
          usleep(3_000_000)
          try? search.cluster.start()
          return
        }
        usleep(100_000)
      }
    }
    watcher.start()
    var run = try search.run()
    if run.status != 0 { run = try search.run() }
    try hasEnded(run, search)
  }

  @Test func jobsOfOtherSettingsAreNotTakenForThese() throws {
    let search = try Self.search()
    #expect(try search.run(["--detach"]).status == 0)
    let other = try search.run(["--set", "scan.lookElsewhere.toys=1400"])
    #expect(other.status == 2)
    #expect(other.errors.contains("jobs of other settings are still in the queue"))
    try hasEnded(try search.run(), search)
  }
}

/// Something that happened, told between threads.
final class Flag: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false

  func set() { lock.withLock { value = true } }

  var isSet: Bool { lock.withLock { value } }
}

extension ClusterSearch {
  /// Numbers of the jobs that hold a task now.
  func workingJobs() -> Set<String> {
    let path = "\(output)/state/leases"
    let found = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
    return Set(
      found.compactMap { name in
        let text = (try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first { $0.hasPrefix("job slurm ") }
          .map { String($0.dropFirst("job slurm ".count)) }
      })
  }

  /// Files that tell of tasks that had trouble.
  func attemptFiles() -> [String] {
    let path = "\(output)/state/attempts"
    let found = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
    return found.filter { $0.hasSuffix(".jsonl") }.map { "\(path)/\($0)" }
  }
}
