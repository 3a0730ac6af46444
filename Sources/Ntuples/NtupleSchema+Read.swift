import Diagnostics
import Expressions
import Settings

extension NtupleSchema {
  /// Newest version of the grammar that this program reads.
  public static let grammarVersion = 1

  /// Reads a schema file; throws all its faults at once.
  public static func load(path: String) throws(Diagnostics) -> NtupleSchema {
    let file = try SettingsFile<NtupleSchema>(path: path)
    guard file.log.faults.isEmpty else { throw file.log.faults }
    return file.value
  }

  /// Names of columns that files may hold under an alias, best first.
  public func names(of alias: String) -> [String] {
    columns.value(named: alias)?.names ?? [alias]
  }
}

extension NtupleSchema: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "ntuple"
  /// What it states, in one sentence.
  public static let summary = "States what the columns of one kind of ntuple are called and mean."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> NtupleSchema {
    let version = keys.required(
      "nightjarNtuple", Format<Int>.integer(), "Version of the grammar, 1")
    let title = keys.required("title", Format<String>.text("Dimuon pairs"), "What kind of ntuple")
    let table = keys.optional(
      "table", Format<String>.text("events"),
      "Group, dataset or tree inside the files; absent: the only one there")
    let identity = keys.required(
      "identity", Format<[String]>.list(of: .text("run"), count: 0...8, of: "columns"),
      "Columns that together name an event; [] where each row is an event without a name")
    let candidate = keys.optional(
      "candidate", Format<String>.text("candidate"), "Column with the candidate's number")
    let columns = keys.required(
      "columns", Format<[Named<NtupleColumnSettings>]>.entries(of: .column, named: "px1"),
      "The columns by the alias that expressions use")
    let particles = keys.value(
      "particles", Format<[Named<ParticleSettings>]>.entries(of: .section, named: "mu1"),
      default: "{}", "Particles for four-vector functions")
    let schema = NtupleSchema(
      grammarVersion: version, title: title, table: table, identity: identity,
      candidate: candidate, columns: columns, particles: particles)
    if keys.has("nightjarNtuple"), version != grammarVersion, version != 0 {
      keys.report(
        "nightjarNtuple", "is version \(version) of the grammar, this program reads version 1",
        remedy: version > grammarVersion ? "use a newer nightjar" : "write 'nightjarNtuple: 1'")
    }
    guard keys.isClean else { return schema }
    let known = columns.map(\.name)
    func checkAlias(_ name: String, _ key: String) {
      guard !known.contains(name) else { return }
      keys.report(
        key, "names the unknown column '\(name)'",
        remedy: NearestName.suggestion(for: name, among: known) ?? "declare it under 'columns'")
    }
    for (index, name) in identity.enumerated() { checkAlias(name, "identity.\(index)") }
    if let candidate { checkAlias(candidate, "candidate") }
    let lists = Set(columns.filter(\.value.isList).map(\.name))
    let places = identity.indices.map { ("identity.\($0)", identity[$0]) }
    for (key, name) in places + [("candidate", candidate ?? "")] where lists.contains(name) {
      keys.report(
        key, "names the list '\(name)'", remedy: "events are named by columns of one value a row")
    }
    for particle in particles {
      for (component, name) in particle.value.components where !known.contains(name) {
        checkAlias(name, "particles.\(particle.name).\(component)")
      }
    }
    return schema
  }
}

extension Format where Value == NtupleColumnSettings {
  /// A column under its alias; names that are not stated are the alias.
  static var column: Format<NtupleColumnSettings> {
    let section = Format<NtupleColumnSettings>.section
    return Format(shape: section.shape, placeholder: section.placeholder) { node, log in
      guard var decoded = section.decode(node, &log) else { return nil }
      if decoded.value.names.isEmpty {
        let alias = node.path.split(separator: ".", maxSplits: 1).last.map(String.init)
        decoded.value.names = [alias ?? node.path]
      }
      return decoded
    }
  }
}

extension NtupleColumnSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "columns"
  /// What it states, in one sentence.
  public static let summary = "States one column."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> NtupleColumnSettings {
    let names = keys.optional(
      "column", Format<[String]>.oneOrMore(.text("px1")),
      "Name in the files, or a list of them, best first; absent: the alias")
    let kind = keys.required("type", Format<Kind>.choice(), "What the values are")
    let unit = keys.value(
      "unit", Format<String>.text("GeV"), default: "''", "Unit; absent: dimensionless")
    let meaning = keys.required("meaning", Format<String>.text("x component"), "What it means")
    let isRequired = keys.value(
      "required", Format<Bool>.boolean, default: "true", "Whether every file must have it")
    let missing = keys.value(
      "missing", Format<Missing>.missing, default: "NaN",
      "How a missing value is written: NaN, or a number that is read as NaN")
    let isList = keys.value(
      "list", Format<Bool>.boolean, default: "false",
      "Whether a row holds a list of values, as Muon_pt of NanoAOD")
    return NtupleColumnSettings(
      names: names ?? [], kind: kind, unit: unit, meaning: meaning, isRequired: isRequired,
      missing: missing, isList: isList)
  }
}

