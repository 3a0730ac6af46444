import Expressions
import Settings

/// What a sample stands for.
public enum SampleRole: String, Sendable, CaseIterable {
  /// Collision data, or simulation that plays its part: unweighted, fitted, blinded.
  case data
  /// A simulated background process: cut flow and figures.
  case background
  /// A simulated signal: cut flow and figures.
  case signal
}

/// One sample of candidates: its files, role and normalisation.
public struct SampleSettings: Sendable, Equatable {
  /// Paths or patterns (`*`, `?`), resolved against the pipeline file.
  public var files: [String]
  /// What the sample stands for.
  public var role: SampleRole
  /// Integrated luminosity in inverse femtobarn.
  public var luminosity: Double?
  /// Weight of a candidate; nil means one.
  public var weight: ExpressionSource?
  /// Binned tables whose values multiply the weight.
  public var corrections: [Named<CorrectionSettings>] = []
  /// Group or dataset inside the files; nil means the one of the ntuple schema.
  public var table: String?
  /// What a signal sample says of itself; nil where it does not.
  public var truth: SignalTruth?
}

/// What rows of a simulated signal say about their generation.
public struct SignalTruth: Sendable, Equatable {
  /// The generated mass, GeV.
  public var hypothesis: ExpressionSource
  /// Other generated coordinates by name, such as masses of other particles.
  public var coordinates: [Named<ExpressionSource>] = []
  /// Number of events generated at the row's mass, in the row's file.
  public var generated: ExpressionSource
  /// What candidates fulfil that are the signal itself; nil: all of them.
  public var matched: ExpressionSource?
  /// The lifetimes it was generated with, by the names of their particles; one without a name where
  /// there is only one particle.
  public var decays: [Named<GeneratedDecay>] = []
}

/// The lifetimes a signal was generated with, and how long each candidate's particle lived.
public struct GeneratedDecay: Sendable, Equatable {
  /// The proper decay length, cm.
  public var length: ExpressionSource
  /// Generated c τ, cm, ascending; as many events with each, and with each pair of two particles.
  public var lifetimes: [Double]
}

/// Four-momenta (px, py, pz, E) of the beams in the laboratory, GeV.
public struct BeamSettings: Sendable, Equatable {
  /// px, py, pz, E of the electrons.
  public var electron: [Double]
  /// px, py, pz, E of the positrons.
  public var positron: [Double]
}

/// A named region of candidates that may be seen while the search is blind.
public struct RegionSettings: Sendable, Equatable {
  /// What the candidates of the region fulfil.
  public var cut: ExpressionSource
}

