import Foundation
import Platform

/// What one submission asks a batch system for.
public struct Submission: Sendable, Equatable {
  /// Its number in the run folder, from 1.
  public var number: Int
  /// Folder of its scripts, record and logs, an absolute path.
  public var folder: String
  /// What its jobs need to know.
  public var record: JobRecord
  /// Queue or partition.
  public var queue: String?
  /// Account that pays.
  public var account: String?
  /// Seconds of a job.
  public var wallTime: Double?
  /// Bytes of a job.
  public var memory: Int64?
  /// Cores of a job.
  public var cores: Int
  /// Further directives.
  public var options: [String]
  /// How often the system may start an element again by itself.
  public var restarts: Int
  /// Hosts that failed.
  public var excluded: [String]

  /// A submission.
  public init(
    number: Int, folder: String, record: JobRecord, queue: String? = nil, account: String? = nil,
    wallTime: Double? = nil, memory: Int64? = nil, cores: Int = 1, options: [String] = [],
    restarts: Int = 3, excluded: [String] = []
  ) {
    self.number = number
    self.folder = folder
    self.record = record
    self.queue = queue
    self.account = account
    self.wallTime = wallTime
    self.memory = memory
    self.cores = cores
    self.options = options
    self.restarts = restarts
    self.excluded = excluded
  }

  /// Path of the record.
  public var recordPath: String { "\(folder)/job.json" }
  /// Folder of the logs of the jobs.
  public var logs: String { "\(folder)/logs" }
  /// Path of a wave's script.
  public func script(_ wave: JobRecord.Wave) -> String { "\(folder)/\(wave.name).sh" }
  /// The name jobs have in the queue.
  public func jobName(_ wave: JobRecord.Wave) -> String { "nightjar-\(number)-\(wave.name)" }

  /// Whole MiB of a job, rounded up; at least 1.
  var mebibytes: Int64? { memory.map { max(1, ($0 + (1 << 20) - 1) >> 20) } }

  /// Seconds before the end at which a job is told to stop.
  ///
  /// A tenth of its time, at least a second and at most two minutes.
  public static func notice(_ wallTime: Double) -> Double { min(120, max(1, wallTime / 10)) }

  /// Paths that cannot be written into scripts of every batch system.
  ///
  /// - Throws: `BatchError.path`.
  public func check() throws(BatchError) {
    for path in [folder, record.program] {
      let isGood = path.unicodeScalars.allSatisfy {
        $0.value > 0x20 && $0.value != 0x7f
          && !"\"'\\%$`#;&|<>(){}[]*?!~".unicodeScalars.contains($0)
      }
      guard isGood else { throw .path(path) }
    }
  }
}

/// What can go wrong with a batch system.
public enum BatchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A path holds characters that scripts cannot hold.
  case path(String)
  /// A command is not there or ended with an error.
  case command(String, status: Int32, text: String)
  /// A command answered what was not understood.
  case answer(String, text: String)
  /// Jobs of other settings are still in the queue.
  case otherSettings(jobs: [String], cancel: String)

  /// The text as the user sees it.
  public var description: String {
    switch self {
    case .path(let path):
      "\(path): a path with blanks or special characters cannot be given to batch systems; use "
        + "another --output, or another place for the program"
    case .command(let command, let status, let text):
      "\(command): ended with status \(status)\(text.isEmpty ? "" : ": \(text)"); is the batch "
        + "system there? '--executor local' runs here"
    case .answer(let command, let text): "\(command): its answer '\(text)' is not understood"
    case .otherSettings(let jobs, let cancel):
      "jobs of other settings are still in the queue (\(jobs.joined(separator: ", "))); wait for "
        + "them, or cancel them with '\(cancel)' and run again"
    }
  }
}
