import Diagnostics
import Settings

extension LimitSettings {
  /// The same with the expected limits that the method knows in windows of this kind.
  func forWindows(counted isCounting: Bool) -> LimitSettings {
    var limit = self
    if method == .bayesian, !isCounting { limit.expected = expected.filter { $0 == 0 } }
    return limit
  }
}

extension LimitSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.limit"
  /// What it states, in one sentence.
  public static let summary = "States the upper limit of each hypothesis."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> LimitSettings {
    let parameter = keys.required(
      "parameter", Format<Parameter>.choice(later: ["signalStrength"]),
      "What is limited")
    let unit = keys.optional("unit", Format<CrossSectionUnit>.choice(), "Unit of a cross section")
    let pair = keys.optional(
      "pair", Format<DecaySettings.Pair>.choice(),
      "Pair whose branching fraction is in a limited cross section, for regions of models")
    let level = keys.required(
      "level", Format<Double>.quantity(.fraction, .init(above: 0, to: 0.9999)), "Confidence level")
    let method = keys.value(
      "method",
      Format<Method>.choice(), default: "CLs asymptotic", "Statistical method")
    let expected = keys.value(
      "expected", Format<[Double]>.list(of: .number(.init(from: -5, to: 5))),
      default: "[-2, -1, 0, 1, 2]",
      "Standard deviations of the expected limits; of Bayesian ones 0 alone counts, the limit of the "
        + "background-only Asimov set")
    let nuisances = keys.value(
      "nuisances", Format<Nuisances>.choice(), default: "averaged",
      "How limits of counts treat what is not known exactly")
    let toys = keys.optional(
      "toys", Format<LimitToysSettings>.section, "How many toys limits by toys need")
    let beside = keys.optional(
      "beside", Format<BesideLimitSettings>.section,
      "Limits by toys at some hypotheses, shown beside asymptotic ones")
    let usesToys = method == .clsToys || method == .clsAuto
    if keys.isClean {
      if parameter == .crossSection, unit == nil {
        keys.reportMissing("unit", "a cross section needs it; allowed: 'ab', 'fb', 'pb', 'nb'")
      }
      if parameter != .crossSection, unit != nil {
        keys.report(
          atKey: "unit",
          "'unit' belongs to a cross section, found with parameter \(parameter.rawValue)",
          remedy: "remove it")
      }
      if parameter != .crossSection, pair != nil {
        keys.report(
          atKey: "pair",
          "'pair' belongs to a cross section, found with parameter \(parameter.rawValue)",
          remedy: "remove it")
      }
      if toys != nil, !usesToys {
        keys.report(
          atKey: "toys", "'toys' belongs to limits by toys, found with method \(method.rawValue)",
          remedy: "remove it, or use 'CLs toys' or 'CLs auto'")
      }
      if beside != nil, method != .clsAsymptotic {
        keys.report(
          atKey: "beside",
          "'beside' belongs to asymptotic limits, found with method \(method.rawValue)",
          remedy: "remove it")
      }
      if keys.has("nuisances"), method != .clsCounting {
        keys.report(
          atKey: "nuisances",
          "'nuisances' belongs to 'CLs counting', found with method \(method.rawValue)",
          remedy: "remove it")
      }
      if zip(expected, expected.dropFirst()).contains(where: { $0 >= $1 }) {
        keys.report("expected", "must be ascending")
      }
    }
    return LimitSettings(
      parameter: parameter, unit: unit, pair: pair, level: level, method: method,
      nuisances: nuisances, expected: expected,
      toys: usesToys ? toys ?? .standard : nil, beside: beside)
  }
}
