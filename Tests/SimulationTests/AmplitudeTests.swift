import Kernels
import NumericalMethods
import Simulation
import Testing
import Theory

@Suite struct AmplitudeTests {
  private let n = TrialBlock.trials
  private let mass = Constants.muonMass

  /// A block of random points of a process; squared amplitudes are what the weights come from.
  private func block(_ process: HardProcess, seed: UInt64 = 3) -> TrialBlock {
    let sampler = HardSampler(process: process, energy: 10.58, spread: 0, smallest: 5)
    let block = TrialBlock()
    var random = RandomStream(seed: seed)
    sampler.fill(block, from: &random)
    return block
  }

  private func momenta(_ block: TrialBlock, _ trial: Int) -> [[Double]] {
    (0..<4).map { muon in
      let p = block.momentum(muon: muon, trial: trial)
      return [p.energy, p.px, p.py, p.pz]
    }
  }

  private func squares(_ block: TrialBlock, _ model: ResonanceModel?) -> [Double] {
    var squares = [Double](repeating: 0, count: n)
    if let model {
      nj_muons_and_resonance(
        block.momenta, block.energySquared, mass, model == .scalar ? 1 : 0, &squares, n)
    } else {
      nj_four_muons(block.momenta, block.energySquared, mass, &squares, n)
    }
    return squares
  }

  // Both evaluations lose digits where diagrams cancel, most in collinear points: 1e-9 is loose
  // there and still far below any wrong sign or factor.

  @Test func twelveDiagramsEqualThoseWithDiracMatrices() {
    let block = block(.fourMuons)
    let found = squares(block, nil)
    for trial in 0..<40 {
      let diagrams = FeynmanDiagrams(mass: mass, s: block.energySquared[trial])
      let expected = diagrams.fourMuons(momenta(block, trial))
      #expect(abs(found[trial] / expected - 1) < 1e-9, "trial \(trial)")
    }
  }

  @Test func theSumOfTwelveDoesNotDependOnTheGauge() {
    let block = block(.fourMuons, seed: 4)
    let found = squares(block, nil)
    for trial in 0..<20 {
      for gauge in [1.0, -3.0] {
        let diagrams = FeynmanDiagrams(
          mass: mass, s: block.energySquared[trial], gauge: gauge)
        let expected = diagrams.fourMuons(momenta(block, trial))
        #expect(abs(found[trial] / expected - 1) < 1e-7, "trial \(trial)")
      }
    }
  }

  @Test(arguments: ResonanceModel.allCases, [0.22, 2.5, 8.5])
  func signalsEqualThoseWithDiracMatrices(_ model: ResonanceModel, _ resonance: Double) {
    let sampler = HardSampler(
      process: .resonance(model, mass: resonance), energy: 10.58, spread: 0, smallest: nil)
    let block = TrialBlock()
    var random = RandomStream(seed: 5)
    sampler.fill(block, from: &random)
    let found = squares(block, model)
    for trial in 0..<25 {
      let diagrams = FeynmanDiagrams(mass: mass, s: block.energySquared[trial], gauge: 1)
      let p = momenta(block, trial)
      let expected = diagrams.resonance(p, isScalar: model == .scalar)
      #expect(abs(found[trial] / expected - 1) < 1e-9, "trial \(trial)")
      if model == .zprime {
        // Current conservation on the primary line: what is along k does not count.
        let shifted = diagrams.resonance(p, isScalar: false, shift: 0.7)
        #expect(abs(found[trial] / shifted - 1) < 1e-7, "trial \(trial)")
      }
    }
  }

  @Test func exchangingMuonsOfOneChargeChangesNothing() {
    let block = block(.fourMuons, seed: 6)
    let found = squares(block, nil)
    let exchanged = TrialBlock()
    for trial in 0..<n {
      exchanged.energySquared[trial] = block.energySquared[trial]
      for (muon, other) in [1, 0, 2, 3].enumerated() {
        exchanged.set(block.momentum(muon: other, trial: trial), muon: muon, trial: trial)
      }
    }
    for (one, other) in zip(found, squares(exchanged, nil)) {
      #expect(abs(one / other - 1) < 1e-9)
    }
  }

  @Test func allInstructionSetsGiveTheSameBits() {
    let block = block(.fourMuons, seed: 7)
    let signal = self.block(.resonance(.zprime, mass: 1.5), seed: 7)
    let best = nj_simd_level_in_use()
    let expected = (squares(block, nil), squares(signal, .zprime), squares(signal, .scalar))
    for level in [NJ_SIMD_BASELINE, NJ_SIMD_V3] {
      let old = nj_simd_level_force(level)
      defer { _ = nj_simd_level_force(old) }
      #expect(squares(block, nil) == expected.0)
      #expect(squares(signal, .zprime) == expected.1)
      #expect(squares(signal, .scalar) == expected.2)
    }
    #expect(nj_simd_level_in_use() == best)
  }
}
