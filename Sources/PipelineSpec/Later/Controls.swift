import Expressions
import Settings

/// A control sample: a region's own selection and fit, and what it gives to the search.
struct ControlSection: SettingsSection {
  enum Gift: String, Sendable, CaseIterable {
    case ratio
  }

  static let sectionName = "controls"
  static let summary = "Measures something for the search in a control sample."

  static func read(_ keys: inout SectionReader) -> Self {
    _ = keys.optional("region", Format<String>.text("a region or veto"), "Where it is measured")
    _ = keys.optional("sample", Format<String>.text("a sample"), "What it is measured on")
    _ = keys.optional("select", Format<[Named<ExpressionSource>]>.cuts, "Its own cuts")
    _ = keys.optional("fit", Format<FitSettings>.section, "Its fit")
    _ = keys.optional(
      "bins", Format<[Named<[Double]>]>.entries(of: .list(of: .number()), named: "quantity"),
      "Edges of the bins in a quantity")
    _ = keys.optional(
      "gives", Format<[Named<Gift>]>.entries(of: .choice(), named: "efficiency"),
      "What it gives to the search: data over simulation, with its error")
    keys.channels()
    return Self()
  }
}

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
