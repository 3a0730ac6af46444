/// Where results come from; nothing in it depends on the machine, the clock or the thread count.
public struct Provenance: Equatable, Sendable {
  /// One input file.
  public struct Input: Equatable, Sendable {
    /// Sample the file belongs to; empty for schemas and tables.
    public var sample: String
    /// Path as written in the pipeline file.
    public var path: String
    /// Size in bytes.
    public var bytes: Int64
    /// Rows (candidates) in the file.
    public var rows: Int64
    /// Digest with its kind in front (`xxh3-128-sampled:…`).
    public var digest: String
    /// What the job that wrote the file told of itself, a line a member; empty if nothing.
    public var job: String

    /// Makes an input file's record.
    public init(
      sample: String, path: String, bytes: Int64, rows: Int64, digest: String, job: String = ""
    ) {
      self.job = job
      self.sample = sample
      self.path = path
      self.bytes = bytes
      self.rows = rows
      self.digest = digest
    }
  }

  /// A name with its text: a version, or a setting given on the command line.
  public struct Entry: Equatable, Sendable {
    /// What it is (`nightjar`, `libhdf5`; `scan.limit.level`).
    public var name: String
    /// Its text (`0.1.0`; `95 %`).
    public var text: String

    /// Makes an entry.
    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// How much of the data outside control regions was looked at.
  public enum Blinding: Equatable, Sendable {
    /// The pipeline is not blind.
    case none
    /// Data rows in signal regions were dropped unseen.
    case blind
    /// The pipeline is blind and was opened with `--unblind`.
    case unblinded
    /// A fraction of the data, in 0...1, was opened.
    case fraction(Double)
  }

  /// Pipeline file's name.
  public var pipelineName: String
  /// Pipeline file's whole text.
  public var pipelineText: String
  /// Settings given by `--set`, in order.
  public var overrides: [Entry]
  /// Input files in the order of samples, then of digests.
  public var inputs: [Input]
  /// Versions of the program, its stages and libraries.
  public var versions: [Entry]
  /// Seed of all random streams.
  public var seed: UInt64
  /// Blinding in force.
  public var blinding: Blinding
  /// Remarks the run wants readers to see, a sentence each.
  public var remarks: [String]

  /// Makes a provenance; empty unless told.
  public init(
    pipelineName: String = "", pipelineText: String = "", overrides: [Entry] = [],
    inputs: [Input] = [], versions: [Entry] = [], seed: UInt64 = 0, blinding: Blinding = .none,
    remarks: [String] = []
  ) {
    self.pipelineName = pipelineName
    self.pipelineText = pipelineText
    self.overrides = overrides
    self.inputs = inputs
    self.versions = versions
    self.seed = seed
    self.blinding = blinding
    self.remarks = remarks
  }
}
