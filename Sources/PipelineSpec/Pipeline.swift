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
  /// Named fits, in the order of the file.
  public var fits: [Named<FitSettings>]
  /// The signal as a function of the hypothesis; nil without a scan.
  public var signal: SignalSettings?
  /// The scan over hypotheses; nil if only fits are asked for.
  public var scan: ScanSettings?
  /// What is written.
  public var outputs: OutputSettings
  /// How the work is done; never changes a result.
  public var execution: ExecutionSettings

  /// Samples of one role, in the order of the file.
  public func samples(role: SampleRole) -> [Named<SampleSettings>] {
    samples.filter { $0.value.role == role }
  }
}
