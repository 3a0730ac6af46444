import ArgumentParser
import Platform

/// The command line.
@main
struct Tool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightjar",
    abstract: "Searches for new narrow resonances: ntuples to fits, limits, summary and report.",
    discussion: """
      Start: nightjar simulate dimuon --output Pipelines/dimuon/inputs
             nightjar run Pipelines/dimuon/1-simulated.yaml
      """,
    version: Version.description,
    subcommands: [
      Check.self,
      Clean.self,
      Combine.self,
      Export.self,
      Fit.self,
      Inspect.self,
      InterpretTables.self,
      Plan.self,
      Report.self,
      Run.self,
      Schema.self,
      Simulate.self,
      Status.self,
      Toys.self,
      WalkFile.self,
      WorkOnJob.self,
    ])

  static func main() {
    FreedMemory.keep()
    WalkFile.guardFiles()
    main(nil)
  }
}
