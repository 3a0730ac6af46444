import Diagnostics
import Expressions
import Settings

/// A search as its pipeline file states it, decoded and checked.
///
/// One field per top-level key; ranges and curves in GeV, luminosities in inverse femtobarn.
public struct Pipeline: Sendable {
  /// Version of the grammar the file was written for.
  public var grammarVersion: Int
  /// Title of the search, shown on the report.
  public var title: String
  /// Seed of every random stream.
  public var seed: UInt64
  /// Whether all inputs are simulated; the report says so.
  public var simulated: Bool
  /// Whether data outside the declared regions stay unread.
  public var blind: Bool
  /// Part of the data, in (0, 1], that may be looked at while `blind`; chosen by event.
  public var unblindFraction: Double?
  /// Path of the ntuple schema, resolved against the pipeline file.
  public var ntuplePath: String
  /// Samples in the order of the file.
  public var samples: [Named<SampleSettings>]
  /// Counts of produced parents, for limits on products of branching fractions.
  public var normalisation: NormalisationSettings?
  /// Disjoint parts of simulated samples; nil: every stage uses whole samples.
  public var split: SplitSettings?
  /// Named numbers for expressions and curves.
  public var constants: [Named<Double>]
  /// Masses in GeV for particle names after `as` in expressions; they override the built-in ones.
  public var massHypotheses: [Named<Double>]
  /// Four-momenta of the beams, if stated.
  public var beams: BeamSettings?
  /// Named control and sideband regions: what may be seen while `blind`.
  public var regions: [Named<RegionSettings>]
  /// What happens to each candidate.
  public var skim: SkimSettings
  /// Control samples, in the order of the file.
  public var controls: [Named<ControlSettings>] = []
  /// Further quantities that the skim keeps: those by whose bins controls correct.
  public var keptQuantities: [ExpressionSource] = []
  /// Named fits, in the order of the file.
  public var fits: [Named<FitSettings>]
  /// The signal as a function of the hypothesis; nil without a scan.
  public var signal: SignalSettings?
  /// The scan over hypotheses; nil if only fits are asked for.
  public var scan: ScanSettings?
  /// What the limits mean for couplings of models, in the order of the file.
  public var interpretations: [Named<InterpretationSettings>]
  /// Where parameters of models are excluded, in the order of the file.
  public var planes: [Named<PlaneSettings>] = []
  /// What is written.
  public var outputs: OutputSettings
  /// How the work is done; never changes a result.
  public var execution: ExecutionSettings

  /// Tables of others that only outputs are made with: curves over figures, numbers of models.
  public var outputTables: [String] {
    (outputs.report?.overlays.map(\.value.file) ?? []) + planes.flatMap(\.value.model.tables)
  }

  /// Part of the data that is looked at while blind; nil where the search is open, or blind whole.
  public var visibleFraction: Double? { blind ? unblindFraction : nil }

  /// Samples of one role, in the order of the file.
  public func samples(role: SampleRole) -> [Named<SampleSettings>] {
    samples.filter { $0.value.role == role }
  }
}

