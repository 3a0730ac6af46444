import ArgumentParser
import Platform
import Search
import Settings

/// `nightjar interpret`: tables of limits turned into regions of model parameters.
struct InterpretTables: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpret",
    abstract: "Turn tables of limits over mass and lifetime into excluded regions of models.",
    discussion: """
      Needs no ntuples: published tables, or those that 'export' wrote, a settings file that says \
      which decay each is about, and the models. Writes a CSV table and a figure a model, and one \
      HDF5 file. A region is closed from above where the boson decays too early; an edge at the \
      end of the scan or of what is known is said to be that.

      Examples:
        nightjar interpret Pipelines/bks/recast/belle2-2023.yaml --inputs tables --output regions
        nightjar interpret recast.yaml --set interpret.darkScalar.alphaS=0.35
      """)

  @Argument(help: "The settings file.")
  var file: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Another value for a setting; may be repeated.", valueName: "PATH=VALUE"))
  var overrides: [String] = []

  @Option(
    help: ArgumentHelp(
      "Folder that relative paths of tables start from (default: the settings file's).",
      valueName: "DIR"))
  var inputs: String?

  @Option(
    help: ArgumentHelp(
      "Folder for the results (default: the file's name with '.output').", valueName: "DIR"))
  var output: String?

  @Option(help: "Threads (default: the processors this process may use).")
  var threads: Int?

  @Flag(help: "No notes; faults are still told.")
  var quiet = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    try reportingErrors {
      let settings = try overrides.map { text in
        guard let override = SettingsOverride(text) else {
          throw ValidationError("--set takes PATH=VALUE, found '\(text)'")
        }
        return override
      }
      let recast = try Recast(path: file, overrides: settings, inputs: inputs)
      let pool = WorkerPool(threads: threads ?? ProcessorCount.available())
      let regions = try recast.regions(pool: pool)
      let folder = RunFolderOptions.folder(output, for: file)
      let (title, level) = (recast.settings.title, recast.settings.level)
      try AtomicFile.createFolder(folder)
      let image = try RecastOutput.hdf5(regions, title: title, level: level)
      try AtomicFile.write(image, to: "\(folder)/regions.h5")
      var figures: [Figure] = []
      for region in regions {
        try AtomicFile.write(
          Array(RecastOutput.csv(region).utf8), to: "\(folder)/\(region.fileName).csv")
        if let figure = Figure.region(region, title: title, level: level, name: region.fileName) {
          figures.append(figure)
        }
      }
      let rendered = FigureRenderer.render(figures, formats: [.pdf, .png], pool: pool)
      for picture in rendered.pictures {
        try AtomicFile.write(picture.bytes, to: "\(folder)/\(picture.fileName)")
      }
      guard !quiet else { return }
      for region in regions {
        let excluded = region.points.count { !$0.islands.isEmpty }
        let unknown = region.points.count { !$0.isKnown }
        Terminal.note(
          "\(region.name): \(excluded) of \(region.points.count) masses have an excluded region"
            + (unknown > 0 ? "; the model's tables do not reach \(unknown)" : ""))
      }
      for problem in rendered.problems { Terminal.note(problem) }
      Terminal.note("results: \(folder)")
    }
  }
}