extension Format where Value == NtupleColumnSettings.Missing {
  /// `NaN` or a number such as −999.
  static var missing: Format<NtupleColumnSettings.Missing> {
    let number = Format<Double>.number().map { NtupleColumnSettings.Missing.value($0) }
    let nan = Format<NotANumber>.choice().map { _ in NtupleColumnSettings.Missing.nan }
    return .either(number, if: { $0.isNumber && $0.number?.isNaN == false }, else: nan)
  }
}

private enum NotANumber: String, Sendable, CaseIterable {
  case nan = "NaN"
  case dotted = ".nan"
}

extension ParticleSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "particles"
  /// What it states, in one sentence.
  public static let summary = "States which columns hold the momentum of a particle."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> ParticleSettings {
    var given: [String: String] = [:]
    let components = [
      ("px", "Column with the x component, GeV"), ("py", "Column with the y component, GeV"),
      ("pz", "Column with the z component, GeV"),
      ("pt", "Column with the transverse momentum, GeV"),
      ("p", "Column with the momentum, GeV"), ("eta", "Column with the pseudorapidity"),
      ("theta", "Column with the polar angle, rad"),
      ("phi", "Column with the azimuth, rad"), ("E", "Column with the energy, GeV"),
      ("m", "Column with the mass, GeV"),
    ]
    for (name, summary) in components {
      given[name] = keys.optional(name, Format<String>.text("px1"), summary)
    }
    let hypothesis = keys.optional(
      "mass", Format<String>.text("mu"), "Name of its mass hypothesis, if no column has E or m")
    let energies = ["E", "m", "mass"].filter { keys.has($0) }
    if keys.isClean, energies.count > 1 {
      keys.report(
        energies[1], "and '\(energies[0])' both fix the energy", remedy: "keep one of them")
    }
    let energy: Particle.Energy =
      if let column = given["E"] {
        .energyColumn(column)
      } else if let column = given["m"] {
        .massColumn(column)
      } else if let hypothesis {
        .hypothesis(hypothesis)
      } else {
        .none
      }
    let stated = ["px", "py", "pz", "pt", "p", "eta", "theta", "phi"].filter { given[$0] != nil }
    let momentum: Particle.Momentum? =
      switch stated {
      case ["px", "py", "pz"]:
        .cartesian(px: given["px"] ?? "", py: given["py"] ?? "", pz: given["pz"] ?? "")
      case ["pt", "eta", "phi"]:
        .pseudorapidity(pt: given["pt"] ?? "", eta: given["eta"] ?? "", phi: given["phi"] ?? "")
      case ["pt", "theta", "phi"]:
        .transverse(pt: given["pt"] ?? "", theta: given["theta"] ?? "", phi: given["phi"] ?? "")
      case ["p", "theta", "phi"]:
        .polar(p: given["p"] ?? "", theta: given["theta"] ?? "", phi: given["phi"] ?? "")
      default: nil
      }
    if keys.isClean, momentum == nil {
      keys.reportWhole(
        "must state one set of momentum components, found \(stated.isEmpty ? "none" : SettingsText.quoted(stated))",
        remedy: "allowed: px py pz, pt eta phi, pt theta phi, p theta phi")
    }
    return ParticleSettings(
      momentum: momentum ?? .cartesian(px: "", py: "", pz: ""), energy: energy)
  }

  /// The columns by the key that states them.
  var components: [(String, String)] {
    let three: [(String, String)] =
      switch momentum {
      case .cartesian(let px, let py, let pz): [("px", px), ("py", py), ("pz", pz)]
      case .pseudorapidity(let pt, let eta, let phi): [("pt", pt), ("eta", eta), ("phi", phi)]
      case .transverse(let pt, let theta, let phi): [("pt", pt), ("theta", theta), ("phi", phi)]
      case .polar(let p, let theta, let phi): [("p", p), ("theta", theta), ("phi", phi)]
      }
    return switch energy {
    case .energyColumn(let name): three + [("E", name)]
    case .massColumn(let name): three + [("m", name)]
    case .hypothesis, .mass, .none: three
    }
  }
}
