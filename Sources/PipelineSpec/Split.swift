import Settings

/// Disjoint parts of simulated samples, divided by a hash of the event.
///
/// An event lies in the part whose stretch of [0, 1) holds its hash: training first, then
/// optimisation, then efficiency.
public struct SplitSettings: Sendable, Equatable {
  /// Part that networks are trained on.
  public var training: Double
  /// Part that cuts are optimised on.
  public var optimisation: Double
  /// Part that efficiencies and shapes are measured on.
  public var efficiency: Double

  /// Hashes of the events that cuts are optimised on.
  public var optimisationRange: Range<Double> { training..<(training + optimisation) }

  /// Hashes of the events that efficiencies and shapes are measured on.
  public var efficiencyRange: Range<Double> {
    (training + optimisation)..<(training + optimisation + efficiency)
  }
}

extension SplitSettings: SettingsSection {
  private enum By: String, Sendable, CaseIterable {
    case eventHash = "event hash"
  }

  /// Name in schema and reference page.
  public static let sectionName = "split"
  /// What it states, in one sentence.
  public static let summary = "Divides simulated samples into disjoint parts."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> SplitSettings {
    let part = Format<Double>.quantity(.fraction, .fraction)
    let training = keys.required("training", part, "Part that networks are trained on")
    let optimisation = keys.required("optimisation", part, "Part that cuts are optimised on")
    let efficiency = keys.required(
      "efficiency", part, "Part that efficiencies and shapes are measured on")
    _ = keys.value("by", Format<By>.choice(), default: "event hash", "What divides them")
    let sum = training + optimisation + efficiency
    if keys.isClean, sum > 1 + 1e-9 {
      keys.reportWhole(
        "must be parts of one sample, found \(SettingsText.number(sum * 100)) % in all",
        remedy: "make them add up to 100 % or less")
    }
    return SplitSettings(
      training: training, optimisation: optimisation, efficiency: efficiency)
  }
}
