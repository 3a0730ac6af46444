import Settings

/// Where the expected background of a counting window comes from.
struct CountedBackgroundSection: SettingsSection {
  enum Method: String, Sendable, CaseIterable {
    case sideband, abcd, simulation
  }

  static let sectionName = "scan.background.from"
  static let summary = "Estimates the background of a counting window."

  static func read(_ keys: inout SectionReader) -> Self {
    _ = keys.required("method", Format<Method>.choice(), "How it is estimated")
    _ = keys.optional(
      "regions", Format<[String]>.list(of: .text("a region")), "Regions it is estimated from")
    _ = keys.optional(
      "width", Format<Quantity>.quantity([.resolution, .mass]), "Width of a sideband")
    return Self()
  }
}
