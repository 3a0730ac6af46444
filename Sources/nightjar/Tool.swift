import ArgumentParser

/// The command line.
@main
struct Tool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightjar", abstract: "Searches for new narrow resonances, end to end.",
    subcommands: [
      Check.self,
      Inspect.self,
      Plan.self,
      Report.self,
      Run.self,
      Simulate.self,
    ])
}
