import NumericalMethods

/// Makes the events of one process: blocks of trials, each from its own random stream.
struct FourMuonGenerator: Sendable {
  let process: PreparedProcess
  let frame: BeamFrame
  let seed: UInt64
  /// Number of the random task.
  let task: UInt64
  /// Number of events to be generated, as the rows tell it.
  let total: Int
  private let detector = Detector()
  private let fit: KinematicFit

  init(process: PreparedProcess, frame: BeamFrame, seed: UInt64, task: UInt64, total: Int) {
    self.process = process
    self.frame = frame
    self.seed = seed
    self.task = task
    self.total = total
    fit = KinematicFit(frame: frame)
  }

  /// Generates one block; all of it depends on the seed, the task and its number alone.
  func generate(block number: Int, trials: TrialBlock, into rows: FourMuonBlock) {
    var random = RandomStream(seed: seed, task: task, toy: UInt64(number))
    process.sampler.fill(trials, from: &random)
    rows.removeAll()
    let scale = 1 / process.maximum
    for trial in 0..<TrialBlock.trials {
      let weight = trials.weights[trial] * scale
      guard random.uniform() < weight else { continue }
      rows.generated += 1
      if weight > 1 { rows.overweight += 1 }
      detect(trials, trial: trial, weight: max(1, weight), from: &random, into: rows)
    }
  }

  private func detect(
    _ trials: TrialBlock, trial: Int, weight: Double, from random: inout RandomStream,
    into rows: FourMuonBlock
  ) {
    let angle = 2 * Double.pi * random.uniform()
    let azimuth = (
      cosine: SpecialFunctions.cos(angle), sine: SpecialFunctions.sin(angle)
    )
    // A resonance's own muons are 2 (mu-) and 3 (mu+), those beside it 0 (mu-) and 1 (mu+).
    var order = [0, 1, 2, 3]
    var resonance: (plus: Int, minus: Int)?
    var mass = Double.nan
    if case .resonance(_, let generated) = process.sampler.process {
      mass = generated
      let (minus, plus) = (random.index(below: 2), random.index(below: 2))
      order[minus] = 2
      order[1 - minus] = 0
      order[2 + plus] = 3
      order[3 - plus] = 1
      resonance = (plus, minus)
    }
    let radiated = trials.radiated[trial]
    var muons: [FourMomentum] = []
    for muon in order {
      let p = frame.laboratory(
        trials.momentum(muon: muon, trial: trial), radiated: radiated, azimuth: azimuth)
      guard detector.accepts(p) else { return }
      muons.append(p)
    }
    for _ in 0..<4 where random.uniform() >= Detector.trackEfficiency { return }
    var event = FourMuonEvent(
      measured: muons.map { detector.measure($0, from: &random) }, px: .zero, py: .zero, pz: .zero,
      tracks: 4 + detector.extraTracks(from: &random),
      extraEnergy: detector.extraEnergy(from: &random), weight: weight, resonance: resonance)
    fit.fit(event.measured, px: &event.px, py: &event.py, pz: &event.pz)
    rows.append(event, mass: mass, total: Double(total))
  }
}
