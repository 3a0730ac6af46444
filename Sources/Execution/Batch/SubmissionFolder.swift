import Foundation
import Platform

/// Submissions of a run folder: each a folder with a number, its record, scripts, logs and, a line
/// each, the numbers of its jobs.
public struct SubmissionFolder: Sendable {
  /// Folder of all submissions, an absolute path.
  public let path: String

  /// Takes the folder; creates nothing.
  public init(path: String) { self.path = path }

  /// Numbers of the submissions there are, ascending.
  public var numbers: [Int] { FolderListing.names(path).compactMap { Int($0) }.sorted() }

  /// Makes the folder of a new submission and returns its number.
  ///
  /// - Throws: `PlatformError`.
  public func make() throws(PlatformError) -> Int {
    try AtomicFile.createFolder(path)
    var number = (numbers.last ?? 0) + 1
    while mkdir("\(path)/\(number)", 0o777) != 0 {
      guard errno == EEXIST else { throw .writing("\(path)/\(number)") }
      number += 1
    }
    try AtomicFile.createFolder("\(path)/\(number)/logs")
    return number
  }

  /// Writes all files of a submission, then submits it.
  public func submit(_ submission: Submission, to system: any BatchSystem) throws {
    for wave in submission.record.waves {
      try AtomicFile.createFolder("\(submission.logs)/\(wave.name)")
    }
    try submission.record.write(to: submission.recordPath)
    for file in system.files(submission) {
      let path = "\(submission.folder)/\(file.name)"
      try AtomicFile.write(file.text, to: path)
      if file.name.hasSuffix(".sh") { chmod(path, 0o755) }
    }
    try system.submit(submission) { job in try note(job, of: submission.number) }
  }

  /// Adds a job's number.
  func note(_ job: String, of number: Int) throws {
    let file = open(
      "\(path)/\(number)/jobs", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw PlatformError.writing("\(path)/\(number)/jobs") }
    defer { close(file) }
    var line = job + "\n"
    let isWritten = line.withUTF8 { write(file, $0.baseAddress, $0.count) == $0.count }
    guard isWritten, fsync(file) == 0 else {
      throw PlatformError.writing("\(path)/\(number)/jobs")
    }
  }

  /// Numbers of the jobs of a submission, as far as they were submitted.
  public func jobs(_ number: Int) -> [String] {
    guard let bytes = try? AtomicFile.read("\(path)/\(number)/jobs") else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The record of a submission; nil where it was never written.
  public func record(_ number: Int) -> JobRecord? {
    try? JobRecord.read("\(path)/\(number)/job.json")
  }
}
