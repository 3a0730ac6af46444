/// Everything the outputs of one search show: the summary file and the report are pure functions of it.
///
/// Absent parts are empty arrays or `nil`; a report can be made of any of them, even of none.
public struct SearchResults: Equatable, Sendable {
  /// Title as the pipeline file gives it.
  public var title: String
  /// True where the "data" are simulated; every output then says so.
  public var isSimulated: Bool
  /// Energy of the beams in their rest frame, GeV; nil where the pipeline file states no beams.
  public var sqrtS: Double?
  /// What a HEPData submission says beyond the results; nil where nothing is said.
  public var submission: SubmissionText?
  /// What was put in: pipeline, inputs, versions, seed, overrides, blinding.
  public var provenance: Provenance
  /// Samples in the order of the pipeline file.
  public var samples: [SampleSummary]
  /// One cut flow per sample, in the order of `samples`.
  public var cutFlows: [CutFlow]
  /// The observable's whole spectrum after selection, one a channel.
  public var spectra: [Spectrum]
  /// Distributions of data beside simulation, in the order of the pipeline file.
  public var comparisons: [Comparison]
  /// What moving the binned tables of a systematic does to each sample.
  public var weightShifts: [WeightShift]
  /// Named fits in the order of the pipeline file.
  public var namedFits: [NamedFit]
  /// Control samples, in the order of the pipeline file; channels share those that are the same.
  public var controls: [ControlMeasurement] = []
  /// Signals measured on simulation, in the order of the pipeline file.
  public var signals: [SignalResults]
  /// Cuts on scores, in the order of the pipeline file.
  public var workingPoints: [WorkingPointResults]
  /// Scans over mass hypotheses, one a signal in the order of the pipeline file.
  public var scans: [ScanResults]
  /// What the limits mean for models, in the order of the pipeline file.
  public var interpretations: [Interpretation]
  /// Where parameters of models are excluded, in the order of the pipeline file.
  public var planes: [ExcludedRegion] = []
  /// What was combined, where the scan is a combination of others.
  public var combination: CombinationRecord?

  /// Makes results with a title and nothing in them.
  public init(title: String, isSimulated: Bool = false, provenance: Provenance = Provenance()) {
    self.title = title
    self.isSimulated = isSimulated
    sqrtS = nil
    submission = nil
    self.provenance = provenance
    samples = []
    cutFlows = []
    spectra = []
    comparisons = []
    weightShifts = []
    namedFits = []
    signals = []
    workingPoints = []
    scans = []
    interpretations = []
    combination = nil
  }
}

extension SearchResults {
  /// Luminosity of the data in fb⁻¹; channels look at the same collisions, so that the largest counts.
  package var dataLuminosity: Double {
    let data = samples.filter { $0.role == .data }
    let own = Dictionary(grouping: data, by: \.channel).mapValues {
      $0.compactMap(\.luminosity).reduce(0, +)
    }
    return own.values.max() ?? 0
  }
}

/// What a HEPData submission says beyond the results.
public struct SubmissionText: Equatable, Sendable {
  /// Abstract; empty: the title.
  public var comment: String
  /// Reactions in HEPData's words (`E+ E- --> MU+ MU- X`).
  public var reactions: [String]
  /// Further key phrases.
  public var phrases: [String]

  /// Makes a text.
  public init(comment: String = "", reactions: [String] = [], phrases: [String] = []) {
    self.comment = comment
    self.reactions = reactions
    self.phrases = phrases
  }
}

/// A quantity as outputs name it.
public struct Quantity: Equatable, Sendable, Codable {
  /// Name in files, as in the pipeline file (`pairMass`).
  public var name: String
  /// Words for axes and tables (`Dimuon mass`); the name where the user gave none.
  public var label: String
  /// Unit as text (`GeV`); empty for pure numbers.
  public var unit: String

  /// Makes a quantity; the label is the name unless given.
  public init(name: String, label: String? = nil, unit: String = "") {
    self.name = name
    self.label = label ?? name
    self.unit = unit
  }

  /// Label with the unit in square brackets, as axes are titled.
  public var axisTitle: String { unit.isEmpty ? label : "\(label) [\(unit)]" }
}

/// A range of the observable that has a name: a veto or an excluded range.
public struct NamedRange: Equatable, Sendable, Codable {
  /// Name of the veto.
  public var name: String
  /// Lower edge, in the observable's unit.
  public var low: Double
  /// Upper edge, in the observable's unit.
  public var high: Double

  /// Makes a named range.
  public init(name: String, low: Double, high: Double) {
    self.name = name
    self.low = low
    self.high = high
  }
}
