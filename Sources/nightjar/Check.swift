import ArgumentParser
import Search

/// `nightjar check`: every mistake of a pipeline file at once.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a pipeline file completely, without running anything.",
    discussion: """
      Reports every mistake of the file and of its ntuple schema, those inside expressions too, as \
      file:line:column, and networks that do not fit it. With --inputs-exist the input files must be there and hold the columns.

      Examples:
        nightjar check Pipelines/dimuon/1-simulated.yaml
        nightjar check search.yaml --inputs /data/ntuples --inputs-exist
      """)

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Look into the input files too: they exist and hold what the search needs.")
  var inputsExist = false

  @Flag(help: "Say nothing where nothing is wrong.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      let loaded = try options.load()
      try SearchPlan.checkNetworks(of: loaded.file.pipeline)
      if inputsExist { try loaded.plan().checkInputs() }
      if !quiet { Terminal.note("\(options.pipeline): no mistakes found") }
    }
  }
}