extension SampleSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "samples"
  /// What it states, in one sentence.
  public static let summary = "States the files of a sample, its role and its normalisation."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> SampleSettings {
    let files = keys.required(
      "files", Format<[String]>.oneOrMore(.text("inputs/data-*.h5")),
      "Path or pattern with * and ?, or a list of them")
    let role = keys.required(
      "role", Format<SampleRole>.choice(later: ["control"]), "What the sample stands for")
    let luminosity = keys.optional(
      "luminosity", Format<Double>.quantity(.luminosity, .positive), "Integrated luminosity")
    let weight = keys.optional(
      "weight", Format<ExpressionSource>.expression,
      "Weight of a simulated candidate; data are unweighted")
    let table = keys.optional(
      "table", Format<String>.text("events"),
      "Group or dataset inside the files, if not the one of the ntuple schema")
    keys.later("ntuple", Format<String>.path, "Its own ntuple schema")
    keys.channels()
    let hypothesis = keys.optional(
      "hypothesis", hypothesis,
      "The generated mass of a signal's rows, GeV; or a map of 'mass' and other generated coordinates, "
        + "which form a grid")
    let generated = keys.optional(
      "generated", Format<ExpressionSource>.expression,
      "Number of events generated at the row's mass, in the row's file")
    let matched = keys.optional(
      "matched", Format<ExpressionSource>.expression,
      "What candidates fulfil that are the signal itself; absent: all of them")
    let length = keys.optional(
      "decayLength", .oneOrNamed(Format<ExpressionSource>.expression, named: "higgs"),
      "True proper decay length of a signal's long-lived particle, cm; or one for each of several "
        + "particles by name")
    let lifetimes = keys.optional(
      "lifetimes",
      .oneOrNamed(
        Format<[Double]>.list(of: .number(.positive), count: 1...1000), named: "higgs"),
      "c·τ with which it was generated, cm, as many events with each; reweighted to those tested. Of "
        + "several particles by name: as many events with each combination")
    keys.later("events", Format<Void>.measured, "Normalisation by a number of events")
    let corrections = keys.value(
      "corrections", Format<[Named<CorrectionSettings>]>.entries(of: .section, named: "tracking"),
      default: "{}", "Binned tables whose values multiply the weight of a simulated candidate")
    if keys.isClean, role == .data {
      for key in ["weight", "corrections"]
      where key == "weight" ? weight != nil : !corrections.isEmpty {
        keys.report(
          key, "is stated for a sample of role data; data are unweighted",
          remedy: "remove it, or use role background for simulation")
      }
    }
    if keys.isClean {
      if role != .signal {
        for key in ["hypothesis", "generated", "matched", "decayLength", "lifetimes"]
        where keys.has(key) {
          keys.report(
            atKey: key, "'\(key)' belongs to a signal, found with role \(role.rawValue)",
            remedy: "remove it, or use role signal")
        }
      }
      if (hypothesis == nil) != (generated == nil) {
        keys.reportMissing(
          hypothesis == nil ? "hypothesis" : "generated",
          "a signal states its generated mass and the number of generated events")
      }
    }
    if keys.isClean, (length == nil) != (lifetimes == nil) {
      keys.reportMissing(
        length == nil ? "decayLength" : "lifetimes",
        "lifetimes are reweighted by decay lengths and what they were generated with")
    }
    if keys.isClean, let length, let lifetimes, length.map(\.name) != lifetimes.map(\.name) {
      let isAlone = length.map(\.name) == [""]
      keys.report(
        isAlone ? "decayLength" : "lifetimes",
        "must name the same particles as '\(isAlone ? "lifetimes" : "decayLength")', in the same order"
      )
    }
    let decays = (length ?? []).compactMap { length in
      lifetimes?.value(named: length.name).map {
        Named(length.name, GeneratedDecay(length: length.value, lifetimes: $0.sorted()))
      }
    }
    let truth = hypothesis.flatMap { hypothesis in
      generated.map {
        SignalTruth(
          hypothesis: hypothesis.value(named: "mass") ?? .missing,
          coordinates: hypothesis.filter { $0.name != "mass" }, generated: $0, matched: matched,
          decays: decays)
      }
    }
    return SampleSettings(
      files: files, role: role, luminosity: luminosity, weight: weight, corrections: corrections,
      table: table, truth: truth)
  }

  private static var hypothesis: Format<[Named<ExpressionSource>]> {
    Format<[Named<ExpressionSource>]>.oneOrNamed(.expression, named: "chi1Mass", alone: "mass")
      .checked { coordinates, _ in
        coordinates.contains { $0.name == "mass" }
          ? nil : ("must state the coordinate 'mass'", nil)
      }
  }
}

extension BeamSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "beams"
  /// What it states, in one sentence.
  public static let summary = "States the four-momenta of the beams in the laboratory."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> BeamSettings {
    let beam = Format<[Double]>.list(of: .number(), count: 4...4, of: "numbers, [px, py, pz, E]")
    return BeamSettings(
      electron: keys.required("electron", beam, "[px, py, pz, E] of the electrons, GeV"),
      positron: keys.required("positron", beam, "[px, py, pz, E] of the positrons, GeV"))
  }
}

extension RegionSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "regions"
  /// What it states, in one sentence.
  public static let summary = "Names candidates that may be seen while the search is blind."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> RegionSettings {
    RegionSettings(
      cut: keys.required(
        "cut", Format<ExpressionSource>.expression, "What the candidates of the region fulfil"))
  }
}
