import Foundation
import Platform

/// How work on a task ended without a result.
public struct Attempt: Sendable, Codable, Equatable {
  /// What ended it.
  public enum Reason: String, Sendable, Codable {
    /// It needed more memory than it was given.
    case outOfMemory
    /// It ran longer than it was given.
    case timeLimit
    /// Its host went away.
    case nodeFailure
    /// Its process is gone; nobody knows why.
    case vanished
    /// Its process ended with an exit code.
    case exit
    /// The program said what is wrong; the same will happen again.
    case error
    /// The user took it from the queue.
    case cancelled
  }

  /// What ended it.
  public var reason: Reason
  /// `stage/name`.
  public var title: String
  /// The host.
  public var host: String
  /// The batch job; empty outside batch jobs.
  public var job: String
  /// What is known beyond it: the error, the exit code, the last lines of a log.
  public var detail: String
  /// When it was noticed, seconds since 1970.
  public var time: Int

  /// An attempt.
  public init(
    _ reason: Reason, title: String, host: String, job: String, detail: String = "",
    time: Int? = nil
  ) {
    self.reason = reason
    self.title = title
    self.host = host
    self.job = job
    self.detail = detail
    self.time = time ?? Int(Date().timeIntervalSince1970)
  }
}

/// Attempts that failed, a small file for each task that had trouble, a JSON object a line.
public struct AttemptLog: Sendable {
  /// Folder of the files.
  public let folder: String

  /// Takes the folder; nothing is written as yet.
  public init(folder: String) { self.folder = folder }

  /// Adds an attempt; a log that cannot be written is no reason to stop.
  public func append(_ attempt: Attempt, of key: SHA256Digest) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(attempt) else { return }
    AppendedFile.append([UInt8](line) + [10], to: StateFolder.spread(folder, key, ".jsonl"))
  }

  /// The attempts of a task, oldest first; lines cut short are left out.
  public func attempts(of key: SHA256Digest) -> [Attempt] {
    read(StateFolder.spread(folder, key, ".jsonl"))
  }

  /// All attempts by key.
  public func all() -> [SHA256Digest: [Attempt]] {
    var found: [SHA256Digest: [Attempt]] = [:]
    for part in FolderListing.names(folder) {
      for name in FolderListing.names("\(folder)/\(part)") where name.hasSuffix(".jsonl") {
        guard let key = SHA256Digest(hexadecimal: name.dropLast(6)) else { continue }
        found[key] = read("\(folder)/\(part)/\(name)")
      }
    }
    return found
  }

  /// Forgets the attempts of a task.
  public func clear(_ key: SHA256Digest) {
    AtomicFile.remove(StateFolder.spread(folder, key, ".jsonl"))
  }

  private func read(_ path: String) -> [Attempt] {
    guard let bytes = try? AtomicFile.read(path) else { return [] }
    return bytes.split(separator: 10).compactMap {
      try? JSONDecoder().decode(Attempt.self, from: Data($0))
    }
  }
}
