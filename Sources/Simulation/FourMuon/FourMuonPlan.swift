import NumericalMethods
import Platform

/// The processes of a simulation, each prepared once, and the numbers of their events.
struct FourMuonPlan {
  /// One process of a file and the number of its events.
  struct Part {
    let process: PreparedProcess
    let events: Int
    /// Number of the random task.
    let task: UInt64
  }

  /// Least energy of four background muons after radiation, GeV; far below what a search keeps.
  private static let smallestBackgroundEnergy = 5.0
  /// Least energy of a signal after radiation over its threshold: beyond the spread of the beams.
  private static let aboveThreshold = 1.005
  /// Blocks of trials at set-up.
  private static let backgroundBlocks = 1024
  private static let signalBlocks = 32
  /// Random tasks: files have 16 bits for their processes, set-up and counts lie above.
  private static let setUpTask: UInt64 = 1 << 40
  private static let countTask: UInt64 = 1 << 41

  let settings: FourMuonSettings
  let frame: BeamFrame
  let pool: WorkerPool
  private var backgrounds: [Bool: PreparedProcess] = [:]

  init(settings: FourMuonSettings, frame: BeamFrame, pool: WorkerPool) {
    (self.settings, self.frame, self.pool) = (settings, frame, pool)
  }

  /// Returns the processes of a file with the numbers of their events.
  ///
  /// Data fluctuate; a simulated sample has the number of events that its luminosity stands for.
  mutating func parts(of file: FourMuonFile) throws -> [Part] {
    let task = UInt64(file.production) << 16
    switch file.content {
    case .data: return try data(task)
    case .background:
      let process = try background(radiates: settings.backgroundRadiation == .collinear)
      let mean = settings.luminosity * settings.backgroundFactor * process.crossSection
      return [Part(process: process, events: Int(mean.rounded()), task: task)]
    case .signal(let model, let mass, _):
      return [
        Part(process: try signal(model, mass), events: settings.signalEvents, task: task)
      ]
    }
  }

  private mutating func data(_ task: UInt64) throws -> [Part] {
    var random = RandomStream(seed: settings.seed, task: Self.countTask + task)
    let process = try background(radiates: true)
    var parts = [
      Part(
        process: process,
        events: random.poisson(mean: settings.luminosity * process.crossSection), task: task)
    ]
    for (index, injection) in settings.injections.enumerated() {
      let events: Int
      switch injection.amount {
      case .events(let count): events = count
      case .crossSection(let section):
        events = random.poisson(mean: settings.luminosity * section)
      }
      parts.append(
        Part(
          process: try signal(injection.model, injection.mass), events: events,
          task: task + UInt64(index) + 1))
    }
    return parts
  }

  private mutating func background(radiates: Bool) throws -> PreparedProcess {
    if let known = backgrounds[radiates] { return known }
    let process = try prepare(
      .fourMuons, smallest: radiates ? Self.smallestBackgroundEnergy : nil,
      blocks: Self.backgroundBlocks)
    backgrounds[radiates] = process
    return process
  }

  private func signal(_ model: ResonanceModel, _ mass: Double) throws -> PreparedProcess {
    let process = HardProcess.resonance(model, mass: mass)
    return try prepare(
      process, smallest: process.threshold * Self.aboveThreshold, blocks: Self.signalBlocks)
  }

  private func prepare(
    _ process: HardProcess, smallest: Double?, blocks: Int
  ) throws -> PreparedProcess {
    try PreparedProcess(
      HardSampler(
        process: process, energy: frame.energy, spread: BeamFrame.energySpread,
        smallest: smallest),
      seed: settings.seed, task: Self.setUpTask, blocks: blocks, pool: pool)
  }
}
