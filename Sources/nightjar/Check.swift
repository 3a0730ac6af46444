import ArgumentParser
import Platform
import Search

/// `nightjar check`: every mistake of a pipeline file at once, and what is wrong with its inputs.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a pipeline file completely, without running anything.",
    discussion: """
      Reports every mistake of the file and of its ntuple schema, those inside expressions too, as \
      file:line:column, and networks that do not fit it. With --inputs-exist the input files must be \
      there and hold the columns. With --all-rows every byte of them is read: digests and numbers of \
      rows are told, and events that are there twice (by the identity of the ntuple schema and the \
      candidate's number; without one, events in two files) are an error.

      Examples:
        nightjar check Pipelines/dimuon/1-simulated.yaml
        nightjar check search.yaml --inputs /data/ntuples --inputs-exist
        nightjar check search.yaml --inputs /data/ntuples --all-rows --json
      """)

  @OptionGroup var options: PipelineOptions

  @Flag(help: "Look into the input files too: they exist and hold what the search needs.")
  var inputsExist = false

  @Flag(help: "Read all rows of the input files: digests, and events that are there twice.")
  var allRows = false

  @Flag(help: "Print what --all-rows finds as JSON.")
  var json = false

  @Flag(help: "Say nothing where nothing is wrong.")
  var quiet = false

  func run() throws {
    let stop = StopSignal()
    stop.listen()
    try reportingErrors {
      let loaded = try options.load()
      for variant in loaded.file.variants {
        try SearchPlan.checkNetworks(of: variant.pipeline)
      }
      if inputsExist || allRows {
        let plan = try loaded.plan(nil)
        try plan.checkInputs()
        if !quiet { for remark in plan.missingFiles { Terminal.note(remark) } }
        if allRows {
          let samples = try plan.plans.flatMap { plan in
            try InputCheck(
              plan: plan, pool: WorkerPool(threads: ProcessorCount.available()), stop: stop,
              memory: plan.pipeline.execution.memory ?? 1 << 30
            ).samples()
          }
          if json { Terminal.writeOutput(Self.json(samples)) }
          for sample in samples { try tell(sample) }
          guard samples.allSatisfy({ ($0.duplicates ?? 0) == 0 }) else {
            throw ExitStatus.nothingCouldRun.code
          }
        }
      }
      if !quiet { Terminal.note("\(options.pipeline): no mistakes found") }
    }
  }

  private func tell(_ sample: InputCheck.Sample) throws {
    let rows = sample.files.reduce(0) { $0 + $1.rows }
    if !quiet {
      let files = "\(sample.files.count) \(sample.files.count == 1 ? "file" : "files")"
      Terminal.note("samples.\(sample.name): \(files), \(Progress.grouped(rows)) rows")
      if !json {
        for file in sample.files { Terminal.note("  sha256 \(file.digest)  \(file.path)") }
      }
      if sample.duplicates == nil {
        Terminal.note("  duplicates not looked for: the ntuple schema states no 'identity'")
      }
    }
    guard let duplicates = sample.duplicates, duplicates > 0 else { return }
    Terminal.note(
      "samples.\(sample.name): \(Progress.grouped(duplicates)) rows or events are there more than "
        + "once; remove the file that was added twice, or the events")
    for example in sample.examples { Terminal.note("  \(example)") }
  }

  private static func json(_ samples: [InputCheck.Sample]) -> String {
    JSONText.array(
      samples.map { sample in
        .object([
          ("sample", .string(sample.name)),
          ("duplicates", sample.duplicates.map { .integer($0) } ?? .null),
          ("examples", .array(sample.examples.map { .string($0) })),
          (
            "files",
            .array(
              sample.files.map {
                .object([
                  ("path", .string($0.path)), ("rows", .integer($0.rows)),
                  ("sha256", .string("\($0.digest)")),
                ])
              })
          ),
        ])
      }
    ).text + "\n"
  }
}
