import Diagnostics
import Settings

/// Where a model's parameter is excluded over the mass, by the limits or likelihoods of channels.
public struct PlaneSettings: Sendable, Equatable {
  /// How channels are joined.
  public enum Combination: String, Sendable, CaseIterable {
    /// One fit with a common strength; excluded where its upper limit is below 1.
    case likelihoods
    /// The channel with the largest rate over limit.
    case best
    /// The sum of rate over limit: exact without background.
    case sum = "background-free sum"
  }

  /// The model; tables resolved against the pipeline file.
  public var model: PlaneModelSettings
  /// Range of the model's parameter.
  public var range: ClosedRange<Double>
  /// Steps per decade of the first look.
  public var perDecade: Int
  /// How channels are joined.
  public var combination: Combination
  /// Nuisance parameters that channels do not share although they have one name.
  public var separate: [String]
  /// Where it stands, for faults of its tables.
  public var location: SourceLocation

  /// Compares all but the place.
  public static func == (left: PlaneSettings, right: PlaneSettings) -> Bool {
    left.model == right.model && left.range == right.range && left.perDecade == right.perDecade
      && left.combination == right.combination && left.separate == right.separate
  }
}

extension PlaneSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "interpret (regions)"
  /// What it states, in one sentence.
  public static let summary =
    "Finds where a model with lifetimes is excluded by all channels that it stands in."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> PlaneSettings {
    let model = BosonSettings.read(&keys)
    let range = keys.scannedParameter(of: model.kind)
    let (combination, separate) = keys.combination()
    keys.channels()
    return PlaneSettings(
      model: .boson(model), range: range.range, perDecade: range.perDecade,
      combination: combination,
      separate: separate, location: keys.location)
  }
}

/// A model with its parameters.
public enum PlaneModelSettings: Sendable, Equatable {
  /// A light boson in B → K X.
  case boson(BosonSettings)
  /// A dark Higgs boson with inelastic dark matter.
  case inelastic(InelasticModelSettings)

  /// Name of the model.
  public var name: String {
    switch self {
    case .boson(let boson): boson.kind.rawValue
    case .inelastic: InelasticModelSettings.name
    }
  }

  /// Name of the scanned parameter.
  public var parameter: String {
    switch self {
    case .boson(let boson): boson.kind.parameter
    case .inelastic(let model): model.parameter.rawValue
    }
  }

  /// Name of the parameter in figures.
  public var label: String {
    switch self {
    case .boson(let boson): boson.kind.label
    case .inelastic(let model): model.parameter.label
    }
  }

  /// Paths of all tables.
  public var tables: [String] {
    switch self {
    case .boson(let boson): boson.tables
    case .inelastic(let model): model.higgs.tables + [model.hadronRatio].compactMap { $0 }
    }
  }

  /// Changes the paths of all tables.
  public mutating func resolveTables(_ resolved: (String) -> String) {
    switch self {
    case .boson(var boson):
      boson.resolveTables(resolved)
      self = .boson(boson)
    case .inelastic(var model):
      model.higgs.resolveTables(resolved)
      model.hadronRatio = model.hadronRatio.map(resolved)
      self = .inelastic(model)
    }
  }
}

extension SectionReader {
  /// Reads `combine` and `separate`.
  mutating func combination() -> (PlaneSettings.Combination, separate: [String]) {
    let combination = value(
      "combine", Format<PlaneSettings.Combination>.choice(), default: "likelihoods",
      "How channels are joined: one fit (of counts their product) with a common strength, the best of "
        + "them at each point, or the sum of rate over limit")
    let separate = value(
      "separate", Format<[String]>.list(of: .text("a systematic")), default: "[]",
      "Systematics that are independent in each channel although they have one name")
    if isClean, combination != .likelihoods, !separate.isEmpty {
      report("separate", "has a meaning only with 'combine: likelihoods'", remedy: "remove it")
    }
    return (combination, separate)
  }

  /// Reads `at`, the range of a model's parameter.
  mutating func scannedParameter(of kind: BosonSettings.Kind) -> ParameterRange {
    let at = required(
      "at",
      Format<[Named<ParameterRange>]>.entries(of: .section, named: "sinTheta").checked {
        axes, _ in
        axes.count == 1 ? nil : ("must state one parameter, found \(axes.count)", nil)
      }, "Values of the model's parameter, sinTheta or gY")
    if isClean, let axis = at.first, axis.name != kind.parameter {
      report(
        "at", "the parameter of '\(kind.rawValue)' is '\(kind.parameter)', found '\(axis.name)'",
        remedy: "write '\(kind.parameter): …'")
    }
    return at.first?.value ?? ParameterRange(range: 1...1, perDecade: 100)
  }
}

/// What limits mean for a model: a coupling at each limit, or a region of a parameter.
enum AnyInterpretation: Sendable {
  case coupling(InterpretationSettings)
  case plane(PlaneSettings)

  /// The kind by the model's name; what states values of a parameter is a region.
  static var format: Format<AnyInterpretation> {
    .either(
      Format<InelasticPlane>.section.map { .plane($0.plane) },
      if: {
        $0.entry("model")?.scalarText == InelasticModelSettings.name
          || $0.entry("parameters") != nil
      },
      else: .either(
        Format<PlaneSettings>.section.map { .plane($0) },
        if: { node in
          let model = node.entry("model")?.scalarText ?? ""
          return BosonSettings.Kind(rawValue: model) != nil || node.entry("at") != nil
        }, else: Format<InterpretationSettings>.section.map { .coupling($0) }))
  }
}
