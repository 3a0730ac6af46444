import ArgumentParser
import Platform
import Simulation

/// `nightjar simulate idm`.
struct SimulateInelastic: SimulationCommand {
  static let configuration = CommandConfiguration(
    commandName: "idm",
    abstract:
      "Write simulated e+e- -> h' A', h' -> mumu, pipi or KK, A' -> chi1 chi2, chi2 -> chi1 ee.",
    discussion: """
      Writes data-0001.h5 (stands for collision data), background-0001.h5 and, a file a mass of h' \
      and chi1, signal-PAIR-NNNN.h5 for each pair (mumu, pipi, KK) with all pairs of lifetimes, \
      one candidate an event, one dataset a column. They match Schemas/v1/idm.ntuple.yaml. The \
      same options give the same bytes on any machine with any number of threads.

      Exact kinematics and exponential decays of the signal, a detector with chosen acceptance \
      and resolution, unrelated tracks, K_S, Lambda, phi and converted photons. In data displaced \
      vertices are found 2 to 8 % less often and peaks are 4 % wider than in simulation.

      Examples:
        nightjar simulate idm --output inputs
        nightjar simulate idm --pairs mumu --inject mumu:1.5:2.5:1:10:0.5fb --seed 2
      """)

  @Option(help: ArgumentHelp("What h' decays to: all, or names with commas.", valueName: "LIST"))
  var pairs = "all"

  @Option(help: "Luminosity of the data in fb^-1.")
  var luminosity = 365.0

  @Option(help: "Luminosity of the simulated background over that of the data, 0 for none.")
  var background = 4.0

  @Option(
    help: ArgumentHelp(
      "Masses of h' for each pair: a number of them, or a list in GeV with commas.",
      valueName: "N|LIST"))
  var masses = "14"

  @Option(help: ArgumentHelp("Masses of chi1 in GeV, with commas.", valueName: "LIST"))
  var chiMasses = "1,1.5,2,2.5,3"

  @Option(help: "Mass of A' over that of chi1.")
  var darkPhotonRatio = 3.0

  @Option(help: "Mass of chi2 less that of chi1, over that of chi1.")
  var splittingRatio = 0.4

  @Option(
    help: ArgumentHelp("Generated lifetimes c tau of h' in cm, with commas.", valueName: "LIST"))
  var lifetimes = "0.01,0.1,1,10,100,1000"

  @Option(
    help: ArgumentHelp("Generated lifetimes c tau of chi2 in cm, with commas.", valueName: "LIST"))
  var chi2Lifetimes = "0.1,1,10,100"

  @Option(help: "Generated events of each mass of h' and chi1 and each pair of lifetimes.")
  var signalEvents = 200

  @Option(
    help: ArgumentHelp(
      "Signal added to the data: masses of h' and chi1 in GeV, c tau of h' and chi2 in cm, cross "
        + "section with branching fractions in fb; the number of events fluctuates; may be "
        + "repeated.", valueName: "PAIR:MASS:CHI1:CTAU:CHI2CTAU:SIGMABfb"))
  var inject: [String] = []

  @OptionGroup var common: SimulationOptions

  func run() throws {
    try reportingErrors {
      let simulation = InelasticSimulation(settings: try settings())
      let written = try common.run(total: simulation.files.count, unit: "files") {
        pool, stop, advance in
        try simulation.run(into: common.output, pool: pool, stop: stop) { _ in advance(1) }
      }
      common.tell(written, luminosity: luminosity)
    }
  }

  func settings() throws(SimulationError) -> InelasticSettings {
    var injections: [InelasticInjection] = []
    for text in inject { injections.append(try InelasticInjection(text: text)) }
    return try InelasticSettings(
      pairs: try InelasticSettings.pairs(text: pairs), luminosity: luminosity,
      backgroundFactor: background, masses: try InelasticMasses(text: masses),
      chiMasses: try InelasticSettings.chiMasses(text: chiMasses),
      ratios: try InelasticRatios(darkPhoton: darkPhotonRatio, splitting: splittingRatio),
      lifetimes: try InelasticSettings.lifetimes("--lifetimes", text: lifetimes),
      chi2Lifetimes: try InelasticSettings.lifetimes("--chi2-lifetimes", text: chi2Lifetimes),
      signalEvents: signalEvents, injections: injections, seed: common.seed)
  }
}
