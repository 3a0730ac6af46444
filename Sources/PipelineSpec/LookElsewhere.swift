import Settings

/// The trials factor of the scan.
public struct LookElsewhereSettings: Sendable, Equatable {
  /// Whether the Gross–Vitells bound is given.
  public var upcrossings: Bool
  /// The level of the signed root whose up-crossings are counted, in standard deviations.
  public var level: Double
  /// Number of full-scan toys; nil: none.
  public var toys: Int?
}

extension LookElsewhereSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.lookElsewhere"
  /// What it states, in one sentence.
  public static let summary = "Finds the global significance of the largest local one."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> LookElsewhereSettings {
    let upcrossings = keys.value(
      "upcrossings", Format<Bool>.boolean, default: "true",
      "Whether the Gross–Vitells bound from up-crossings is given")
    let level = keys.value(
      "level", Format<Double>.number(.init(from: 0, to: 3)), default: "0",
      "Signed significance whose up-crossings are counted; 0 has the most")
    let toys = keys.optional(
      "toys", Format<Int>.integer(.init(from: 2, to: 10_000_000)),
      "Number of toys: background alone over the whole range, a complete scan each")
    if keys.isClean, !upcrossings, toys == nil {
      keys.reportWhole(
        "must ask for 'toys' or 'upcrossings'", remedy: "remove the section, or write 'toys: 1000'")
    }
    return LookElsewhereSettings(upcrossings: upcrossings, level: level, toys: toys)
  }
}
