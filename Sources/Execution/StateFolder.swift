import Platform

/// Where a run keeps what is not a result: who works on what, what went wrong, batch jobs.
public struct StateFolder: Sendable {
  /// The run's folder.
  public let runFolder: String

  /// Takes a run's folder; creates nothing.
  public init(runFolder: String) { self.runFolder = runFolder }

  /// Folder of it all.
  public var path: String { "\(runFolder)/state" }
  /// Who works on which task.
  public var leases: String { "\(path)/leases" }
  /// Tasks that had trouble.
  public var attempts: String { "\(path)/attempts" }
  /// The last plan of each pipeline.
  public var plans: String { "\(path)/plans" }
  /// Scripts, records and logs of batch jobs.
  public var batch: String { "\(path)/batch" }
  /// What is known of input files.
  public var inputs: String { "\(path)/inputs" }
  /// What the outputs were written from.
  public var outputs: String { "\(path)/outputs" }
  /// Checkpoints known to be whole.
  public var journal: String { "\(path)/journal" }

  /// A file of a task below a folder, spread over 256 folders by its key.
  static func spread(_ folder: String, _ key: SHA256Digest, _ suffix: String) -> String {
    let name = key.description
    return "\(folder)/\(name.prefix(2))/\(name)\(suffix)"
  }
}
