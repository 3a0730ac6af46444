import Platform

/// One task as the execution sees it: nothing of what it is about.
public struct Work: Sendable, Equatable {
  /// The kind of work, a folder of the checkpoints.
  public var stage: String
  /// Name among those of its stage.
  public var name: String
  /// Digest of everything that decides its result.
  public var key: SHA256Digest
  /// Keys of the tasks whose results it takes.
  public var inputs: [SHA256Digest]
  /// Amount of work in the unit of the stage.
  public var amount: Int
  /// Predicted seconds on one core.
  public var seconds: Double

  /// A task.
  public init(
    stage: String, name: String, key: SHA256Digest, inputs: [SHA256Digest] = [], amount: Int = 1,
    seconds: Double = 1
  ) {
    self.stage = stage
    self.name = name
    self.key = key
    self.inputs = inputs
    self.amount = amount
    self.seconds = seconds
  }

  /// `stage/name`.
  public var title: String { "\(stage)/\(name)" }
}
