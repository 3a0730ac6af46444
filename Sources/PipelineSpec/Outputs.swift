import Settings

/// What a run writes, beside the pipeline file unless a path says otherwise.
public struct OutputSettings: Sendable, Equatable {
  /// Path of the summary file.
  public var summary: String
  /// The report; nil: none.
  public var report: ReportSettings?
  /// Formats for other programs, beside the summary.
  public var export: [ExportFormat]
  /// What a HEPData submission says beyond the results.
  public var hepdata: HEPDataSettings
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
  /// Words for axes by the name of a quantity.
  public var labels: [Named<String>]
  /// Curves of others drawn over limits.
  public var overlays: [Named<OverlaySettings>]
}

/// How the work is done; never changes a result.
public struct ExecutionSettings: Sendable, Equatable {
  /// Where tasks run.
  public enum Executor: String, Sendable, CaseIterable {
    case local, slurm, htcondor, lsf
  }

  /// Aimed duration of a task in seconds.
  public var taskSeconds: Double
  /// Rows that a thread reads and selects at once; raised to whole blocks and chunks of the file.
  public var chunkRows: Int
  /// Number of threads; nil: what the machine offers.
  public var threads: Int?
  /// Memory for the whole process in bytes; nil: no bound stated.
  public var memory: Int64?
  /// Where tasks run.
  public var executor: Executor
  /// What a batch system is asked for.
  public var batch: BatchSettings
}

extension OutputSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "outputs"
  /// What it states, in one sentence.
  public static let summary = "States what a run writes into its output folder."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> OutputSettings {
    let summary = keys.value(
      "summary", Format<String>.path, default: "summary.h5", "File with all results")
    let report = keys.optional("report", Format<ReportSettings>.section, "The report")
    let export = keys.value(
      "export", Format<[ExportFormat]>.list(of: .choice()), default: "[]",
      "Formats for other programs, written into the folder 'export' beside the summary; hs3: the "
        + "likelihoods of the hypotheses whose windows the report shows")
    let hepdata = keys.value(
      "hepdata", Format<HEPDataSettings>.section, default: "{}",
      "What a HEPData submission says beyond the results")
    return OutputSettings(summary: summary, report: report, export: export, hepdata: hepdata)
  }
}

extension ReportSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "outputs.report"
  /// What it states, in one sentence.
  public static let summary = "States the report and its figures."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> ReportSettings {
    let html = keys.value(
      "html", Format<String>.path, default: "report.html", "File of the page")
    let figures = keys.value(
      "figures", Format<[FigureFormat]>.list(of: .choice()), default: "[]",
      "Formats of separate figure files")
    let windows = keys.value(
      "windows", Format<Int>.integer(.init(from: 0, to: 100)), default: "6",
      "Number of most significant windows shown")
    let masses = keys.value(
      "masses", Format<[Double]>.list(of: .number(.notNegative)), default: "[]",
      "Masses whose nearest window is shown too, GeV")
    let labels = keys.value(
      "labels", Format<[Named<String>]>.entries(of: .text("m(μ⁺μ⁻)"), named: "pairMass"),
      default: "{}", "How quantities are called on axes; absent: by their name")
    let overlays = keys.value(
      "overlay",
      Format<[Named<OverlaySettings>]>.entries(of: OverlaySettings.format, named: "BaBar 2016"),
      default: "{}", "Curves of others drawn over limits; their names are in the legend")
    return ReportSettings(
      html: html, figures: figures, windows: windows, masses: masses, labels: labels,
      overlays: overlays)
  }
}

extension ExecutionSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "execution"
  /// What it states, in one sentence.
  public static let summary = "States how the work is done; it never changes a result."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> ExecutionSettings {
    let seconds = keys.value(
      "taskSeconds", Format<Double>.number(.positive), default: "60",
      "Aimed duration of a task, seconds")
    let chunkRows = keys.value(
      "chunkRows", Format<Int>.integer(.init(from: 1, to: 4_194_304)), default: "65536",
      "Rows that a thread reads at once, raised to a multiple of 4096 and to a chunk of the file")
    let threads = keys.optional(
      "threads", Format<Int>.integer(.init(from: 1, to: 4096)),
      "Number of threads; absent: what the machine offers")
    let memory = keys.optional(
      "memory", Format<Double>.quantity(.memory, .positive), "Memory of the process")
    let executor = keys.value(
      "executor", Format<Executor>.choice(), default: "local", "Where tasks run")
    let batch = keys.value(
      "batch", Format<BatchSettings>.section, default: "{}", "What a batch system is asked for")
    return ExecutionSettings(
      taskSeconds: seconds, chunkRows: chunkRows, threads: threads,
      memory: memory.map { Int64($0) },
      executor: executor, batch: batch)
  }
}
