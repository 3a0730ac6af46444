import ArgumentParser
import Platform
import Simulation

/// `nightjar simulate`: demonstration ntuples.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write seeded demonstration ntuples.",
    subcommands: [
      SimulateDimuon.self, SimulateFourMuon.self, SimulateLongLived.self, SimulateInelastic.self,
    ])
}

/// A simulation whose options become its settings, checked before anything is written.
protocol SimulationCommand: ParsableCommand {
  associatedtype Settings
  /// What the options ask for.
  func settings() throws(SimulationError) -> Settings
}

extension SimulationCommand {
  func validate() throws {
    do {
      _ = try settings()
    } catch {
      throw ValidationError(error.description)
    }
  }
}

/// What all simulations take.
struct SimulationOptions: ParsableArguments {
  @Option(help: "Seed of all random numbers.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Folder to write into.", valueName: "DIR"))
  var output = "inputs"

  @Option(help: "Threads (default: the processors this process may use).")
  var threads: Int?

  @Flag(help: "No progress, no notes.")
  var quiet = false

  @Flag(help: "List the files written as JSON.")
  var json = false

  func validate() throws { try ThreadOption.validate(threads) }

  /// The seed in a JSON document: a number, or text where readers of signed numbers would lose it.
  var seedText: JSONText { Int(exactly: seed).map { .integer($0) } ?? .string("\(seed)") }

  /// Runs a simulation with its progress; ends the process with the code of an interruption.
  func run<Written>(
    total: Int, unit: String,
    _ simulate: (WorkerPool, StopSignal, _ advance: (Int) -> Void) throws -> [Written]
  ) throws -> [Written] {
    let stop = StopSignal()
    stop.listen()
    let progress = Progress(
      "simulate", total: total, unit: unit, style: .automatic(quiet: quiet))
    do {
      let written = try simulate(WorkerPool(threads: ThreadOption.count(threads)), stop) {
        progress.advance(by: $0)
      }
      progress.finish()
      return written
    } catch SimulationError.interrupted {
      progress.finish()
      Terminal.note(SimulationError.interrupted.description)
      throw ExitStatus.interrupted.code
    }
  }
}

extension SimulationOptions {
  /// Lists files of candidates, with the luminosity in fb^-1 that data stand for.
  func tell(_ written: [WrittenFile<some NumberFile>], luminosity: Double) {
    guard json else {
      Terminal.writeOutput(
        written.map {
          "\($0.path): \(Progress.grouped($0.file.events)) generated, "
            + "\(Progress.grouped($0.rows)) candidates\n"
        }.joined())
      if !quiet {
        Terminal.note("simulated, not collision data; data stand for \(luminosity) /fb")
      }
      return
    }
    let files = written.map {
      JSONText.object([
        ("path", .string($0.path)), ("generated", .integer($0.file.events)),
        ("rows", .integer($0.rows)),
      ])
    }
    let document = JSONText.object([
      ("simulated", .boolean(true)), ("seed", seedText),
      ("luminosityInverseFemtobarn", .number(luminosity)), ("files", .array(files)),
    ])
    Terminal.writeOutput(document.text + "\n")
  }
}

/// `nightjar simulate dimuon`.
struct SimulateDimuon: SimulationCommand {
  static let configuration = CommandConfiguration(
    commandName: "dimuon",
    abstract:
      "Write simulated muon pairs: J/psi, psi(2S) and Upsilon peaks on a falling continuum.",
    discussion: """
      Writes data-N.h5 (stands for collision data) and background-N.h5 (weighted simulation of \
      the known processes) that match Schemas/v1/dimuon.ntuple.yaml. The same options give the \
      same bytes on any machine with any number of threads.

      Examples:
        nightjar simulate dimuon --output inputs
        nightjar simulate dimuon --events 200000 --inject 6.2:800 --output inputs
        nightjar simulate dimuon --layout table --seed 7 --output inputs
      """)

  @Option(help: "Events of the data sample; 100,000 stand for one fb^-1.")
  var events = 1_000_000

  @Option(help: "Files of each sample.")
  var files = 2

  @Option(help: "Simulated background events for each data event, 0 for none.")
  var background = 3

  @Option(
    help:
      "How rows lie in the files: columns (one dataset each) or table (PyTables, as basf2 writes).")
  var layout = DimuonSettings.Layout.columns

  @Option(
    help: ArgumentHelp(
      "Narrow signal added to the data: mass in GeV and events; may be repeated.",
      valueName: "MASS:EVENTS"))
  var inject: [String] = []

  @OptionGroup var common: SimulationOptions

  func run() throws {
    try reportingErrors {
      let simulation = DimuonSimulation(settings: try settings())
      let events = simulation.files.reduce(0) { $0 + $1.events }
      let written = try common.run(total: events, unit: "events") { pool, stop, advance in
        try simulation.run(into: common.output, pool: pool, stop: stop, progress: advance)
      }
      report(written, simulation)
    }
  }

  func settings() throws(SimulationError) -> DimuonSettings {
    var injections: [DimuonSettings.Injection] = []
    for text in inject { injections.append(try DimuonSettings.Injection(text: text)) }
    return try DimuonSettings(
      events: events, files: files, backgroundFactor: background, seed: common.seed, layout: layout,
      injections: injections)
  }

  private func report(_ written: [DimuonSimulation.Written], _ simulation: DimuonSimulation) {
    if common.json {
      let files = written.map { entry in
        JSONText.object([
          ("path", .string(entry.path)), ("sample", .string(entry.file.sample.rawValue)),
          ("events", .integer(entry.file.events)), ("rows", .integer(entry.rows)),
        ])
      }
      let luminosities = DimuonFile.Sample.allCases.map {
        ($0.rawValue, JSONText.number(simulation.luminosity(of: $0)))
      }
      let document = JSONText.object([
        ("simulated", .boolean(true)), ("seed", common.seedText),
        ("luminosityInverseFemtobarn", .object(luminosities)), ("files", .array(files)),
      ])
      Terminal.writeOutput(document.text + "\n")
      return
    }
    for entry in written {
      Terminal.writeOutput(
        "\(entry.path): \(Progress.grouped(entry.file.events)) events, "
          + "\(Progress.grouped(entry.rows)) rows\n")
    }
    if !common.quiet {
      Terminal.note(
        "simulated, not collision data; data stand for \(simulation.luminosity(of: .data)) /fb, "
          + "background for \(simulation.luminosity(of: .background)) /fb")
    }
  }
}

extension DimuonSettings.Layout: ExpressibleByArgument {}
