import Platform
import Settings

/// Everything that decides the content of one finished task; its digest is the task's key.
///
/// The settings the stage reads, the keys of its inputs and the version of the stage.
public struct TaskRecipe: Sendable, Equatable {
  /// What kind of work.
  public enum Stage: String, Sendable, CaseIterable {
    case skim, merge, fit, workingPoint, signal, scan, lookElsewhere, closure

    /// Grows when the same settings and inputs give other bytes.
    public var version: Int {
      switch self {
      case .skim, .merge, .fit, .workingPoint, .signal, .scan, .lookElsewhere, .closure: 1
      }
    }
  }

  /// The kind of work.
  public var stage: Stage
  /// Name of the task among those of its stage (`data/0003`).
  public var name: String
  /// Settings by their path in the pipeline file.
  public var settings: [Named<CanonicalValue>]
  /// Digests of inputs: raw files or other tasks' keys.
  public var inputs: [Named<[UInt8]>]

  /// The digest of all of it but the name.
  public var key: SHA256Digest {
    var encoder = CanonicalEncoder()
    encoder.append(stage.rawValue)
    encoder.append(stage.version)
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
