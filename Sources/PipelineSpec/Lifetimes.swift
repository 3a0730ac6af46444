import Expressions
import Settings

/// Lifetimes that are tested: the efficiency follows them, the fit does not.
public struct LifetimeSettings: Sendable, Equatable {
  /// c τ, cm, ascending, by the name of the particle; one without a name where there is only one.
  public var axes: [Named<[Double]>]
  /// Fewest effective events behind an efficiency; with fewer there is no limit.
  public var fewestEvents: Double
}

extension LifetimeSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "signal.lifetimes"
  /// What it states, in one sentence.
  public static let summary = "States the lifetimes that are tested."

  /// One lifetime's keys, or those of several particles by name.
  static var format: Format<LifetimeSettings> {
    .either(
      .section, if: { !$0.isMapOfMaps },
      else: Format<[Named<LifetimeSettings>]>.entries(of: .section, named: "higgs")
        .checkedNames().map { several in
          LifetimeSettings(
            axes: several.flatMap { own in own.value.axes.map { Named(own.name, $0.value) } },
            fewestEvents: several.map(\.value.fewestEvents).max() ?? 20)
        })
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
    return LifetimeSettings(axes: [Named("", values)], fewestEvents: fewest)
  }
}

extension Format {
  /// One value alone, under the name `alone`, or several by name.
  static func oneOrNamed<Element: Sendable>(
    _ element: Format<Element>, named hint: String, alone: String = ""
  ) -> Format<[Named<Element>]> where Value == [Named<Element>] {
    .either(
      Format<[Named<Element>]>.entries(of: element, named: hint).checkedNames(),
      if: { $0.isMap }, else: element.map { [Named(alone, $0)] })
  }

  /// Names that can stand in names of columns, datasets and files.
  func checkedNames<Element>() -> Format<Value> where Value == [Named<Element>] {
    checked { entries, _ in
      guard !entries.isEmpty else { return ("must not be empty", nil) }
      let bad = entries.first { entry in
        let letters = entry.name.unicodeScalars
        return
          !(letters.first.map { ("a"..."z").contains($0) || ("A"..."Z").contains($0) } ?? false)
          || !letters.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          }
      }
      return bad.map {
        ("has the name '\($0.name)'", "use a letter, then letters and digits")
      }
    }
  }
}

extension SettingsNode {
  /// Whether it is a map, not empty, of maps alone.
  fileprivate var isMapOfMaps: Bool {
    guard case .map(let entries) = content, !entries.isEmpty else { return false }
    return entries.allSatisfy(\.node.isMap)
  }
}
