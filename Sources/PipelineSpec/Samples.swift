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
  /// Group or dataset inside the files; nil means the one of the ntuple schema.
  public var table: String?
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
