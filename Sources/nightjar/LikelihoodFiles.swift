import ArgumentParser
import Platform
import Search

/// `nightjar likelihood`: likelihoods of hypotheses, with their data, for other programs.
struct LikelihoodFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "likelihood",
    abstract: "Write the likelihoods of hypotheses with their data as HS3 files.",
    discussion: """
      From a finished run: its merged samples hold the data. RooFit and other programs that know \
      the HEP Statistics Serialization Standard read the files; 'nightjar fit' fits them again.

      Examples:
        nightjar likelihood search.yaml --mass 1.25
        nightjar likelihood search.yaml --output results --all --to likelihoods
      """)

  @OptionGroup var options: PipelineOptions
  @OptionGroup var place: RunFolderOptions

  @Option(
    help: ArgumentHelp(
      "The hypothesis nearest to this mass in GeV; may be repeated.", valueName: "MASS"))
  var mass: [Double] = []

  @Flag(help: "Every hypothesis that was fitted.")
  var all = false

  @Option(help: ArgumentHelp("The signal, if the search has several.", valueName: "NAME"))
  var signal: String?

  @Option(
    help: ArgumentHelp("Folder to write (default: 'likelihoods' in the run's).", valueName: "DIR"))
  var to: String?

  @Flag(help: "No notes; faults are still told.")
  var quiet = false

  func validate() throws {
    guard all != !mass.isEmpty else {
      throw ValidationError("give --mass or --all")
    }
    if let wrong = mass.first(where: { !$0.isFinite }) {
      throw ValidationError("--mass: value is not a mass; found \(wrong)")
    }
  }

  func run() throws {
    try reportingErrors {
      let loaded = try options.load()
      let path = place.folder(for: options.pipeline)
      var run = try RunFolder(
        path: path, loaded: loaded, plan: try loaded.plan(), threads: 1, stop: StopSignal(),
        quiet: true)
      var tasks = try run.plan.tasks()
      if tasks.allSatisfy({ run.executor.store.verdict(on: $0) == .good }) {
        tasks = try run.resolve(tasks)
      }
      let merges = tasks.filter { $0.recipe.stage == .merge }
      guard run.plan.isResolved, !merges.isEmpty,
        merges.allSatisfy({ run.executor.store.verdict(on: $0) == .good })
      else {
        Terminal.note("\(path): the samples are not merged yet; run 'nightjar run' first")
        throw ExitStatus.nothingCouldRun.code
      }
      let files = try write(run, tasks, to: to ?? "\(path)/likelihoods")
      if !quiet { for file in files { Terminal.note(file) } }
    }
  }

  private func write(
    _ run: RunFolder, _ tasks: [PlannedTask], to folder: String
  ) throws -> [String] {
    let scans = run.plan.scans
    guard
      let index = signal.map({ name in scans.firstIndex { $0.signal == name } })
        ?? (scans.count == 1 ? 0 : nil)
    else {
      let names = scans.compactMap(\.signal).map { "'\($0)'" }.joined(separator: ", ")
      throw ValidationError(
        scans.isEmpty ? "the pipeline has no scan" : "--signal: name one of \(names)")
    }
    let windows = scans[index].windows
    var chosen = all ? windows.indices.filter { windows[$0].skipped == nil } : []
    for mass in mass {
      let nearest = windows.indices.min {
        abs(windows[$0].hypothesis.mass - mass) < abs(windows[$1].hypothesis.mass - mass)
      }
      guard let nearest else { continue }
      if let skipped = windows[nearest].skipped {
        Terminal.note(
          "m = \(windows[nearest].hypothesis.mass) GeV: no likelihood, the hypothesis is "
            + "\(skipped.text)")
        throw ExitStatus.nothingCouldRun.code
      }
      chosen.append(nearest)
    }
    guard
      let scanTask = tasks.first(where: {
        if case .scan(index, _) = $0.task { true } else { false }
      })
    else { throw ValidationError("the pipeline has no scan") }
    let samples = try run.executor.skimmed(scanTask.inputs, tasks)
    let search = Search(
      plan: run.plan, pool: run.executor.pool, stop: run.executor.stop)
    try AtomicFile.createFolder(folder)
    var files: [String] = []
    for hypothesis in chosen {
      guard
        let document = try search.hs3(scan: index, hypothesis: hypothesis, samples: samples)
      else { continue }
      let name =
        (scans[index].signal.map { "\($0)-" } ?? "") + "m\(windows[hypothesis].hypothesis.mass)"
      let file = "\(folder)/\(name)\(HS3Document.fileEnding)"
      try AtomicFile.write(try document.bytes(), to: file)
      files.append(file)
    }
    return files
  }
}
