import Settings

/// What a run writes, beside the pipeline file unless a path says otherwise.
public struct OutputSettings: Sendable, Equatable {
  /// Path of the summary file.
  public var summary: String
  /// The report; nil: none.
  public var report: ReportSettings?
}

/// The report and its figures.
public struct ReportSettings: Sendable, Equatable {
  /// Formats of separate figure files.
  public enum FigureFormat: String, Sendable, CaseIterable {
    case pdf, png
  }

  /// Path of the page.
  public var html: String
  /// Separate figure files.
  public var figures: [FigureFormat]
  /// Number of most significant windows shown.
  public var windows: Int
  /// Masses whose window is shown too, GeV.
  public var masses: [Double]
}

/// How the work is done; never changes a result.
public struct ExecutionSettings: Sendable, Equatable {
  /// Where tasks run.
  public enum Executor: String, Sendable, CaseIterable {
    case local
  }

  /// Aimed duration of a task in seconds.
  public var taskSeconds: Double
  /// Number of threads; nil: what the machine offers.
  public var threads: Int?
  /// Memory for the whole process in bytes; nil: no bound stated.
  public var memory: Int64?
  /// Where tasks run.
  public var executor: Executor
}
