import Expressions
import Settings

/// Lifetimes that are tested: the efficiency follows them, the fit does not.
public struct LifetimeSettings: Sendable, Equatable {
  /// c τ, cm, ascending.
  public var centimetres: [Double]
  /// Fewest effective events behind an efficiency; with fewer there is no limit.
  public var fewestEvents: Double
}

extension LifetimeSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "signal.lifetimes"
  /// What it states, in one sentence.
  public static let summary = "States the lifetimes that are tested."

  /// One lifetime's keys; maps of several lifetimes are refused by name.
  static var format: Format<LifetimeSettings> {
    .either(
      .section, if: { !$0.isMapOfMaps },
      else: .later(
        Format<[Named<SeveralLifetimes>]>.entries(of: .section, named: "S"), "several lifetimes",
        as: { LifetimeSettings(centimetres: [1], fewestEvents: 20) }))
  }

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> LifetimeSettings {
    let values = keys.required(
      "centimetres", Format<[Double]>.list(of: .number(.positive), count: 1...1000),
      "Values of c·τ, cm")
    let fewest = keys.value(
      "fewestEvents", Format<Double>.number(.positive), default: "20",
      "Effective simulated events that an efficiency needs; with fewer there is no limit")
    if keys.isClean, zip(values, values.dropFirst()).contains(where: { $0 >= $1 }) {
      keys.report("centimetres", "must be ascending")
    }
    return LifetimeSettings(centimetres: values, fewestEvents: fewest)
  }
}

/// One of several lifetimes.
private struct SeveralLifetimes: SettingsSection {
  static let sectionName = "signal.lifetimes of several"
  static let summary = "States the lifetimes of one of several particles."

  static func read(_ keys: inout SectionReader) -> Self {
    _ = keys.required(
      "centimetres", Format<[Double]>.list(of: .number(.positive), count: 1...1000),
      "Values of c·τ, cm")
    _ = keys.required(
      "reweight", Format<ExpressionSource>.expression, "The true proper decay length, cm")
    return Self()
  }
}

extension SettingsNode {
  /// Whether it is a map, not empty, of maps alone.
  fileprivate var isMapOfMaps: Bool {
    guard case .map(let entries) = content, !entries.isEmpty else { return false }
    return entries.allSatisfy(\.node.isMap)
  }
}
