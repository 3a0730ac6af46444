import ArgumentParser
import PipelineSpec
import Platform
import Search

/// `nightjar export`: results for other programs, from a summary file alone.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write results for other programs: a HEPData submission, CSV tables.",
    discussion: """
      From a summary file alone, or from the finished run of a pipeline file; ntuples are not \
      needed. A folder appears as a whole or not at all; one that holds files of others is left as \
      it is.

      Examples:
        nightjar export results/summary.h5 --format hepdata --output submission
        nightjar export search.yaml --run results --format csv --format hepdata
        nightjar export combined.h5 --format hepdata --reaction 'E+ E- --> MU+ MU- X'
      """)

  @Argument(help: "A summary file, or a pipeline file with a finished run.")
  var source: String

  @Option(help: "Format: hepdata, csv; may be repeated.")
  var format: [ExportFormat]

  @Option(
    help: ArgumentHelp(
      "Folder to write; with several formats, one inside for each (default: export/FORMAT beside "
        + "the summary).", valueName: "DIR"))
  var output: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp(
      "Folder of the run, for a pipeline file (default: the pipeline's name with '.output').",
      valueName: "DIR"))
  var runFolder: String?

  @Option(help: "Abstract of a HEPData submission (default: what the pipeline file says).")
  var comment: String?

  @Option(help: "Reaction in HEPData's words; may be repeated (default: the pipeline file's).")
  var reaction: [String] = []

  @Option(help: "Key phrase of HEPData; may be repeated (default: the pipeline file's).")
  var phrase: [String] = []

  @Flag(help: "No notes; faults are still told.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      let path = try summaryPath()
      var tables = try ExportTables(try SummaryReader(path: path))
      if let comment { tables.submission.comment = comment }
      if !reaction.isEmpty { tables.submission.reactions = reaction }
      if !phrase.isEmpty { tables.submission.phrases = phrase }
      let exporter = Exporter(tables: tables)
      for format in ExportFormat.allCases where self.format.contains(format) {
        let folder = self.folder(for: format, beside: path)
        let files = try exporter.write(format, to: folder)
        if !quiet { Terminal.note("\(format.rawValue): \(folder) (\(files) files)") }
      }
    }
  }

  private func folder(for format: ExportFormat, beside summary: String) -> String {
    guard let output else { return Exporter.folder(for: format, beside: summary) }
    return Set(self.format).count > 1 ? "\(output)/\(format.rawValue)" : output
  }

  /// The summary: the argument itself, or that of the run of a pipeline file.
  private func summaryPath() throws -> String {
    guard source.hasSuffix(".yaml") || source.hasSuffix(".yml") else { return source }
    let loaded = try LoadedPipeline(path: source, overrides: [], inputs: nil)
    let folder = RunFolderOptions.folder(runFolder, for: source)
    let path = "\(folder)/\(loaded.file.pipeline.outputs.summary)"
    guard AtomicFile.exists(path) else {
      throw PlatformError.cannotRead(
        path: path, reason: "no such file; run 'nightjar run' first, or name its folder with --run")
    }
    return path
  }
}

extension ExportFormat: ExpressibleByArgument {}

/// Writes the tables of a summary in the formats asked for.
struct Exporter {
  let tables: ExportTables

  /// Where a format goes unless another folder is given.
  static func folder(for format: ExportFormat, beside summary: String) -> String {
    let folder = summary.lastIndex(of: "/").map { String(summary[...$0]) } ?? ""
    return "\(folder)export/\(format.rawValue)"
  }

  /// Writes a format; returns the number of files.
  func write(_ format: ExportFormat, to folder: String) throws -> Int {
    switch format {
    case .hepdata:
      let files = try HEPDataSubmission.files(tables)
      try ExportFolder.write(files, list: HEPDataSubmission.index, to: folder)
      return files.count
    case .csv:
      let files = CSVTables.files(tables)
      try ExportFolder.write(files, list: CSVTables.index, to: folder)
      return files.count
    }
  }
}
