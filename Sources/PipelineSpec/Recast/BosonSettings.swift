import Diagnostics
import Settings
import Theory

/// A light boson in B → K X: which one, and the numbers that its widths and rates depend on.
public struct BosonSettings: Sendable, Equatable {
  /// Bosons whose widths and rates are known.
  public enum Kind: String, Sendable, CaseIterable {
    case darkScalar = "dark scalar"
    case universalALP = "alp fermion universal"

    /// Name of the scanned parameter.
    public var parameter: String {
      switch self {
      case .darkScalar: "sinTheta"
      case .universalALP: "gY"
      }
    }

    /// Name of the parameter in figures.
    public var label: String {
      switch self {
      case .darkScalar: "sin θ"
      case .universalALP: "g_Y = 2v/f_a"
      }
    }
  }

  /// Where widths to hadrons come from.
  public enum HadronicWidths: Sendable, Equatable {
    /// A table of matrix elements or widths, resolved against the file.
    case table(String)
    /// Chiral perturbation theory at leading order.
    case leadingOrder
    /// None: charged leptons alone.
    case none
  }

  /// The strong coupling above 2 GeV.
  public enum StrongCoupling: Sendable, Equatable {
    /// One number for all masses.
    case value(Double)
    /// A table over the mass, resolved against the file.
    case table(String)
  }

  /// Which boson.
  public var kind: Kind
  /// Widths to hadrons.
  public var hadronicWidths: HadronicWidths
  /// Whether a dark scalar below 2 GeV decays to more than two mesons.
  public var multiMeson: Bool
  /// The strong coupling, for gluons from a dark scalar.
  public var alphaS: StrongCoupling
  /// Scale of universal couplings of an ALP, GeV.
  public var scale: Double
  /// Quark mixing and the top mass.
  public var quarks: QuarkCouplings
}

extension BosonSettings {
  /// Paths of all tables.
  public var tables: [String] {
    var paths: [String] = []
    if case .table(let path) = hadronicWidths { paths.append(path) }
    if case .table(let path) = alphaS { paths.append(path) }
    return paths
  }

  /// Changes the paths of all tables.
  public mutating func resolveTables(_ resolved: (String) -> String) {
    if case .table(let path) = hadronicWidths { hadronicWidths = .table(resolved(path)) }
    if case .table(let path) = alphaS { alphaS = .table(resolved(path)) }
  }

  /// Reads the keys of a model among those of its section.
  static func read(_ keys: inout SectionReader) -> BosonSettings {
    let kind = keys.required(
      "model", Format<Kind>.choice(), "Name of the model")
    let hadrons = keys.hadronicWidths()
    let multiMeson = keys.multiMeson()
    let alphaS = keys.strongCoupling()
    let scale = keys.value(
      "scale", Format<Double>.quantity(.mass, .positive), default: "1 TeV",
      "Scale at which the couplings of an ALP are alike")
    let vts = keys.value(
      "Vts", Format<Double>.number(.init(above: 0, to: 1)), default: "0.0404", "|V_ts|")
    let vtb = keys.value(
      "Vtb", Format<Double>.number(.init(above: 0, to: 1)), default: "0.99915", "|V_tb|")
    let top = keys.value(
      "topMass", Format<Double>.number(.positive), default: "172.76", "Mass of the top quark, GeV")
    if keys.isClean {
      switch (kind, hadrons) {
      case (.universalALP, .leadingOrder):
        keys.report(
          "hadronicWidths", "'leading order' is known for a dark scalar alone",
          remedy: "give '{table: FILE}' or 'none'")
      case (.darkScalar, .none):
        keys.report(
          "hadronicWidths", "a dark scalar decays to hadrons, found 'none'",
          remedy: "give '{table: FILE}' or 'leading order'")
      default: break
      }
      let foreign = kind == .darkScalar ? ["scale"] : ["multiMeson", "alphaS"]
      for key in foreign where keys.has(key) {
        keys.report(
          atKey: key, "'\(key)' is no choice of '\(kind.rawValue)'", remedy: "remove it")
      }
    }
    return BosonSettings(
      kind: kind, hadronicWidths: hadrons, multiMeson: multiMeson, alphaS: alphaS, scale: scale,
      quarks: QuarkCouplings(vtb: vtb, vts: vts, topMass: top))
  }
}

private enum HadronsWord: String, Sendable, CaseIterable {
  case leadingOrder = "leading order"
  case none
}

extension SectionReader {
  /// Reads `hadronicWidths`.
  mutating func hadronicWidths() -> BosonSettings.HadronicWidths {
    required(
      "hadronicWidths",
      .either(
        Format<HadronTable>.section.map { BosonSettings.HadronicWidths.table($0.table) },
        if: { $0.isMap },
        else: Format<HadronsWord>.choice().map {
          switch $0 {
          case .leadingOrder: BosonSettings.HadronicWidths.leadingOrder
          case .none: BosonSettings.HadronicWidths.none
          }
        }),
      "Table of matrix elements or widths, '{table: FILE}', 'leading order' of chiral perturbation "
        + "theory, or 'none'")
  }

  /// Reads `multiMeson`.
  mutating func multiMeson() -> Bool {
    value(
      "multiMeson", Format<Bool>.boolean, default: "true",
      "Whether a dark scalar below 2 GeV also decays to four pions and other hadrons")
  }

  /// Reads `alphaS`.
  mutating func strongCoupling() -> BosonSettings.StrongCoupling {
    value(
      "alphaS",
      .either(
        Format<HadronTable>.section.map { BosonSettings.StrongCoupling.table($0.table) },
        if: { $0.isMap },
        else: Format<Double>.number(.init(above: 0, to: 1)).map { .value($0) }),
      default: "0.3", "Strong coupling at the boson's mass above 2 GeV, a number or '{table: FILE}'"
    )
  }
}

/// A table by its path.
struct HadronTable: SettingsSection, Equatable {
  var table: String

  static let sectionName = "theory table"
  static let summary = "Names a table of numbers over the mass."

  static func read(_ keys: inout SectionReader) -> HadronTable {
    HadronTable(
      table: keys.required(
        "table", Format<String>.path,
        "CSV file: a comment with the source, a header with units, masses ascending"))
  }
}
