import NumericalMethods
import Platform
import Simulation
import Testing
import Theory

@Suite struct SamplerTests {
  private let energy = 10.58

  /// Mean and its error of a number for each trial.
  private func mean(
    _ sampler: HardSampler, blocks: Int, seed: UInt64 = 1,
    of value: (TrialBlock, Int) -> Double = { $0.weights[$1] }
  ) -> (value: Double, error: Double) {
    let block = TrialBlock()
    var (sum, squares) = (CompensatedSum(), CompensatedSum())
    for index in 0..<blocks {
      var random = RandomStream(seed: seed, task: 9, toy: UInt64(index))
      sampler.fill(block, from: &random)
      for trial in 0..<TrialBlock.trials {
        let x = value(block, trial)
        sum += x
        squares += x * x
      }
    }
    let n = Double(blocks * TrialBlock.trials)
    let average = sum.total / n
    return (average, ((squares.total / n - average * average) / n).squareRoot())
  }

  @Test(arguments: [0.25, 1.0, 4.0, 8.0], ResonanceModel.allCases)
  func bornCrossSectionsAreThoseOfTheory(_ mass: Double, _ model: ResonanceModel) throws {
    let sampler = HardSampler(
      process: .resonance(model, mass: mass), energy: energy, spread: 0, smallest: nil)
    let found = mean(sampler, blocks: 200)
    let boson = RadiatedBoson(
      model == .zprime ? .vector : .scalar, mass: mass,
      fermionMass: Constants.muonMass)
    let expected = boson.crossSection(s: energy * energy)
    // Theory integrates to 1e-3 or better; four standard deviations, which are below 0.5 %.
    #expect(found.error < 0.005 * expected)
    #expect(abs(found.value - expected) < 4 * found.error + 0.001 * expected)
  }

  @Test(arguments: [0.25, 2.0], ResonanceModel.allCases)
  func radiationChangesThemAsTheoryConvolves(_ mass: Double, _ model: ResonanceModel) throws {
    let process = HardProcess.resonance(model, mass: mass)
    let smallest = process.threshold * 1.005
    let sampler = HardSampler(process: process, energy: energy, spread: 0, smallest: smallest)
    let found = mean(sampler, blocks: 400, seed: 2)
    let boson = RadiatedBoson(
      model == .zprime ? .vector : .scalar, mass: mass,
      fermionMass: Constants.muonMass)
    let radiator = Radiator(sqrtS: energy)
    let limit = 1 - smallest * smallest / (energy * energy)
    let expected = radiator.convolve(upTo: limit) { boson.crossSection(s: $0) }
    #expect(found.error < 0.005 * expected)
    #expect(abs(found.value - expected) < 4 * found.error + 0.001 * expected)
  }

