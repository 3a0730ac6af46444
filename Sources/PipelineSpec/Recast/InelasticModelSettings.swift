import Expressions
import Settings
import Theory

/// A dark Higgs boson h' beside a dark photon A' that decays to χ₁ and χ₂: the point of the dark sector.
public struct InelasticModelSettings: Sendable, Equatable {
  /// What is scanned.
  public enum Parameter: String, Sendable, CaseIterable {
    /// Mixing of h' with the Higgs boson: its lifetime.
    case sinTheta
    /// Kinetic mixing: the cross section, and the lifetime of χ₂.
    case epsilon
    /// ε² α_D (m(χ₁)/m(A'))⁴.
    case y
    /// σ(e⁺e⁻ → h' χ₁ χ₂) × B(χ₂ → χ₁ e⁺e⁻), in the unit of the limits, lifetimes stated.
    case crossSection
    /// The same times the branching fraction of h', one for all channels.
    case product

    /// Name in figures.
    public var label: String {
      switch self {
      case .sinTheta: "sin θ"
      case .epsilon: "ε"
      case .y: "y = ε² α_D (m(χ₁)/m(A'))⁴"
      case .crossSection: "σ(h'χ₁χ₂) × B(χ₂ → χ₁ee)"
      case .product: "σ × B × B"
      }
    }

    /// Whether it is a rate, with stated lifetimes.
    public var isRate: Bool { self == .crossSection || self == .product }
  }

  /// Name of the model.
  public static let name = "dark Higgs inelastic"
  /// Names of the particles whose lifetimes the signal must have.
  public static let particles = ["higgs", "chi2"]
  /// Names that coordinates of the signal may have: GeV, or ratios to the mass of χ₁.
  public static let coordinates = [
    "chi1Mass", "darkPhotonMass", "splitting", "darkPhotonRatio", "splittingRatio",
  ]

  /// What is scanned.
  public var parameter: Parameter
  /// Decays of h', by sin θ = 1.
  public var higgs: BosonSettings
  /// Table of R for decays of χ₂ to hadrons, resolved against the file; nil: charged leptons alone.
  public var hadronRatio: String?
  /// Masses of χ₁, GeV: one, or the horizontal axis.
  public var chi1Masses: [Double]
  /// Mass of h', GeV, where masses of χ₁ are the axis; nil: those of the hypotheses.
  public var higgsMass: Double?
  /// m(A')/m(χ₁).
  public var darkPhotonRatio: Double
  /// Δm/m(χ₁).
  public var splittingRatio: Double
  /// α_D.
  public var alphaD: Double
  /// Charge of the dark Higgs field in units of that of χ.
  public var higgsCharge: Double
  /// sin θ, where it is not scanned.
  public var sinTheta: Double?
  /// ε, where neither it nor y is scanned.
  public var epsilon: Double?
  /// Stated c τ of h' and χ₂, cm, where a rate is scanned.
  public var lifetimes: [Double]
  /// Energy of the beams in their rest frame, GeV; nil: that of 'beams'.
  public var sqrtS: Double?
}

/// Regions of the dark sector of a dark Higgs boson.
struct InelasticPlane: SettingsSection {
  var plane: PlaneSettings

  static let sectionName = "interpret (dark Higgs boson with inelastic dark matter)"
  static let summary =
    "Finds where a dark Higgs boson beside a dark photon that decays to χ₁ and χ₂ is excluded by all channels."

  private enum Model: String, Sendable, CaseIterable {
    case inelastic = "dark Higgs inelastic"
  }

  static func read(_ keys: inout SectionReader) -> InelasticPlane {
    _ = keys.required("model", Format<Model>.choice(), "Name of the model")
    let hadrons = keys.hadronicWidths()
    let multiMeson = keys.multiMeson()
    let alphaS = keys.strongCoupling()
    let ratio = keys.optional(
      "hadronRatio", Format<HadronTable>.section,
      "Table of R = σ(e⁺e⁻ → hadrons)/σ(e⁺e⁻ → μ⁺μ⁻) for decays of χ₂ to hadrons; absent: none")
    let at = keys.required(
      "at",
      Format<[Named<ParameterRange>]>.entries(of: .section, named: "sinTheta").checked {
        axes, _ in
        axes.count == 1 ? nil : ("must state one parameter, found \(axes.count)", nil)
      }, "Values of the scanned parameter: sinTheta, epsilon, y, crossSection or product")
    let point = keys.required(
      "parameters", Format<DarkSector>.section, "The rest of the dark sector")
    let (combination, separate) = keys.combination()
    let sqrtS = keys.optional(
      "sqrtS", Format<Double>.quantity(.mass, .positive),
      "Energy of the beams in their rest frame; absent: from 'beams'")
    keys.channels()
    let parameter = InelasticModelSettings.Parameter(rawValue: at.first?.name ?? "")
    if keys.isClean {
      if let parameter {
        point.check(&keys, parameter)
      } else {
        let known = InelasticModelSettings.Parameter.allCases.map(\.rawValue)
        keys.report(
          "at",
          "names '\(at.first?.name ?? "")'; parameters of the model: "
            + SettingsText.quoted(known))
      }
      if hadrons == .none {
        keys.report(
          "hadronicWidths", "h' decays to hadrons, found 'none'",
          remedy: "give '{table: FILE}' or 'leading order'")
      }
    }
    let chi1 = point.chi1Masses.isEmpty ? [1] : point.chi1Masses
    let epsilon =
      point.epsilon
      ?? point.y.map {
        InelasticDarkMatter.kineticMixing(
          y: $0, alphaD: point.alphaD ?? 1, massRatio: 1 / (point.darkPhotonRatio ?? 1))
      }
    let model = InelasticModelSettings(
      parameter: parameter ?? .sinTheta,
      higgs: BosonSettings(
        kind: .darkScalar, hadronicWidths: hadrons, multiMeson: multiMeson, alphaS: alphaS,
        scale: 1000, quarks: QuarkCouplings(vtb: 0.99915, vts: 0.0404, topMass: 172.76)),
      hadronRatio: ratio?.table, chi1Masses: chi1, higgsMass: point.higgsMass,
      darkPhotonRatio: point.darkPhotonRatio ?? .nan, splittingRatio: point.splittingRatio ?? .nan,
      alphaD: point.alphaD ?? .nan, higgsCharge: point.higgsCharge, sinTheta: point.sinTheta,
      epsilon: epsilon,
      lifetimes: [point.higgsLifetime, point.chi2Lifetime].compactMap { $0 }, sqrtS: sqrtS)
    let range = at.first?.value ?? ParameterRange(range: 1...1, perDecade: 100)
    return InelasticPlane(
      plane: PlaneSettings(
        model: .inelastic(model), range: range.range, perDecade: range.perDecade,
        combination: combination, separate: separate, location: keys.location))
  }
}

