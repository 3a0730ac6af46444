import ArgumentParser
import HDF5Files
import Platform
import Search

/// `nightjar toys`: pseudo-data of one hypothesis, in any pieces.
struct Toys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw and fit toys of a hypothesis of a finished run; merge them.",
    discussion: """
      A toy depends on the seed of the pipeline, the hypothesis and its number alone: ranges may be \
      drawn anywhere, in any order, and merged to the same bytes as one long run.

      Examples:
        nightjar toys search.yaml --mass 3.1 --toys '0..<10000' --output null.h5
        nightjar toys search.yaml --mass 3.1 --strength 2 --tested 2 --toys '0..<500' --output a.h5
        nightjar toys merge a.h5 b.h5 --output all.h5
      """,
    subcommands: [ToysDraw.self, ToysMerge.self], defaultSubcommand: ToysDraw.self)
}

/// `nightjar toys draw`: a range of toys.
struct ToysDraw: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Draw and fit a range of toys (the default).")

  @OptionGroup var options: PipelineOptions

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp(
      "Folder of the finished run (default: the pipeline's name with '.output').",
      valueName: "DIR"))
  var runFolder: String?

  @Option(help: "Mass of the hypothesis; the nearest one is taken.")
  var mass: Double

  @Option(help: ArgumentHelp("Signal of the scan, where there are several.", valueName: "SIGNAL"))
  var scan: String?

  @Option(help: "Parameter of interest the toys are drawn at.")
  var strength = 0.0

  @Option(help: "Value at which the test statistic for limits is taken; may be repeated.")
  var tested: [Double] = []

  @Option(
    help: ArgumentHelp("Numbers of the toys, first and one past the last.", valueName: "A..<B"))
  var toys: ToyRange

  @Option(help: ArgumentHelp("File for the toys.", valueName: "FILE"))
  var output: String

  @Option(help: "Threads (default: the processors this process may use).")
  var threads: Int?

  @Flag(help: "No progress, no notes; faults are still told.")
  var quiet = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    let stop = StopSignal()
    stop.listen()
    try reportingErrors {
      let loaded = try options.load()
      let place = RunFolderOptions.folder(runFolder, for: options.pipeline)
      var folder = try RunFolder(
        path: place, loaded: loaded, plan: try loaded.plan(place), threads: threads, stop: stop,
        quiet: quiet)
      let (tasks, samples) = try folder.scannedSamples(of: scan)
      guard let samples else {
        Terminal.note(
          "\(place): its data are not merged yet (\(tasks.count) tasks are known); "
            + "run 'nightjar run' first")
        throw ExitStatus.nothingCouldRun.code
      }
      let chosen = try folder.plan.scan(named: scan)
      let plan = folder.plan.plans[chosen.channel]
      let hypothesis = try plan.hypothesisIndex(scan: chosen.scan, mass: mass)
      let progress = Progress(
        "toys", total: toys.range.count, unit: "toys", style: .automatic(quiet: quiet))
      defer { progress.finish() }
      do {
        let table = try Search(plan: plan, pool: folder.runner.pool, stop: stop).toys(
          chosen.scan, hypothesis: hypothesis, strength: strength, tested: tested.sorted(),
          range: toys.range, samples: samples, version: Version.text
        ) { progress.advance(by: $0) }
        try AtomicFile.write(try table.encoded(), to: output)
        if !quiet { Terminal.note("toys: \(table.rows.count) written to \(output)") }
      } catch PlatformError.stopped {
        Terminal.note("\(PlatformError.stopped)")
        throw ExitStatus.code(afterSignal: stop.signal)
      }
    }
  }
}

/// `nightjar toys merge`: files of toys brought together.
struct ToysMerge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Merge files of toys of one hypothesis, in any order.")

  @Argument(help: "Files of toys; overlaps must be identical.")
  var files: [String]

  @Option(help: ArgumentHelp("File for all toys.", valueName: "FILE"))
  var output: String

  @Flag(help: "No notes; faults are still told.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      let tables = try files.map { (name: $0, table: try ToyTable(decoding: HDF5File(path: $0))) }
      let merged = try ToyTable.merged(tables)
      try AtomicFile.write(try merged.encoded(), to: output)
      guard !quiet else { return }
      for gap in merged.gaps.prefix(20) {
        Terminal.note("\(output): toys \(gap.lowerBound)..<\(gap.upperBound) are missing")
      }
      if merged.gaps.count > 20 {
        Terminal.note("\(output): \(merged.gaps.count - 20) more ranges are missing")
      }
      Terminal.note("toys: \(merged.rows.count) written to \(output)")
    }
  }
}

/// A range written `A..<B`.
struct ToyRange: ExpressibleByArgument {
  let range: Range<Int64>

  init?(argument: String) {
    let parts = argument.split(separator: "..<", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Int64(parts[0]), let end = Int64(parts[1]), first >= 0,
      first < end, end - first <= 1_000_000_000
    else { return nil }
    range = first..<end
  }
}

extension RunFolder {
  /// All tasks, and the merged samples that a scan takes; nil where they are not finished.
  mutating func scannedSamples(of scan: String?) throws -> (
    tasks: [PlannedTask], samples: [SkimmedSample]?
  ) {
    var tasks = try plan.tasks()
    let store = runner.store
    func isOpen(_ task: PlannedTask) -> Bool { store.verdict(on: task) != .good }
    let needed = tasks.filter { plan.isResolved ? $0.recipe.stage == .merge : true }
    guard !needed.contains(where: isOpen) else { return (tasks, nil) }
    tasks = try resolve(tasks)
    let channel = try plan.scan(named: scan).channel
    let scans = tasks.filter { $0.recipe.stage == .scan && $0.channel == channel }
    guard let inputs = scans.first?.inputs else { return (tasks, nil) }
    return (tasks, try runner.skimmed(inputs, tasks))
  }
}
