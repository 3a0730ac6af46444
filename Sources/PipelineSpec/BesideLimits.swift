import Settings

/// Limits by toys at some hypotheses, to be seen beside asymptotic ones.
public struct BesideLimitSettings: Sendable, Equatable {
  /// Of so many hypotheses one has them.
  public var every: Int
  /// How many toys they need.
  public var toys: LimitToysSettings
}

extension BesideLimitSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.limit.beside"
  /// What it states, in one sentence.
  public static let summary =
    "Sets limits by toys too, at some hypotheses, beside asymptotic ones that are published."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> BesideLimitSettings {
    let every = keys.required(
      "every", Format<Int>.integer(.positive), "Of so many hypotheses the first has them")
    let toys = keys.optional(
      "toys", Format<LimitToysSettings>.section,
      "How many toys they need; where more background is expected than 'belowBackground' there are none"
    )
    return BesideLimitSettings(every: every, toys: toys ?? .standard)
  }
}
