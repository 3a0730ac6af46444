import Settings

/// How many toys a limit needs.
public struct LimitToysSettings: Sendable, Equatable {
  /// Monte Carlo error of a limit aimed at, relative to it.
  public var error: Double
  /// The same in units of the error of the parameter of interest in background-only data.
  public var absolute: Double
  /// Largest number of toys of one hypothesis.
  public var most: Int
  /// With method auto: toys where fewer background events are expected within two resolutions.
  public var belowBackground: Double

  /// What is used where the file states nothing.
  public static let standard = LimitToysSettings(
    error: 0.02, absolute: 0.05, most: 100_000, belowBackground: 30)
}

extension LimitToysSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.limit.toys"
  /// What it states, in one sentence.
  public static let summary = "States how many toys a limit needs."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> LimitToysSettings {
    let error = keys.value(
      "error", Format<Double>.quantity(.fraction, .init(above: 0, to: 1)), default: "2 %",
      "Monte Carlo error aimed at, relative to the limit; 2^N times it at N standard deviations")
    let absolute = keys.value(
      "absolute", Format<Double>.number(.positive), default: "0.05",
      "The same, also to be met, in units of the parameter's standard error without signal")
    let most = keys.value(
      "most", Format<Int>.integer(.positive), default: "100000",
      "Largest number of toys of a hypothesis")
    let below = keys.value(
      "belowBackground", Format<Double>.number(.positive), default: "30",
      "With method auto: toys where fewer background events are expected within two resolutions")
    return LimitToysSettings(
      error: error, absolute: absolute, most: most, belowBackground: below)
  }
}
