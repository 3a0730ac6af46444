import ArgumentParser
import Platform
import Simulation

/// `nightjar simulate fourmuon`.
struct SimulateFourMuon: SimulationCommand {
  static let configuration = CommandConfiguration(
    commandName: "fourmuon",
    abstract: "Write simulated four-muon events with a muon pair resonance to be searched for.",
    discussion: """
      Writes data-0001.h5 (stands for collision data), background-0001.h5 (simulated \
      e+e- -> mu+mu-mu+mu-) and, a file a mass, zprime-NNNN.h5 and scalar-NNNN.h5 (a vector or \
      scalar X in e+e- -> mu+mu-X, X -> mu+mu-), as basf2 would: tables with one row for each of \
      the four pairs of opposite sign. They match Schemas/v1/fourmuon.ntuple.yaml. The same \
      options give the same bytes on any machine with any number of threads.

      Tree-level amplitudes (twelve diagrams with identical muons; two for a signal, whose muons \
      are not exchanged with those beside X, which holds for a narrow X), photons radiated along \
      the beams, and a simple detector. Background is simulated with that radiation unless \
      --background-isr none, which is what Born-level generators such as AAFH give. Points above \
      the largest weight are kept with their weight (genWeight; data have none) and counted.

      Examples:
        nightjar simulate fourmuon --output inputs
        nightjar simulate fourmuon --luminosity 20 --masses 12 --signal-events 5000
        nightjar simulate fourmuon --inject zprime:2.5:1.2fb --inject scalar:6:150 --seed 7
      """)

  @Option(help: "Luminosity of the data in fb^-1.")
  var luminosity = 178.0

  @Option(help: "Luminosity of the simulated background over that of the data, 0 for none.")
  var background = 5.0

  @Option(help: "Generated events of each signal sample, 0 for none.")
  var signalEvents = 20_000

  @Option(
    help: ArgumentHelp(
      "Masses of X: how many from 0.2118 to 9.2 GeV, or values in GeV with commas.",
      valueName: "COUNT|LIST"))
  var masses = "40"

  @Option(
    help: ArgumentHelp("Signal samples: zprime, scalar, both with a comma, or none."))
  var models = "zprime,scalar"

  @Option(
    help: ArgumentHelp(
      "Signal added to the data: cross section times branching fraction, whose number of events "
        + "fluctuates, or an exact number of generated events; may be repeated.",
      valueName: "MODEL:MASS:AMOUNT"))
  var inject: [String] = []

  @Option(
    name: .customLong("background-isr"),
    help: "Radiation of the simulated background: collinear, as the data have, or none.")
  var backgroundISR = FourMuonSettings.BackgroundRadiation.collinear

  @OptionGroup var common: SimulationOptions

  func run() throws {
    try reportingErrors {
      let simulation = FourMuonSimulation(settings: try settings())
      let written = try common.run(total: simulation.files.count, unit: "files") {
        pool, stop, advance in
        try simulation.run(into: common.output, pool: pool, stop: stop) { _ in advance(1) }
      }
      Terminal.writeOutput(common.json ? document(written).text + "\n" : listing(written))
      if !common.quiet, !common.json {
        Terminal.note(
          "simulated, not collision data; data stand for \(luminosity) /fb, "
            + "background for \(luminosity * background) /fb")
      }
    }
  }

  func settings() throws(SimulationError) -> FourMuonSettings {
    var injections: [FourMuonInjection] = []
    for text in inject { injections.append(try FourMuonInjection(text: text)) }
    return try FourMuonSettings(
      luminosity: luminosity, backgroundFactor: background, signalEvents: signalEvents,
      masses: try FourMuonSettings.masses(text: masses),
      models: try FourMuonSettings.models(text: models), injections: injections,
      backgroundRadiation: backgroundISR, seed: common.seed)
  }

  private func listing(_ written: [FourMuonSimulation.Written]) -> String {
    var text = ""
    for entry in written {
      text +=
        "\(entry.path): \(Progress.grouped(entry.generated)) generated, "
        + "\(Progress.grouped(entry.accepted)) measured\n"
      for process in entry.processes {
        text +=
          "  cross section \(NumberText.short(process.crossSection)) "
          + "+- \(NumberText.short(process.error)) fb, unweighting efficiency "
          + "\(NumberText.short(process.unweightingEfficiency)), largest weight "
          + "\(NumberText.short(process.largestWeight)), "
          + "\(Progress.grouped(process.overweight)) of "
          + "\(Progress.grouped(process.events)) events above 1\n"
      }
    }
    return text
  }

  private func document(_ written: [FourMuonSimulation.Written]) -> JSONText {
    let files = written.map { entry in
      JSONText.object([
        ("path", .string(entry.path)), ("generated", .integer(entry.generated)),
        ("measured", .integer(entry.accepted)), ("rows", .integer(4 * entry.accepted)),
        (
          "processes",
          .array(
            entry.processes.map { process in
              .object([
                ("events", .integer(process.events)),
                ("crossSectionFemtobarn", .number(process.crossSection)),
                ("crossSectionError", .number(process.error)),
                ("unweightingEfficiency", .number(process.unweightingEfficiency)),
                ("largestWeight", .number(process.largestWeight)),
                ("overweightEvents", .integer(process.overweight)),
              ])
            })
        ),
      ])
    }
    return .object([
      ("simulated", .boolean(true)), ("seed", common.seedText),
      ("luminosityInverseFemtobarn", .number(luminosity)),
      ("backgroundLuminosityInverseFemtobarn", .number(luminosity * background)),
      ("files", .array(files)),
    ])
  }
}

extension FourMuonSettings.BackgroundRadiation: ExpressibleByArgument {}
