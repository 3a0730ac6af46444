import ArgumentParser
import Platform
import Simulation

/// `nightjar simulate bks`.
struct SimulateLongLived: SimulationCommand {
  static let configuration = CommandConfiguration(
    commandName: "bks",
    abstract: "Write simulated B -> K(*) S with a displaced S -> ee, mumu, pipi or KK.",
    discussion: """
      For each channel (Bplus or B0, which goes to K*(892)0 -> K+ pi-; ee, mumu, pipi or KK) writes \
      CHANNEL-data-0001.h5 (stands for collision data), CHANNEL-background-0001.h5 and, a file a \
      mass, CHANNEL-signal-NNNN.h5 with all lifetimes, one candidate an event, one dataset a \
      column. They match Schemas/v1/bks.ntuple.yaml. The same \
      options give the same bytes on any machine with any number of threads.

      Kinematics of B -> K(*) S from a moving Y(4S), exponential decay, a detector whose \
      acceptance, radius and resolution were derived from published limits, unrelated tracks, K_S, \
      Lambda, D0, phi, J/psi, psi(2S), converted photons. In data displaced vertices are found 2 to 8 % less often \
      and peaks are 4 % wider than in simulation.

      Examples:
        nightjar simulate bks --output inputs
        nightjar simulate bks --channels Bplus-mumu --inject Bplus-mumu:1.2:1:5e-7 --seed 2
      """)

  @Option(help: ArgumentHelp("Channels: all, or names with commas.", valueName: "LIST"))
  var channels = "all"

  @Option(help: "Luminosity of the data in fb^-1.")
  var luminosity = 189.0

  @Option(help: "Luminosity of the simulated background over that of the data, 0 for none.")
  var background = 4.0

  @Option(help: "Masses of S in each channel.")
  var masses = 24

  @Option(
    help: ArgumentHelp("Generated lifetimes c tau in cm, with commas.", valueName: "LIST"))
  var lifetimes = "0.01,0.1,1,10,100"

  @Option(help: "Generated events of each mass and lifetime, 0 for none.")
  var signalEvents = 2000

  @Option(
    help: ArgumentHelp(
      "Signal added to the data: mass in GeV, c tau in cm, product of branching fractions; the "
        + "number of events fluctuates; may be repeated.", valueName: "CHANNEL:MASS:CTAU:B"))
  var inject: [String] = []

  @OptionGroup var common: SimulationOptions

  func run() throws {
    try reportingErrors {
      let simulation = LongLivedSimulation(settings: try settings())
      let written = try common.run(total: simulation.files.count, unit: "files") {
        pool, stop, advance in
        try simulation.run(into: common.output, pool: pool, stop: stop) { _ in advance(1) }
      }
      common.tell(written, luminosity: luminosity)
    }
  }

  func settings() throws(SimulationError) -> LongLivedSettings {
    var injections: [LongLivedInjection] = []
    for text in inject { injections.append(try LongLivedInjection(text: text)) }
    return try LongLivedSettings(
      channels: try LongLivedSettings.channels(text: channels), luminosity: luminosity,
      backgroundFactor: background, masses: masses,
      lifetimes: try LongLivedSettings.lifetimes(text: lifetimes), signalEvents: signalEvents,
      injections: injections, seed: common.seed)
  }
}
