import Platform
import Settings

/// Everything that decides the content of one finished task; its digest is the task's key.
///
/// The settings the stage reads, the keys of its inputs and the version of the stage.
public struct TaskRecipe: Sendable, Equatable {
  /// What kind of work.
  public enum Stage: String, Sendable, CaseIterable {
    case skim, merge, fit, control, workingPoint, signal, scan, lookElsewhere, closure

    /// Grows when the same settings and inputs give other bytes.
    public var version: Int {
      switch self {
      case .skim, .merge, .fit, .control, .workingPoint, .scan, .lookElsewhere, .closure: 1
      case .signal: 2
      }
    }
  }

  /// The kind of work.
  public var stage: Stage
  /// Name of the task among those of its stage (`data/0003`).
  public var name: String
  /// Settings that all tasks of this kind read, by their path in the pipeline file.
  public var common: CommonSettings
  /// Settings of this task alone.
  public var settings: [Named<CanonicalValue>]
  /// Digests of inputs: raw files or other tasks' keys.
  public var inputs: [Named<[UInt8]>]

  /// The digest of all of it but the name.
  public var key: SHA256Digest {
    var encoder = CanonicalEncoder()
    encoder.append(stage.rawValue)
    encoder.append(stage.version)
    encoder.append(common.digest.bytes)
    encoder.append(settings.count)
    for setting in settings {
      encoder.append(setting.name)
      encoder.append(setting.value)
    }
    encoder.append(inputs.count)
    for input in inputs { encoder.append(input.value) }
    return SHA256Digest.of(encoder.bytes)
  }

  /// `stage/name`.
  public var title: String { "\(stage.rawValue)/\(name)" }
}

/// Settings that many tasks read, digested once.
public struct CommonSettings: Sendable, Equatable {
  /// Values by their path in the pipeline file.
  public let values: [Named<CanonicalValue>]
  /// Digest of all of it.
  public let digest: SHA256Digest

  /// Digests settings.
  public init(_ values: [Named<CanonicalValue>]) {
    self.values = values
    var encoder = CanonicalEncoder()
    encoder.append(values.count)
    for setting in values {
      encoder.append(setting.name)
      encoder.append(setting.value)
    }
    digest = SHA256Digest.of(encoder.bytes)
  }

  /// Two are equal where their digests are.
  public static func == (left: CommonSettings, right: CommonSettings) -> Bool {
    left.digest == right.digest
  }
}
