import Settings

/// A curve of others, drawn over limits.
public struct OverlaySettings: Sendable, Equatable {
  /// Path of a table with the columns mass and value, resolved against the pipeline file.
  public var file: String
  /// Name of the interpretation or signal whose figure shows it; nil: the limits of the only signal.
  public var figure: String?
}

extension OverlaySettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "outputs.report.overlay"
  /// What it states, in one sentence.
  public static let summary = "States a curve of others and the limits it is drawn over."

  /// A path alone, or the keys.
  static var format: Format<OverlaySettings> {
    .section(shorthand: (shape: .text(hint: "a path"), key: "file"))
  }

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> OverlaySettings {
    let file = keys.required(
      "file", Format<String>.path,
      "CSV file with the columns mass (GeV) and value, in the unit of the figure")
    let figure = keys.optional(
      "in", Format<String>.text("gPrime"),
      "Interpretation, or signal, whose limits it is drawn over; absent: the only signal")
    return OverlaySettings(file: file, figure: figure)
  }
}