extension Pipeline: SettingsSection {
  /// Newest version of the grammar that this program reads.
  public static let grammarVersion = 1
  /// Name in schema and reference page.
  public static let sectionName = "pipeline"
  /// What it states, in one sentence.
  public static let summary = "States a search, from its input files to its limits and report."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> Pipeline {
    let version = keys.required(
      "nightjar", Format<Int>.integer(), "Version of the grammar, 1")
    let title = keys.required("title", Format<String>.text("a title"), "Title of the search")
    let seed = keys.value(
      "seed", Format<Int>.integer(.notNegative), default: "1", "Seed of every random stream")
    let simulated = keys.value(
      "simulated", Format<Bool>.boolean, default: "false",
      "Whether all inputs are simulated, which the report then says")
    let blind = keys.value(
      "blind", Format<Bool>.boolean, default: "false",
      "Whether selected data outside the regions stay unread")
    let fraction = keys.optional(
      "unblindFraction", Format<Double>.quantity(.fraction, .init(above: 0, to: 1)),
      "Part of the data, chosen by event, that may be seen while blind")
    let ntuple = keys.required("ntuple", Format<String>.path, "Path of the ntuple schema")
    _ = keys.optional(
      "channels", ChannelAxes.format,
      "Axes of channels that the search is repeated for, with attributes of each choice")
    let samples = keys.required(
      "samples", Format<[Named<SampleSettings>]>.entries(of: .section, named: "data"),
      "The samples by name")
    let normalisation = keys.optional(
      "normalisation", Format<NormalisationSettings>.section,
      "Counts of produced parents, for limits on branching products")
    let split = keys.optional(
      "split", Format<SplitSettings>.section, "Disjoint parts of simulated samples")
    let constants = keys.value(
      "constants", Format<[Named<Double>]>.entries(of: .number(), named: "mMu"), default: "{}",
      "Named numbers for expressions and curves")
    let masses = keys.value(
      "massHypotheses", Format<[Named<Double>]>.entries(of: .number(.notNegative), named: "pi"),
      default: "{}",
      "Masses for names after 'as' in expressions, GeV; they override the built-in ones")
    let beams = keys.optional(
      "beams", Format<BeamSettings>.section, "Beams, for the c.m. frame and recoils")
    let regions = keys.value(
      "regions", Format<[Named<RegionSettings>]>.entries(of: .section, named: "sideband"),
      default: "{}", "Named control and sideband regions, seen while blind")
    let skim = keys.value(
      "skim", Format<SkimSettings>.section, default: "{}", "What happens to each candidate")
    let controls = keys.value(
      "controls", Format<[Named<ControlSettings>]>.entries(of: .section, named: "K_S"),
      default: "{}", "Control samples and what the signal gets from them")
    let fits = keys.value(
      "fits", Format<[Named<FitSettings>]>.entries(of: .section, named: "jpsi"), default: "{}",
      "Named fits")
    let signal = keys.optional(
      "signal", Format<SignalSettings>.section, "The signal as a function of the hypothesis")
    let scan = keys.optional("scan", Format<ScanSettings>.section, "The scan over hypotheses")
    let interpretations = keys.value(
      "interpret",
      Format<[Named<AnyInterpretation>]>.entries(of: AnyInterpretation.format, named: "gPrime"),
      default: "{}",
      "Limits turned into limits on couplings of models, or into excluded regions of their parameters"
    )
    let outputs = keys.value(
      "outputs", Format<OutputSettings>.section, default: "{}", "What is written")
    let execution = keys.value(
      "execution", Format<ExecutionSettings>.section, default: "{}", "How the work is done")
    if keys.has("nightjar"), version != grammarVersion, version != 0 {
      keys.report(
        "nightjar", "is version \(version) of the grammar, this program reads version 1",
        remedy: version > grammarVersion ? "use a newer nightjar" : "write 'nightjar: 1'")
    }
    var pipeline = Pipeline(
      grammarVersion: version, title: title, seed: UInt64(seed), simulated: simulated,
      blind: blind, unblindFraction: fraction, ntuplePath: ntuple, samples: samples,
      split: split, constants: constants, massHypotheses: masses, beams: beams, regions: regions,
      skim: skim,
      fits: fits, signal: signal, scan: scan, interpretations: [], outputs: outputs,
      execution: execution)
    pipeline.normalisation = normalisation
    for interpretation in interpretations {
      switch interpretation.value {
      case .coupling(let own): pipeline.interpretations.append(Named(interpretation.name, own))
      case .plane(let own): pipeline.planes.append(Named(interpretation.name, own))
      }
    }
    pipeline.controls = controls
    pipeline.keptQuantities = controls.compactMap {
      $0.value.efficiency == nil ? nil : $0.value.quantity
    }
    return pipeline
  }
}
