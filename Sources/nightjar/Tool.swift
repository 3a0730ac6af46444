import ArgumentParser

/// The command line.
@main
struct Tool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightjar", abstract: "Searches for new narrow resonances, end to end.",
    subcommands: [
      Inspect.self,
      Simulate.self,
    ])
}
