import ArgumentParser
import Ntuples
import PipelineSpec
import Platform
import Search
import Settings

/// `nightjar export`: results for other programs, from a summary file alone.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write results for other programs (HEPData, CSV, HS3), or an ntuple as HDF5 columns.",
    discussion: """
      HEPData and CSV need a summary file alone, or the finished run of a pipeline file; their \
      folder appears as a whole or not at all; one that holds files of others is left as it is. HS3 \
      writes the likelihoods of hypotheses with their data from a finished run; RooFit and other \
      programs that know the HEP Statistics Serialization Standard read them, and 'nightjar fit'. \
      --ntuple turns a ROOT file (or any ntuple) into an HDF5 file with one dataset a column.

      Examples:
        nightjar export results/summary.h5 --format hepdata --output submission
        nightjar export search.yaml --run results --format csv --format hepdata
        nightjar export combined.h5 --format hepdata --reaction 'E+ E- --> MU+ MU- X'
        nightjar export search.yaml --run results --format hs3 --mass 1.25
        nightjar export ntuple.root --ntuple --table tree --output ntuple.h5
      """)

  @Argument(
    help: "A summary file, a pipeline file with a finished run, or with --ntuple an ntuple.")
  var source: String

  @Option(help: "Format: hepdata, csv, hs3; may be repeated.")
  var format: [ExportFormat] = []

  @Flag(help: "Write the columns of an ntuple to the HDF5 file --output.")
  var ntuple = false

  @Option(
    help: ArgumentHelp("Ntuple: group, table or tree, if there are several.", valueName: "NAME"))
  var table: String?

  @Option(help: "Ntuple: threads (default: the processors this process may use).")
  var threads: Int?

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

  @Option(
    help: ArgumentHelp(
      "HS3: the hypothesis nearest to this mass in GeV; may be repeated.", valueName: "MASS"))
  var mass: [Double] = []

  @Flag(help: "HS3: every hypothesis that was fitted.")
  var all = false

  @Option(help: ArgumentHelp("HS3: the signal, if the search has several.", valueName: "NAME"))
  var signal: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "HS3: the settings that the run was given; may be repeated.", valueName: "PATH=VALUE"))
  var overrides: [String] = []

  @Option(help: ArgumentHelp("HS3: the input folder that the run was given.", valueName: "DIR"))
  var inputs: String?

  @Flag(help: "No notes; faults are still told.")
  var quiet = false

  private var isPipeline: Bool { source.hasSuffix(".yaml") || source.hasSuffix(".yml") }

  func validate() throws {
    if ntuple {
      guard format.isEmpty else { throw ValidationError("--ntuple: takes no --format") }
      guard output != nil else { throw ValidationError("--ntuple: needs --output FILE.h5") }
      try ThreadOption.validate(threads)
      return
    }
    guard table == nil, threads == nil else {
      throw ValidationError("--table and --threads belong to '--ntuple'")
    }
    guard !format.isEmpty else {
      throw ValidationError("needs --format hepdata, csv or hs3, or --ntuple")
    }
    guard format.contains(.hs3) else {
      if all || !mass.isEmpty || signal != nil {
        throw ValidationError("--mass, --all and --signal belong to '--format hs3'")
      }
      return
    }
    guard isPipeline else {
      throw ValidationError("--format hs3: needs a pipeline file; found '\(source)'")
    }
    guard all == mass.isEmpty else {
      throw ValidationError("--format hs3: give either --mass or --all")
    }
    if let wrong = mass.first(where: { !$0.isFinite }) {
      throw ValidationError("--mass: value is not a mass; found \(wrong)")
    }
  }

  func run() throws {
    try reportingErrors {
      if let output, ntuple { return try writeNtuple(to: output) }
      if format.contains(.hs3) { try writeLikelihoods() }
      guard format.contains(where: { $0 != .hs3 }) else { return }
      let path = try summaryPath()
      var tables = try ExportTables(try SummaryReader(path: path))
      if let comment { tables.submission.comment = comment }
      if !reaction.isEmpty { tables.submission.reactions = reaction }
      if !phrase.isEmpty { tables.submission.phrases = phrase }
      let exporter = Exporter(tables: tables)
      for format in ExportFormat.allCases where format != .hs3 && self.format.contains(format) {
        let folder = self.folder(for: format, beside: path)
        let files = try exporter.write(format, to: folder)
        if !quiet { Terminal.note("\(format.rawValue): \(folder) (\(files) files)") }
      }
    }
  }

  private func writeNtuple(to path: String) throws {
    let file = try NtupleFile.open(path: source, table: table)
    let pool = WorkerPool(threads: ThreadOption.count(threads))
    let outcome = try ConvertNtuple(file: file, pool: pool, stop: StopSignal()).write(to: path)
    guard !quiet else { return }
    for column in outcome.leftOut {
      Terminal.note("'\(column.name)' is left out: \(column.reason)")
    }
    Terminal.note(
      "\(path): \(Progress.grouped(outcome.rows)) rows, \(outcome.columns) columns in group "
        + "'\(ConvertNtuple.group)'")
  }

  private func writeLikelihoods() throws {
    var settings: [SettingsOverride] = []
    for text in overrides {
      guard let override = SettingsOverride(text) else {
        throw ValidationError("--set takes PATH=VALUE, found '\(text)'")
      }
      settings.append(override)
    }
    let loaded = try LoadedPipeline(path: source, overrides: settings, inputs: inputs)
    let path = RunFolderOptions.folder(runFolder, for: source)
    guard AtomicFile.exists(path) else { throw LikelihoodFault.unfinished(folder: path) }
    var run = try RunFolder(
      path: path, loaded: loaded, plan: try loaded.plan(path), threads: 1, stop: StopSignal(),
      quiet: true)
    var tasks = try run.plan.tasks()
    if tasks.allSatisfy({ run.runner.store.verdict(on: $0) == .good }) {
      tasks = try run.resolve(tasks)
    }
    let merges = tasks.filter { $0.recipe.stage == .merge }
    guard run.plan.isResolved, !merges.isEmpty,
      merges.allSatisfy({ run.runner.store.verdict(on: $0) == .good })
    else { throw LikelihoodFault.unfinished(folder: path) }
    let writer = LikelihoodFiles(run, tasks)
    let chosen = try writer.hypotheses(signal: signal, masses: mass, all: all)
    let folder = self.folder(
      for: .hs3, beside: "\(path)/\(loaded.file.pipeline.outputs.summary)")
    let files = try writer.write(chosen, to: folder)
    if !quiet { Terminal.note("hs3: \(folder) (\(files.count) files)") }
  }

  private func folder(for format: ExportFormat, beside summary: String) -> String {
    guard let output else { return Exporter.folder(for: format, beside: summary) }
    return Set(self.format).count > 1 ? "\(output)/\(format.rawValue)" : output
  }

  /// The summary: the argument itself, or that of the run of a pipeline file.
  private func summaryPath() throws -> String {
    guard isPipeline else { return source }
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

/// Writes the tables of a summary in a format of tables.
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
    case .hs3: preconditionFailure("likelihoods are written from a run")
    }
  }
}