/// The point of the dark sector as it stands in a file.
private struct DarkSector: SettingsSection {
  static let sectionName = "interpret.parameters"
  static let summary = "States the parameters that are not scanned."

  var chi1Masses: [Double]
  var higgsMass, darkPhotonRatio, splittingRatio, alphaD: Double?
  var higgsCharge: Double
  var sinTheta, epsilon, y, higgsLifetime, chi2Lifetime: Double?

  static func read(_ keys: inout SectionReader) -> Self {
    let positive = Format<Double>.number(.positive)
    return Self(
      chi1Masses: keys.required(
        "chi1Mass",
        .either(
          .list(of: positive, count: 2...1000), if: { $0.isList }, else: positive.map { [$0] }),
        "Mass of χ₁, GeV; a list is the horizontal axis, ascending, 'higgsMass' is then stated"),
      higgsMass: keys.optional(
        "higgsMass", positive, "Mass of h', GeV, with a list of masses of χ₁"),
      darkPhotonRatio: keys.optional("darkPhotonRatio", positive, "m(A')/m(χ₁)"),
      splittingRatio: keys.optional("splittingRatio", positive, "(m(χ₂) − m(χ₁))/m(χ₁)"),
      alphaD: keys.optional("alphaD", positive, "α_D = g_D²/4π"),
      higgsCharge: keys.value(
        "higgsCharge", positive, default: "2",
        "Charge of the dark Higgs field in units of that of χ: 2 where it splits χ, 1 in dark Higgs-strahlung"
      ),
      sinTheta: keys.optional("sinTheta", positive, "sin θ, where it is not scanned"),
      epsilon: keys.optional("epsilon", positive, "ε, where neither it nor y is scanned"),
      y: keys.optional("y", positive, "y in place of ε"),
      higgsLifetime: keys.optional(
        "higgsLifetime", positive, "c·τ of h', cm, where a rate is scanned"),
      chi2Lifetime: keys.optional(
        "chi2Lifetime", positive, "c·τ of χ₂, cm, where a rate is scanned"))
  }

  /// Checks that all that is not scanned is stated, and nothing else.
  func check(_ keys: inout SectionReader, _ parameter: InelasticModelSettings.Parameter) {
    let isRate = parameter.isRate
    let scanned = parameter.rawValue
    let wantsMixing = !isRate && parameter != .epsilon && parameter != .y
    let stated: [(String, Double?, Bool)] = [
      ("darkPhotonRatio", darkPhotonRatio, true), ("splittingRatio", splittingRatio, true),
      ("alphaD", alphaD, !isRate), ("sinTheta", sinTheta, !isRate && parameter != .sinTheta),
      ("higgsLifetime", higgsLifetime, isRate), ("chi2Lifetime", chi2Lifetime, isRate),
      ("higgsMass", higgsMass, chi1Masses.count > 1),
    ]
    for (name, value, isWanted) in stated {
      if isWanted, value == nil {
        keys.report("parameters", "must state '\(name)' where '\(scanned)' is scanned")
      } else if !isWanted, value != nil {
        keys.report(
          "parameters", "states '\(name)', which has no meaning where '\(scanned)' is scanned",
          remedy: name == "higgsMass" ? "state a list of 'chi1Mass', or remove it" : "remove it")
      }
    }
    let mixings = [epsilon, y].compactMap { $0 }.count
    if wantsMixing, mixings != 1 {
      keys.report("parameters", "must state one of 'epsilon' and 'y', found \(mixings)")
    } else if !wantsMixing, mixings > 0 {
      keys.report(
        "parameters",
        "states '\(epsilon == nil ? "y" : "epsilon")', which has no meaning where '\(scanned)' is scanned",
        remedy: "remove it")
    }
    if zip(chi1Masses, chi1Masses.dropFirst()).contains(where: { $0 >= $1 }) {
      keys.report("parameters", "must state masses of χ₁ that ascend")
    }
    if let ratio = darkPhotonRatio, let splitting = splittingRatio, ratio <= 2 + splitting {
      keys.report(
        "parameters",
        "close A' → χ₁ χ₂: 'darkPhotonRatio' is \(ratio), 2 + 'splittingRatio' \(2 + splitting)")
    }
  }
}