  @Test func theMapCoversPhaseSpaceWithTheRightDensity() {
    // Without the amplitude the mean of 1/density is the volume of four-body phase space; massless,
    // (2 pi)^-8 (pi/2)³ s²/(3! 2!).
    let s = energy * energy
    let pi = Double.pi
    var volume = pi * pi * pi / 8 * s * s / 12
    for _ in 0..<8 { volume /= 2 * pi }
    // The channels are far from flat: corners come seldom, with large weights.
    // Mixtures dominated by one class each give the same volume; muon masses take below 2 %.
    for probabilities in [
      [0.45, 0.45, 0.025, 0.025, 0.025, 0.025], [0.05, 0.05, 0.225, 0.225, 0.225, 0.225],
    ] {
      var sampler = HardSampler(process: .fourMuons, energy: energy, spread: 0, smallest: nil)
      sampler.background.probabilities = probabilities
      var densities = [Double](repeating: 0, count: BackgroundMap.channels)
      let found = mean(sampler, blocks: 400) { block, trial in
        densities.withUnsafeMutableBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return .nan }
          sampler.background.densities(block, trial: trial, into: base)
          var density = 0.0
          for c in 0..<BackgroundMap.channels { density += probabilities[c] * base[c] }
          return 1 / density
        }
      }
      #expect(found.error < 0.03 * volume)
      #expect(abs(found.value - volume) < 4 * found.error + 0.02 * volume)
    }
  }

  @Test func theBackgroundDoesNotDependOnTheChannels() {
    var values: [(value: Double, error: Double)] = []
    for conversion in [0.15, 0.4] {
      var sampler = HardSampler(process: .fourMuons, energy: energy, spread: 0, smallest: nil)
      let rest = (1 - 2 * conversion) / 4
      sampler.background.probabilities = [conversion, conversion, rest, rest, rest, rest]
      values.append(mean(sampler, blocks: 200, seed: UInt64(conversion * 100)))
    }
    let error = (values[0].error * values[0].error + values[1].error * values[1].error)
      .squareRoot()
    #expect(error < 0.01 * values[0].value)
    #expect(abs(values[0].value - values[1].value) < 4 * error)
  }

  @Test func momentaAddUpAndStandOnTheirShell() {
    for process in [HardProcess.fourMuons, .resonance(.scalar, mass: 0.3)] {
      let sampler = HardSampler(
        process: process, energy: energy, spread: 0.005, smallest: process.threshold * 1.2)
      let block = TrialBlock()
      var random = RandomStream(seed: 8)
      sampler.fill(block, from: &random)
      for trial in 0..<TrialBlock.trials {
        var sum = FourMomentum(px: 0, py: 0, pz: 0, energy: 0)
        let root = block.energySquared[trial].squareRoot()
        for muon in 0..<4 {
          let p = block.momentum(muon: muon, trial: trial)
          sum.px += p.px
          sum.py += p.py
          sum.pz += p.pz
          sum.energy += p.energy
          // p² carries the rounding of E²; soft hard processes boost little.
          #expect(
            abs(p.massSquared - Constants.muonMass * Constants.muonMass)
              < 1e-12 * max(1, p.energy * p.energy))
        }
        #expect(abs(sum.energy - root) < 1e-11 * root)
        for component in [sum.px, sum.py, sum.pz] { #expect(abs(component) < 1e-11 * root) }
        if case .resonance(_, let mass) = process {
          let (a, b) = (
            block.momentum(muon: 2, trial: trial), block.momentum(muon: 3, trial: trial)
          )
          let pair = FourMomentum(
            px: a.px + b.px, py: a.py + b.py, pz: a.pz + b.pz, energy: a.energy + b.energy)
          #expect(abs(pair.massSquared - mass * mass) < 1e-11 * pair.energy * pair.energy)
        }
      }
    }
  }

  @Test func radiationFollowsTheRadiator() {
    let radiation = Radiation(energy: energy, smallest: 1, hardProbability: 0.1)
    var random = RandomStream(seed: 12)
    let n = 400_000
    let edges = [1e-6, 1e-3, 0.03, 0.3, 0.8, radiation.largest]
    var sums = [Double](repeating: 0, count: edges.count)
    var squares = sums
    for _ in 0..<n {
      let drawn = radiation.draw(from: &random)
      for (index, edge) in edges.enumerated() where drawn.fraction <= edge {
        sums[index] += drawn.weight
        squares[index] += drawn.weight * drawn.weight
      }
    }
    for (index, edge) in edges.enumerated() {
      let found = sums[index] / Double(n)
      let error = ((squares[index] / Double(n) - found * found) / Double(n)).squareRoot()
      #expect(abs(found - radiation.radiator.cumulative(edge)) < 4.5 * error, "x up to \(edge)")
    }
  }

  @Test func setUpFindsAMaximumThatFewExceed() throws {
    let sampler = HardSampler(
      process: .fourMuons, energy: energy, spread: 0.005, smallest: 5)
    let pool = WorkerPool(threads: 2)
    let prepared = try PreparedProcess(sampler, seed: 1, task: 3, blocks: 200, pool: pool)
    let again = try PreparedProcess(
      sampler, seed: 1, task: 3, blocks: 200, pool: WorkerPool(threads: 1))
    #expect(prepared.maximum == again.maximum)
    #expect(prepared.crossSection == again.crossSection)
    #expect(prepared.sampler.background.probabilities == again.sampler.background.probabilities)
    #expect(abs(prepared.sampler.background.probabilities.reduce(0, +) - 1) < 1e-12)
    // On other trials the share above the maximum is small too.
    let over = mean(prepared.sampler, blocks: 200, seed: 77) { block, trial in
      max(0, block.weights[trial] - prepared.maximum)
    }
    #expect(over.value < 1e-3 * prepared.crossSection)
    #expect(prepared.efficiency > 0.05)
  }
}
