import Foundation
import Platform

/// What the jobs of a submission need to do the same work as the process that submitted them.
public struct JobRecord: Sendable, Codable, Equatable {
  /// Stages that need nothing of each other's later ones: one array of jobs.
  public struct Wave: Sendable, Codable, Equatable {
    /// Its name.
    public var name: String
    /// Its stages, in order.
    public var stages: [String]
    /// Jobs in the array.
    public var elements: Int

    /// A wave.
    public init(name: String, stages: [String], elements: Int) {
      self.name = name
      self.stages = stages
      self.elements = elements
    }
  }

  /// The pipeline file.
  public var pipeline: String
  /// `--set` as written.
  public var overrides: [String]
  /// `--inputs`; nil where it was not given.
  public var inputs: String?
  /// Whether the search was opened with `--unblind`.
  public var unblind: Bool
  /// Whether missing files are left out.
  public var allowMissing: Bool
  /// The run's folder, an absolute path.
  public var runFolder: String
  /// The folder the commands start in.
  public var workingFolder: String
  /// The program.
  public var program: String
  /// Digest of the pipeline's settings, in hexadecimal digits; a job of other settings refuses.
  public var digest: String
  /// Arrays of jobs, each after the one before.
  public var waves: [Wave]
  /// Threads of a job.
  public var threads: Int
  /// Exit code of a job that wants to be started again.
  public var requeueCode: Int32
  /// Seconds after which a job stops by itself; nil without a limit.
  public var maxWall: Double?

  /// A record.
  public init(
    pipeline: String, overrides: [String], inputs: String?, unblind: Bool, allowMissing: Bool,
    runFolder: String, workingFolder: String, program: String, digest: String, waves: [Wave],
    threads: Int, requeueCode: Int32, maxWall: Double?
  ) {
    self.pipeline = pipeline
    self.overrides = overrides
    self.inputs = inputs
    self.unblind = unblind
    self.allowMissing = allowMissing
    self.runFolder = runFolder
    self.workingFolder = workingFolder
    self.program = program
    self.digest = digest
    self.waves = waves
    self.threads = threads
    self.requeueCode = requeueCode
    self.maxWall = maxWall
  }

  /// Reads a record.
  ///
  /// - Throws: `PlatformError.cannotRead` with what is wrong.
  public static func read(_ path: String) throws(PlatformError) -> JobRecord {
    let bytes = try AtomicFile.read(path)
    do {
      return try JSONDecoder().decode(JobRecord.self, from: Data(bytes))
    } catch {
      throw .cannotRead(path: path, reason: "it is no job record of this version of Nightjar")
    }
  }

  /// Writes a record.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write([UInt8](try encoder.encode(self)), to: path)
  }
}
