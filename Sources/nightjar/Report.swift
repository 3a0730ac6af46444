import ArgumentParser
import Execution
import Platform

/// `nightjar report`: the outputs again, from finished tasks.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write summary, figures and report again from a finished run.",
    discussion: """
      Examples:
        nightjar report search.yaml --output results
        nightjar report search.yaml --set 'outputs.report.masses=[3.0969]'
      """)

  @OptionGroup var options: PipelineOptions
  @OptionGroup var place: RunFolderOptions

  @Flag(help: "No notes; faults are still told.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      let loaded = try options.load()
      let folder = place.folder(for: options.pipeline)
      var run = try RunFolder(
        path: folder, loaded: loaded, plan: try loaded.plan(folder), threads: 1, stop: StopSignal(),
        quiet: quiet)
      var tasks = try run.plan.tasks()
      var open = tasks.filter { run.runner.store.verdict(on: $0) != .good }
      if open.isEmpty {
        tasks = try run.resolve(tasks)
        open = tasks.filter { run.runner.store.verdict(on: $0) != .good }
      }
      guard open.isEmpty else {
        Terminal.note(
          "\(run.path): \(open.count) of \(tasks.count) tasks are not finished; "
            + "run 'nightjar run' first")
        throw ExitStatus.nothingCouldRun.code
      }
      var tally = Crew.Tally()
      tally.reused = tasks.count
      let outcome = try run.write(tasks, tally)
      if !quiet { Terminal.note(outcome.text) }
    }
  }
}
